//! What is never written, whatever an analysis says.
//!
//! The analysis has bounds of its own, around the pump's profile. These are absolute
//! and hold for what would be written, after rounding: they are the last line.

use std::ops::RangeInclusive;

use super::{
    Diff, Segment,
    refusal::{Setting, SyncRefusal},
};
use crate::recommendation::Recommendation;

/// The fewest days that a profile is written from.
const FEWEST_DAYS: usize = 3;
/// The most that the basal insulin of a day may change, percent.
const MOST_DAILY_BASAL: f64 = 30.0;

/// Refuses what too few days have given.
pub(super) fn check_days(recommendation: &Recommendation) -> Result<(), SyncRefusal> {
    let days = recommendation.days.len();
    if days < FEWEST_DAYS { Err(SyncRefusal::TooFewDays { days, needed: FEWEST_DAYS }) } else { Ok(()) }
}

/// Refuses values that no change can be right with.
pub(super) fn check(diff: &Diff) -> Result<(), SyncRefusal> {
    each(&diff.basal, Setting::Basal, 0.025..=10.0, "0.025 to 10 units per hour")?;
    each(&diff.carb_ratio, Setting::CarbRatio, 2.0..=150.0, "2 to 150 grams per unit")?;
    let (lowest, highest) = (diff.units.from_mgdl(10.0), diff.units.from_mgdl(500.0));
    let range = "10 to 500 mg/dL (0.6 to 27.8 mmol/L) per unit";
    each(&diff.sensitivity, Setting::Sensitivity, lowest..=highest, range)?;
    each(diff.dia.as_slice(), Setting::Duration, 3.0..=12.0, "3 to 12 hours")?;
    if diff.daily_basal.percent.abs() <= MOST_DAILY_BASAL + 1e-9 {
        Ok(())
    } else {
        Err(SyncRefusal::DailyBasal)
    }
}

fn each(
    segments: &[Segment],
    setting: Setting,
    values: RangeInclusive<f64>,
    range: &'static str,
) -> Result<(), SyncRefusal> {
    match segments.iter().find(|segment| !values.contains(&segment.new)) {
        Some(segment) => Err(SyncRefusal::OutOfRange { setting, time: segment.time.clone(), range }),
        None => Ok(()),
    }
}
