//! Logging: `tracing` events, each with the run in which it happened.
//!
//! ```text
//! cargo run -p autotune --example logging
//! ```

use std::fmt;

use autotune::prelude::*;
use tracing::span::Record;
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::{self, Writer};
use tracing_subscriber::fmt::{FormatFields, FormattedFields};
use tracing_subscriber::prelude::*;

/// Load some days of data.
#[task(task_run_name = "load {days} days", retries = 1)]
async fn load(days: u32, #[secret] token: &str) -> Result<u32, String> {
    let attempt = autotune::run().map_or(0, |run| run.run_count());
    info!(attempt, "loading with a token of {} letters", token.len());
    if attempt == 1 { Err("the connection was lost".to_owned()) } else { Ok(days * 288) }
}

/// Count the readings of some days.
#[flow]
async fn count_readings(days: u32, #[secret] token: &str) -> Result<u32, String> {
    let readings = load(days, token).await?;
    if readings < 1000 {
        warn!(readings, "that is not much");
    }
    Ok(readings)
}

#[tokio::main]
async fn main() -> Result<(), String> {
    // Any subscriber will do, as `tracing_subscriber::fmt::init()`; this one has short lines.
    let console = tracing_subscriber::fmt::layer().fmt_fields(Short).with_target(false).without_time();
    tracing_subscriber::registry().with(console.with_filter(LevelFilter::INFO)).init();

    let readings = count_readings(3, "hunter2").named("nightly count").await?;
    info!(readings, "outside of any run");
    Ok(())
}

/// Shows of a run its name, and not its ids as well.
struct Short;

impl<'line> FormatFields<'line> for Short {
    fn format_fields<R: RecordFields>(&self, line: Writer<'line>, fields: R) -> fmt::Result {
        let format = format::debug_fn(|line, field, value| match field.name() {
            "message" | "run.name" => write!(line, "{value:?}"),
            "name" | "state" => Ok(()),
            id if id.contains('.') => Ok(()),
            name => write!(line, " {name}={value:?}"),
        });
        format.format_fields(line, fields)
    }

    /// The state of a run, which has a line of its own.
    fn add_fields(&self, _: &'line mut FormattedFields<Self>, _: &Record<'_>) -> fmt::Result {
        Ok(())
    }
}
