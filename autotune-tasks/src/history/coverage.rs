//! How much of a day has glucose readings.

use serde::{Deserialize, Serialize};

/// Quarters of an hour in a day's window.
const QUARTERS: usize = 96;
const QUARTER: f64 = 900_000.0;

/// How much of a day has readings, in quarters of an hour.
///
/// Quarters, because some sensors report every fifteen minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Readings of the day.
    pub readings: usize,
    /// Quarters of an hour with at least one reading, of 96.
    pub quarters: usize,
}

impl Coverage {
    /// The coverage by readings, newest first, of the day that begins at a time.
    #[must_use]
    pub fn of(times: &[f64], start: f64) -> Self {
        let mut quarters = 0;
        let mut last = f64::NAN;
        for at in times {
            let quarter = ((at - start) / QUARTER).floor();
            if quarter.total_cmp(&last).is_ne() {
                quarters += 1;
                last = quarter;
            }
        }
        Self { readings: times.len(), quarters: quarters.min(QUARTERS) }
    }

    /// The share of the day with readings, in percent.
    #[must_use]
    pub const fn percent(self) -> usize {
        self.quarters * 100 / QUARTERS
    }

    /// Whether the day is worth tuning with.
    #[must_use]
    pub const fn is_enough(self) -> bool {
        const LEAST_PERCENT: usize = 70;
        self.percent() >= LEAST_PERCENT
    }
}
