//! The analysis as a flow: what `autotune run autotune-analysis` starts.

use std::path::PathBuf;
use std::sync::Arc;

use autotune::prelude::*;

use crate::chain::DayError;
use crate::history::DataError;
use crate::oref0::{PrepOptions, UnknownZone, Zone};
use crate::recommendation::{Recommendation, TunedDay};
use crate::refusal::Refusal;
use crate::tasks::{load_data, prepare_day, recommend, tune_day};

/// Why an analysis gave no recommendation.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnalysisError {
    /// The data cannot be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The time zone is unknown.
    #[error(transparent)]
    Zone(#[from] UnknownZone),
    /// The data is not fit for advice.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A day cannot be tuned.
    #[error(transparent)]
    Day(#[from] DayError),
    /// The run was ended from outside.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

/// Tune a profile with some days of data, and recommend what to change.
///
/// Nothing is written: the report is for a person to review, together with a
/// clinician.
#[flow(name = "autotune-analysis", version = "0.1.0", timeout = "1h", params = AnalysisParameters)]
pub async fn autotune_analysis(
    /// Directory with profile.json, entries.json and treatments.json.
    data: PathBuf,
    /// Days to analyse: the last ones that have enough readings.
    #[garde(range(min = 1, max = 30))]
    #[serde(default = "a_week")]
    days: u32,
    /// Time zone in which the days begin, such as Europe/Paris; by default the profile's.
    timezone: Option<String>,
    /// Count unannounced meals as basal data, for those who announce every meal.
    #[serde(default)]
    categorize_uam_as_basal: bool,
    /// Try other insulin durations and peaks as well.
    #[serde(default)]
    tune_insulin_curve: bool,
) -> Result<Recommendation, AnalysisError> {
    let zone = timezone.as_deref().map(Zone::named).transpose()?;
    let history = load_data(data, zone).await?;
    // Thirty at the most: the rule above holds here.
    let days = history.last_days(usize::try_from(days).unwrap_or(usize::MAX))?;

    let options = PrepOptions { uam_as_basal: categorize_uam_as_basal, tune_insulin_curve };
    let pump = Arc::new(history.pump().clone());
    let mut profile = Arc::new(history.profile().clone());
    let mut tuned_days: Vec<TunedDay> = Vec::with_capacity(days.len());
    for date in days {
        let day = history.day(date);
        let prepared = prepare_day(day.clone(), Arc::clone(&profile), Arc::clone(&pump), options).await?;
        let tuned = tune_day(day, prepared, profile, Arc::clone(&pump)).await?;
        // Each day begins with what the day before has given.
        profile = Arc::new(tuned.tuned.profile.clone());
        tuned_days.push(tuned);
    }
    Ok(recommend(history.pump(), &tuned_days).await?)
}

fn a_week() -> u32 {
    7
}
