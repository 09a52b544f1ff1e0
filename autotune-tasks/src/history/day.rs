//! One day's input.

use std::{
    fmt,
    ops::{Deref, Range},
    sync::Arc,
};

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::{ENTRY_HOURS, HOUR};
use crate::oref0::{Clock, PrepInput, PrepOptions, Profile, Zone};

/// What the analysis of one day looks at; cheap to clone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DayInput {
    /// The local day.
    pub date: Date,
    /// The zone days and hours are in.
    pub zone: Zone,
    /// The time the day is looked back on, milliseconds.
    pub now: f64,
    /// Glucose entries, newest first.
    pub entries: Records,
    /// Treatments, newest first.
    pub treatments: Records,
}

impl DayInput {
    /// From when until when readings count, milliseconds.
    #[must_use]
    pub fn window(&self) -> Range<f64> {
        let midnight = self.zone.midnight(self.date);
        midnight + ENTRY_HOURS.0 * HOUR..midnight + ENTRY_HOURS.1 * HOUR
    }

    /// The input of the first step, with the profiles to use.
    #[must_use]
    pub fn prep_input<'a>(
        &'a self,
        profile: &'a Profile,
        pump: &'a Profile,
        options: PrepOptions,
    ) -> PrepInput<'a> {
        PrepInput {
            profile,
            pump,
            entries: &self.entries,
            treatments: &self.treatments,
            carbs: &[],
            clock: Clock { zone: &self.zone, now: self.now },
            options,
        }
    }
}

/// A day is shown as its date: its records are nobody's business.
impl fmt::Display for DayInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date.fmt(f)
    }
}

/// A stretch of shared records, newest first.
#[derive(Debug, Clone)]
pub struct Records {
    all: Arc<[Value]>,
    range: Range<usize>,
}

impl Records {
    pub(super) const fn new(all: Arc<[Value]>, range: Range<usize>) -> Self {
        Self { all, range }
    }
}

impl Deref for Records {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        self.all.get(self.range.clone()).unwrap_or_default()
    }
}

impl PartialEq for Records {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Serialize for Records {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Records {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let records = Vec::<Value>::deserialize(deserializer)?;
        let range = 0..records.len();
        Ok(Self::new(records.into(), range))
    }
}
