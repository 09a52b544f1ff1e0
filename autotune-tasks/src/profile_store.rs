//! The profiles a Nightscout holds, and the one to tune.
//!
//! Nightscout keeps documents, each with several named profiles, and treatments
//! that switch between them. [`ProfileStore`] says which profile counts, whether
//! it was another one during the days to analyse, and refuses what was tuned
//! before: bounds around a tuned profile would move with every run. What is here
//! is pure. No name of a profile and no dose stands in an error or a `Debug`.

mod document;
mod error;
mod mapping;
mod schedule;
mod selection;
mod stored;
mod switch;
mod units;

pub use document::{Document, is_tuned_name};
pub use error::ProfileRefusal;
pub use mapping::{InsulinCurve, oref0_profile};
pub use schedule::{Schedule, Segment, scale};
pub use selection::{Baseline, ProfileChange, ProfileStore, Selection};
pub use stored::StoredProfile;
pub use units::{MGDL_PER_MMOL, Units};
