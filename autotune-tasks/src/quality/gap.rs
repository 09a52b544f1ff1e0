//! Stretches of a day without readings.

use std::ops::Range;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Reading;
use crate::oref0::js;

/// Some sensors report every fifteen minutes; what is longer is a gap, milliseconds.
const LONGEST_INTERVAL: f64 = 20.0 * 60_000.0;

/// A stretch without readings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The last reading before, or the start of the day.
    pub from: Timestamp,
    /// The first reading after, or the end of the day.
    pub to: Timestamp,
}

impl Gap {
    /// Its length in whole minutes.
    #[must_use]
    pub fn minutes(&self) -> i64 {
        (self.to.as_second() - self.from.as_second()) / 60
    }

    /// Both ends in milliseconds since 1970.
    #[must_use]
    pub fn milliseconds(&self) -> Range<f64> {
        milliseconds(self.from)..milliseconds(self.to)
    }
}

/// The gaps of a day between readings, oldest first.
pub(super) fn between(readings: &[Reading], day: &Range<f64>) -> Vec<Gap> {
    let mut last = day.start;
    let times = readings.iter().map(|reading| reading.at).chain([day.end]);
    let mut gaps = Vec::new();
    for at in times {
        if at - last > LONGEST_INTERVAL {
            gaps.extend(timestamp(last).zip(timestamp(at)).map(|(from, to)| Gap { from, to }));
        }
        last = at;
    }
    gaps
}

fn timestamp(at: f64) -> Option<Timestamp> {
    Timestamp::from_millisecond(js::whole(at)).ok()
}

#[expect(clippy::cast_precision_loss, reason = "dates stay below 2^53 milliseconds")]
fn milliseconds(at: Timestamp) -> f64 {
    at.as_millisecond() as f64
}
