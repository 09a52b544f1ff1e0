//! Counting glucose entries as they came, before any is left aside.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::oref0::js;

/// Below this a number is a sensor's error code, mg/dL.
const LOWEST_GLUCOSE: f64 = 39.0;

/// The glucose entries of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EntryCounts {
    /// All of them.
    pub all: usize,
    /// Entries with a glucose that counts, doubled ones included.
    pub readings: usize,
    /// Readings less than two minutes after another, which are averaged with it.
    pub duplicates: usize,
    /// Entries below 39 mg/dL: error codes of a sensor, ignored.
    pub below_39: usize,
    /// Calibrations of a sensor.
    pub calibrations: usize,
    /// Measurements with a meter.
    pub finger_sticks: usize,
}

impl EntryCounts {
    /// Counts entries of which so many readings are left once doubled ones are averaged.
    pub(super) fn of(entries: &[Value], distinct: usize) -> Self {
        let mut counts = Self { all: entries.len(), ..Self::default() };
        for entry in entries {
            match entry.get("type").and_then(Value::as_str) {
                Some("cal") => counts.calibrations += 1,
                Some("mbg") => counts.finger_sticks += 1,
                _ => {}
            }
            let glucose = entry.get("glucose").filter(|glucose| js::truthy(Some(glucose)));
            let glucose = js::number(glucose.or_else(|| entry.get("sgv")));
            if glucose >= LOWEST_GLUCOSE {
                counts.readings += 1;
            } else if glucose < LOWEST_GLUCOSE {
                counts.below_39 += 1;
            }
        }
        counts.duplicates = counts.readings.saturating_sub(distinct);
        counts
    }

    pub(super) fn add(&mut self, other: Self) {
        self.all += other.all;
        self.readings += other.readings;
        self.duplicates += other.duplicates;
        self.below_39 += other.below_39;
        self.calibrations += other.calibrations;
        self.finger_sticks += other.finger_sticks;
    }
}
