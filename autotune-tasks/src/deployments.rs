//! What `autotune serve` runs by itself: the analysis, every night.

use autotune::deploy::{DeployError, FlowDeployment, deploy};
use jiff::tz::TimeZone;

use crate::flows::autotune_analysis;

/// The variable with the address of the Nightscout that is analysed every night.
pub const NIGHTSCOUT_URL: &str = "AUTOTUNE_NIGHTSCOUT_URL";
/// The variable with the name of the profile to tune, if it is not the active one.
pub const PROFILE_NAME: &str = "AUTOTUNE_PROFILE_NAME";

/// The deployments of this program.
///
/// At two in the morning, local time, `nightly-autotune` analyses the last seven days of the Nightscout in
/// `AUTOTUNE_NIGHTSCOUT_URL`, with the secret in `AUTOTUNE_API_SECRET`. It writes nothing to Nightscout: what it
/// recommends is the result of the run, to be reviewed.
pub fn deployments() -> Result<Vec<FlowDeployment>, DeployError> {
    let zone = TimeZone::system();
    let mut nightly = deploy(autotune_analysis, "nightly-autotune")
        .cron("0 2 * * *")?
        .timezone(zone.iana_name().unwrap_or("UTC"))?
        .queue("autotune-queue")
        .tags(["autotune", "nightly"])
        .concurrency_limit(1)
        .parameter("days", 7)?;
    for (parameter, variable) in [("nightscout_url", NIGHTSCOUT_URL), ("profile_name", PROFILE_NAME)] {
        if let Ok(value) = std::env::var(variable) {
            nightly = nightly.parameter(parameter, value)?;
        }
    }
    Ok(vec![nightly])
}
