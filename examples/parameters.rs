//! Parameters: a flow's become options of the command line, with their defaults,
//! rules and documentation.
//!
//! ```text
//! cargo run -p autotune --features cli --example parameters
//! cargo run -p autotune --features cli --example parameters -- run plan-trip --help
//! cargo run -p autotune --features cli --example parameters -- run plan-trip --to Lisbon --days 3
//! cargo run -p autotune --features cli --example parameters -- run plan-trip --to Lisbon --days 300
//! AUTOTUNE_BOOKING_TOKEN=secret cargo run -p autotune --features cli --example parameters -- run plan-trip --to Lisbon --json
//! ```

use std::fmt;
use std::process::ExitCode;

use autotune::prelude::*;
use serde::Serialize;

/// What a trip costs.
#[derive(Serialize)]
struct Quote {
    to: String,
    days: u32,
    euros: u32,
}

impl fmt::Display for Quote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} days in {} cost {} euros", self.days, self.to, self.euros)
    }
}

/// Ask for the price of a night.
#[task(retries = 2, retry_delay = "1s", timeout = "10s")]
async fn price_of_a_night(city: &str, #[secret] token: &str) -> anyhow::Result<u32> {
    info!(city, "asking");
    anyhow::ensure!(!token.is_empty(), "the token is empty");
    Ok(80 + 5 * u32::try_from(city.len())?)
}

/// Plan a trip.
///
/// Finds out what it costs to stay in a city for some days.
#[flow(name = "plan-trip", version = "1.0.0")]
async fn plan_trip(
    /// The city.
    to: String,
    /// How long to stay.
    #[garde(range(min = 1, max = 30))]
    #[serde(default = "a_week")]
    days: u32,
    /// What to pay for besides, as in `museum=12`.
    #[serde(default)]
    extras: Vec<String>,
    /// The key to the booking service.
    #[secret]
    booking_token: &str,
) -> anyhow::Result<Quote> {
    let night = price_of_a_night(&to, booking_token).await?;
    let extras: u32 = extras.iter().filter_map(|extra| extra.split_once('=')?.1.parse::<u32>().ok()).sum();
    Ok(Quote { to, days, euros: night * days + extras })
}

fn a_week() -> u32 {
    7
}

fn main() -> ExitCode {
    autotune::cli::main()
}
