//! History: a recorder is told what happens in every run of the program.
//!
//! ```text
//! cargo run -p autotune --example history
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::time::Duration;

use autotune::duration::Rounded;
use autotune::event::{Event, Root};
use autotune::prelude::*;
use autotune::recorder;
use tokio::time::sleep;
use tracing_subscriber::prelude::*;

/// Load the readings of a day.
#[task(retries = 1, retry_delay = "20ms")]
async fn load(day: u32) -> anyhow::Result<u32> {
    sleep(Duration::from_millis(10)).await;
    let attempt = autotune::run().map_or(0, |run| run.run_count());
    anyhow::ensure!(day != 2 || attempt > 1, "the connection was lost");
    info!(day, "loaded");
    Ok(288)
}

/// Count the readings of some days.
#[flow]
async fn count_readings(days: u32, #[secret] token: &str) -> anyhow::Result<u32> {
    info!("the token has {} letters", token.len());
    let mut readings = 0;
    for day in 1..=days {
        readings += load(day).await?;
    }
    Ok(readings)
}

/// Called on a thread of its own, so it may block: write to a file or a database.
/// Call 0 is the flow itself; the calls made in it are numbered from 1.
fn print(root: &Root, events: Vec<Event>) {
    for event in events {
        match event {
            Event::State(event) => {
                let after = Rounded(event.at.since(root.created)).to_string();
                let detail = event.detail.unwrap_or_default();
                let (name, call, state) = (event.definition.name, event.sequence, event.state);
                println!("{after:>8}  {call} {name}: {state} {}", detail.message.unwrap_or_default());
                if call == 0 && state.state_type().is_final() {
                    let parameters = root.parameters.clone().map(serde_json::Value::Object);
                    println!("{after:>8}  `{}` ran with {}", root.name, parameters.unwrap_or_default());
                }
            }
            // What the framework logs of a state is said above.
            Event::Log(log) if log.target == "autotune::run" => {}
            Event::Log(log) => {
                let after = Rounded(log.at.since(root.created)).to_string();
                println!("{after:>8}  {} {} {}", log.sequence, log.level, log.message);
            }
            Event::Artifact(shown) => {
                let after = Rounded(shown.at.since(root.created)).to_string();
                println!("{after:>8}  {} shows {}", shown.sequence, shown.artifact.data());
            }
            _ => {}
        }
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // `RunLayer` hands what the code of a run logs to the recorder as well.
    tracing_subscriber::registry().with(autotune::log::RunLayer).init();
    recorder::install(print)?;

    // A flow ends when all that was recorded of it has reached the recorder.
    let readings = count_readings(3, "hunter2").named("nightly").await?;
    println!("{readings} readings");
    Ok(())
}
