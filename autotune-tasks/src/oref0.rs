//! The oref0 autotune analysis, exact to the last digit.
//!
//! [`prep`] sorts a day of glucose readings by what dominates them, [`core()`]
//! tunes the profile with that. Both are pure: the time zone and the time now
//! are parameters, and nothing is read or written. Results equal those of oref0
//! 0.7.1 in every number, every text and every order, quirks included; a quirk
//! that changes a result is named in the code where it is kept.
//!
//! There is one deviation: a number written as text, such as an `insulin` of
//! `"1.5"`, counts as that number, where JavaScript would join texts instead of
//! adding.
//!
//! This is a derivative of oref0, copyright (c) 2015-2019 OpenAPS Contributors,
//! MIT licensed; see the `NOTICE` of this crate.

mod categorize;
mod dosed;
mod glucose;
mod iob;
pub mod js;
mod meal;
mod percentile;
mod prep;
mod profile;
mod treatment;
mod tune;
mod zone;

pub(crate) use glucose::buckets;
pub use iob::{Curve, Delivery, Dose, HistoryError, Iob, UnknownCurve, insulin_doses, iob_trace, total};
pub use meal::{Meal, find_meals};
pub use percentile::percentile;
pub use prep::{
    CarbRatioPeriod, CurveDeviation, GlucoseDatum, Prep, PrepError, PrepInput, PrepOptions,
    check_carb_ratios, prep,
};
pub use profile::{BasalEntry, Profile};
pub use treatment::Clock;
pub use tune::{Bound, HourStep, Limit, Step, Steps, TuneError, Tuned, core};
pub use zone::{UnknownZone, Zone};
