//! Why the second step could not be done.

/// Input the reference stops at, or answers with nothing.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TuneError {
    /// A profile has no sensitivities.
    #[error("the {profile} has no `isfProfile.sensitivities`; write at least one entry")]
    NoSensitivities {
        /// Which profile.
        profile: &'static str,
    },
    /// A profile has no basal schedule.
    #[error("the {profile} has no `basalprofile`; write at least one entry at minute 0")]
    NoBasals {
        /// Which profile.
        profile: &'static str,
    },
    /// A basal schedule does not begin at midnight.
    #[error("the {profile}'s `basalprofile` does not begin at midnight; write an entry at minute 0")]
    LateBasals {
        /// Which profile.
        profile: &'static str,
    },
    /// A basal schedule has a rate of zero.
    #[error(
        "the {profile}'s `basalprofile` has a rate of 0 at minute {minutes}; \
         write the smallest rate the pump can deliver"
    )]
    ZeroBasal {
        /// Which profile.
        profile: &'static str,
        /// Minutes after midnight.
        minutes: f64,
    },
    /// The deviations for other insulin durations are too few.
    #[error("`diaDeviations` has fewer than 3 entries; prepare the data again")]
    DiaDeviations,
    /// A reading has no date at all.
    #[error("`basalGlucoseData` begins with a reading without a date; prepare the data again")]
    Undated,
}
