//! The steps of the flows. Each is a task, so that it is seen, timed and cached on
//! its own; the work itself is done in modules that know nothing of tasks.
//!
//! No glucose, dose or name stands in what they log.

use std::path::PathBuf;
use std::sync::Arc;

use autotune::prelude::*;

use crate::chain::{self, DayError};
use crate::history::{self, DataError, DayInput, History};
use crate::oref0::{Prep, PrepOptions, Profile, Zone};
use crate::recommendation::{self, Recommendation, TunedDay};
use crate::refusal::Refusal;

/// Read the profile, the glucose entries and the treatments of a directory.
#[task(name = "load-data", tags = ["io"], blocking)]
pub fn load_data(directory: PathBuf, zone: Option<Zone>) -> Result<Arc<History>, DataError> {
    let history = match zone {
        Some(zone) => history::load_in_zone(&directory, zone),
        None => history::load(&directory),
    }?;
    info!("{} days have enough readings", history.full_days().len());
    Ok(Arc::new(history))
}

/// Sort the readings of a day by what dominates them.
#[task(name = "prepare-day", task_run_name = "prepare {day}", cache_expiration = "1h", blocking)]
pub fn prepare_day(
    day: DayInput,
    profile: Arc<Profile>,
    pump: Arc<Profile>,
    options: PrepOptions,
) -> Result<Arc<Prep>, DayError> {
    chain::prepare_day(&day, &profile, &pump, options).map(Arc::new)
}

/// Tune the profile with a day whose readings are sorted.
#[task(name = "tune-day", task_run_name = "tune {day}", cache_expiration = "1h", blocking)]
pub fn tune_day(
    day: DayInput,
    prepared: Arc<Prep>,
    profile: Arc<Profile>,
    pump: Arc<Profile>,
) -> Result<TunedDay, DayError> {
    chain::tune_prepared(&day, &prepared, &profile, &pump)
}

/// Compare the tuned profile with the one that the pump runs.
#[task(name = "recommend")]
pub async fn recommend(pump: &Profile, days: &[TunedDay]) -> Result<Recommendation, Refusal> {
    recommendation::recommend(pump, days)
}
