//! Why no profile can be tuned.

use jiff::Timestamp;

use crate::refusal::Refusal;

/// Why none of Nightscout's profiles can be tuned, and what to do about it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileRefusal {
    /// There is no profile at all.
    #[error("Nightscout has no profile; write one in its Profile Editor")]
    None,
    /// None of the profiles has the name.
    #[error(
        "none of the {known} profiles in Nightscout's newest profile document has the name given as \
         `profile_name`; look up the name in the Profile Editor, upper and lower case count"
    )]
    Unknown {
        /// How many there are.
        known: usize,
    },
    /// It is not clear which of several profiles is the active one.
    #[error(
        "Nightscout's newest profile document has {known} profiles and says of none of them that it is \
         active; give the name of one as `profile_name`"
    )]
    NoDefault {
        /// How many there are.
        known: usize,
    },
    /// The profile was tuned before.
    #[error(
        "the profile was tuned before, and tuning it again would move its bounds away from what a person has \
         set; give the name of the profile it was tuned from as `profile_name`"
    )]
    Tuned,
    /// The profile was another one during the days to analyse.
    #[error(
        "the profile was changed at {at}, during the days to analyse; ask for fewer days, so that all of them \
         are after the change, or for days that end before it"
    )]
    Changed {
        /// When it was changed last.
        at: Timestamp,
    },
    /// A switch whose numbers can be read in two ways.
    #[error(
        "the active profile was switched to with a percentage or a time shift, and Nightscout does not say \
         whether its numbers have that applied already; switch to 100 % without a time shift, or give the name \
         of a profile as `profile_name`"
    )]
    AmbiguousSwitch,
    /// A switch that cannot be read.
    #[error("the profile that was switched to last cannot be read ({problem}); switch to it again")]
    Switch {
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Something that is no profile document.
    #[error(
        "Nightscout's newest profile document has no {missing}; save the profile again in the Profile Editor"
    )]
    Document {
        /// What it lacks.
        missing: &'static str,
    },
    /// A schedule that cannot be read.
    #[error("the profile's `{field}` {problem}; correct it in the Profile Editor")]
    Schedule {
        /// The field's name.
        field: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The profile does not say its units.
    #[error("the profile does not say its units; give them as `units`: `mg/dl` or `mmol/L`")]
    NoUnits,
    /// The profile says other units than those that were given.
    #[error("the profile's units are not those given as `units`; leave `units` out")]
    OtherUnits,
    /// The units that cannot be true.
    #[error(
        "the profile's units are {units}, but its sensitivities are too {tendency} for that; \
         correct the units or the sensitivities in the Profile Editor"
    )]
    WrongUnits {
        /// The units, as they are known.
        units: &'static str,
        /// `low` or `high`.
        tendency: &'static str,
    },
    /// The profile does not say its time zone.
    #[error("the profile does not say its time zone; give one as `timezone`, such as `Europe/Paris`")]
    NoZone,
    /// The profile says a time zone that nobody knows.
    #[error("the profile's time zone is unknown; give one as `timezone`, such as `Europe/Paris`")]
    UnknownZone,
    /// The profile is outside what can be tuned.
    #[error(transparent)]
    Refused(#[from] Refusal),
}
