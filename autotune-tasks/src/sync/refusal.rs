//! What is not written, and why.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A change that is not written.
///
/// The values are in the diff, not in here: refusals are logged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SyncRefusal {
    /// The name of the own entry is no name.
    #[error(
        "the name for the tuned entry cannot be stored; write a name without spaces around it, without a \
         `$` at its start, and without `.`, `<`, `>` and `&`"
    )]
    Name,
    /// The name could be that of an entry that a person has made.
    #[error(
        "the name for the tuned entry does not say that it was tuned; write one that begins with `Autotune`"
    )]
    NameOfOthers,
    /// The tuned entry would replace the one it was tuned from.
    #[error("the tuned entry would have the name of the one it was tuned from; choose another name")]
    NameOfBaseline,
    /// The name belongs to an entry that a person has made.
    #[error(
        "the profile record already has an entry of this name which autotune did not make; choose another \
         name, or rename that entry in Nightscout's profile editor"
    )]
    ForeignName,
    /// The own entry is not as it was written.
    #[error(
        "the tuned entry in Nightscout was changed by somebody since autotune wrote it; choose another \
         name, or rename that entry in Nightscout's profile editor to keep it"
    )]
    EditedEntry,
    /// The own entry is in force, so that replacing it would change doses at once.
    #[error(
        "the tuned entry is the one in force, so writing it would change the profile at once; switch back to \
         your own entry first, or allow it with `--activate`"
    )]
    InForce,
    /// The profile is not the one that ran on the days that were analysed.
    #[error(
        "the profile was changed after the days that were analysed, so they say little about the new one; wait \
         for some days with it, and analyse those"
    )]
    ChangedSince,
    /// The analysis started from a tuned entry.
    #[error(
        "the analysis started from an entry that autotune made, and tuning it again would leave the bounds \
         around your own; analyse your own entry"
    )]
    TunedBaseline,
    /// The entry that was analysed is not in the record.
    #[error("the profile record no longer has the entry that was analysed; run the analysis again")]
    NoBaseline,
    /// The entry is not what was analysed.
    #[error(
        "the {setting} in the profile record is not what was analysed, as after a profile switch with a \
         percentage, or when the units are wrong; check the entry and run the analysis again"
    )]
    OtherBaseline {
        /// What differs.
        setting: Setting,
    },
    /// The record has no entries.
    #[error(
        "the profile record has no `store` with named entries; open Nightscout's profile editor and save \
         the profile once, which makes one"
    )]
    NoStore,
    /// The units of the entry are unknown.
    #[error(
        "the units of the profile entry are neither mg/dl nor mmol; set them in Nightscout's profile editor"
    )]
    Units,
    /// A schedule is missing or cannot be read.
    #[error(
        "the {setting} in the profile record has no schedule from 00:00 on with a number above 0 at each time; \
         repair it in Nightscout's profile editor"
    )]
    Schedule {
        /// Which schedule.
        setting: Setting,
    },
    /// The record begins later than now, so that a new one would not count.
    #[error(
        "the latest profile record begins in the future, so a new one would not count; correct its date in \
         Nightscout, or the clock of this machine"
    )]
    FutureRecord,
    /// There are too few days.
    #[error(
        "only {days} days were analysed, and fewer than {needed} are too little to write a profile; analyse more"
    )]
    TooFewDays {
        /// How many were analysed.
        days: usize,
        /// How many are needed.
        needed: usize,
    },
    /// The basal step is none that a pump has.
    #[error(
        "the step of the basal rates is out of range; write one from 0.001 to 0.1 units per hour, as your pump has"
    )]
    BasalStep,
    /// A value is out of the range in which it is written.
    #[error(
        "the new {setting} at {time} is outside {range}, which is never written; \
         look at the recommendation, and check the profile and the data"
    )]
    OutOfRange {
        /// Which value.
        setting: Setting,
        /// When it begins.
        time: String,
        /// What would be written.
        range: &'static str,
    },
    /// The basal insulin of a day changes too much.
    #[error(
        "the basal insulin of a whole day would change by more than 30 %, which is never written; \
         look at the recommendation, and check the profile and the data"
    )]
    DailyBasal,
    /// There is nothing to write.
    #[error("the tuned entry in Nightscout already has these values; there is nothing to write")]
    Unchanged,
}

/// A part of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Setting {
    /// Basal rates, units per hour.
    Basal,
    /// Sensitivities, in the units of the profile.
    Sensitivity,
    /// Carb ratios, grams per unit.
    CarbRatio,
    /// The duration of insulin action, hours.
    Duration,
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Basal => "basal rate",
            Self::Sensitivity => "sensitivity",
            Self::CarbRatio => "carb ratio",
            Self::Duration => "duration of insulin action",
        })
    }
}
