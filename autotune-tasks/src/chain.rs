//! Tuning day after day, each with the profile the day before gave.
//!
//! The pump's profile stays the same throughout, because the bounds lie around
//! it: feeding a tuned profile back as the pump's would move them every day.
//!
//! Days cannot be prepared side by side: the insulin on board of a day is that of
//! the basal rates which the day before has given.

use jiff::civil::Date;

use crate::{
    history::{DayInput, History},
    oref0::{self, Prep, PrepError, PrepOptions, Profile, TuneError},
    recommendation::TunedDay,
    refusal::{self, Refusal},
};

/// A day could not be tuned.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("cannot tune {date}: {reason}")]
pub struct DayError {
    /// The local day.
    pub date: Date,
    /// Why.
    #[source]
    pub reason: Reason,
}

/// Why a day could not be tuned.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// Sorting the readings failed.
    #[error(transparent)]
    Prep(#[from] PrepError),
    /// Tuning the profile failed.
    #[error(transparent)]
    Tune(#[from] TuneError),
    /// The result is not fit for advice.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// Tunes a profile with one day, bounded by the pump's.
pub fn tune_day(
    day: &DayInput,
    profile: &Profile,
    pump: &Profile,
    options: PrepOptions,
) -> Result<TunedDay, DayError> {
    let prepared = prepare_day(day, profile, pump, options)?;
    tune_prepared(day, &prepared, profile, pump)
}

/// The first half of [`tune_day`]: sorts the readings of the day.
pub fn prepare_day(
    day: &DayInput,
    profile: &Profile,
    pump: &Profile,
    options: PrepOptions,
) -> Result<Prep, DayError> {
    oref0::prep(&day.prep_input(profile, pump, options))
        .map_err(|reason| DayError { date: day.date, reason: reason.into() })
}

/// The second half of [`tune_day`]: tunes the profile with what was sorted.
pub fn tune_prepared(
    day: &DayInput,
    prepared: &Prep,
    profile: &Profile,
    pump: &Profile,
) -> Result<TunedDay, DayError> {
    let tune = || {
        let mut previous = profile.clone();
        previous.take_insulin_curve(pump);
        let tuned = oref0::core(prepared, &previous, pump, &day.zone)?;
        refusal::check_tuned(&tuned)?;
        Ok(TunedDay { date: day.date, tuned })
    };
    tune().map_err(|reason| DayError { date: day.date, reason })
}

/// Tunes a history's profile with some of its days, in the order given.
pub fn tune_days(history: &History, days: &[Date], options: PrepOptions) -> Result<Vec<TunedDay>, DayError> {
    let mut tuned: Vec<TunedDay> = Vec::with_capacity(days.len());
    for date in days {
        let profile = tuned.last().map_or(history.profile(), |day| &day.tuned.profile);
        let day = tune_day(&history.day(*date), profile, history.pump(), options)?;
        tuned.push(day);
    }
    Ok(tuned)
}
