//! Why the first step could not be done.

use crate::oref0::iob::{HistoryError, UnknownCurve};

/// Input the reference stops at, or answers with a refusal.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PrepError {
    /// No glucose entry is a reading.
    #[error(
        "no glucose entry has a date and a glucose of at least 39 mg/dL; \
         check that the entries are of type `sgv` and cover the day"
    )]
    NoGlucose,
    /// A glucose entry is not an object.
    #[error("glucose entry {place} is not an object; write entries as Nightscout exports them")]
    EntryNotAnObject {
        /// The entry's place, from 0.
        place: usize,
    },
    /// A glucose entry's date cannot be read.
    #[error("glucose entry {place} has no valid date; write `date` in milliseconds since 1970")]
    EntryDate {
        /// The entry's place, from 0.
        place: usize,
    },
    /// A reading's date is out of the calendar.
    #[error("a glucose entry's `date` is no time; write milliseconds since 1970")]
    BucketDate,
    /// A treatment is `null`.
    #[error("treatment {place} is null; write treatments as Nightscout exports them")]
    NullTreatment {
        /// The treatment's place, from 0.
        place: usize,
    },
    /// Neither profile has a believable carb ratio.
    #[error(
        "the carb ratios {profile} (profile) and {pump} (pump profile) are out of bounds; \
         write `carb_ratio` in grams per unit, 2 or more"
    )]
    CarbRatio {
        /// The profile's, as it was given.
        profile: String,
        /// The pump profile's, as it was given.
        pump: String,
    },
    /// The profile has no sensitivities.
    #[error("the profile has no `isfProfile.sensitivities`; write at least one entry at offset 0")]
    NoSensitivities,
    /// A profile has no basal schedule.
    #[error("the {profile} has no `basalprofile`; write at least one entry at minute 0")]
    NoBasals {
        /// Which profile.
        profile: &'static str,
    },
    /// The insulin curve is not a name.
    #[error(transparent)]
    Curve(#[from] UnknownCurve),
    /// The insulin history cannot be followed.
    #[error(transparent)]
    History(#[from] HistoryError),
}
