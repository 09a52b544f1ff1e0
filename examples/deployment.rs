//! Deployments: flows that run by their schedules, in the process that serves them.
//!
//! ```text
//! cargo run -p autotune --features cli --example deployment -- serve
//! cargo run -p autotune --features cli --example deployment -- deployments ls
//! cargo run -p autotune --features cli --example deployment -- deployments run measure/by-hand --params '{"room": "attic"}'
//! cargo run -p autotune --features cli --example deployment -- runs ls
//! ```

use std::process::ExitCode;
use std::time::Duration;

use autotune::cli::Cli;
use autotune::deploy;
use autotune::deploy::{DeployError, FlowDeployment};
use autotune::prelude::*;

/// Read the thermometer of a room.
#[task(retries = 2, retry_delay = "1s", persist_result)]
async fn read(room: String, number: u32) -> anyhow::Result<u32> {
    tokio::time::sleep(Duration::from_millis(200)).await;
    info!(room, "read");
    Ok(17 + u32::try_from(room.len())? + number % 2)
}

/// Measure how warm a room is.
#[flow]
async fn measure(room: String, #[garde(range(min = 1, max = 60))] times: u32) -> anyhow::Result<u32> {
    let mut sum = 0;
    for number in 0..times {
        sum += read(room.clone(), number).await?;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    Ok(sum / times)
}

fn deployments() -> Result<Vec<FlowDeployment>, DeployError> {
    let often = deploy(measure, "often")
        .interval(Duration::from_secs(3))?
        .queue("rooms")
        .tags(["heating"])
        .parameter("room", "kitchen")?
        .parameter("times", 1)?
        .concurrency_limit(1);
    let mornings = deploy(measure, "mornings")
        .cron("0 6 * * mon-fri")?
        .timezone("Europe/Berlin")?
        .parameter("room", "bath")?
        .parameter("times", 3)?;
    Ok(vec![often, mornings, deploy(measure, "by-hand").parameter("times", 20)?])
}

fn main() -> ExitCode {
    Cli::new().about("Keeps the house warm").deployments(deployments).run()
}
