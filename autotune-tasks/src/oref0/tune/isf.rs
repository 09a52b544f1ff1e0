//! Tuning the sensitivity with the readings dominated by insulin.

use super::{Profile, PumpNumbers, Range, Step, approach, settle};
use crate::oref0::{
    js::{self, round3, sort_by_difference},
    percentile::percentile,
    prep::GlucoseDatum,
};

/// Compares how far the glucose moved with how far insulin should have moved it.
pub(super) fn tune(data: &[GlucoseDatum], old: f64, pump: &Profile, numbers: PumpNumbers) -> Step {
    /// With fewer readings the sensitivity is left as it is.
    const LEAST_READINGS: usize = 10;

    let mut ratios: Vec<f64> = data.iter().map(|datum| 1.0 + datum.deviation() / datum.bgi()).collect();
    sort_by_difference(&mut ratios, |a, b| a - b);
    let ratio = round3(percentile(&ratios, 0.5));
    let wanted = round3(if data.len() < LEAST_READINGS { old } else { old * ratio });

    let unchanged = Step { old, wanted, new: old, wanted_limit: None, limit: None, points: data.len() };
    if numbers.isf.is_nan() {
        return unchanged;
    }
    let fraction =
        pump.field("autotune_isf_adjustmentFraction").map_or(1.0, |fraction| js::number(Some(fraction)));
    let target = if wanted < 0.0 { old } else { fraction * wanted + (1.0 - fraction) * numbers.isf };
    // A high ratio means strong insulin needs, and so a low sensitivity.
    let range =
        Range { lowest: numbers.isf / numbers.ratios.highest, highest: numbers.isf / numbers.ratios.lowest };
    let (target, wanted_limit) = range.clamp(target);
    let (new, limit) = range.clamp(approach(old, target));
    Step { new: settle(new, old), wanted_limit, limit, ..unchanged }
}
