//! Tuning the carb ratio with meals, from the first carbs to the end of their insulin.

use super::{PumpNumbers, Range, Step, approach, settle};
use crate::oref0::{js::round3, prep::CarbRatioPeriod};

/// Compares the grams eaten with the insulin they took.
pub(super) fn tune(periods: &[CarbRatioPeriod], old: f64, isf: f64, pump: PumpNumbers) -> Step {
    /// The range every carb ratio is kept in, grams per unit.
    const LOWEST: f64 = 3.0;
    const HIGHEST: f64 = 150.0;

    let (mut carbs, mut insulin) = (0.0, 0.0);
    for period in periods {
        // What bringing the glucose back to where it began would have taken.
        let correction = (period.end_bg - period.initial_bg) / isf;
        let taken = period.initial_iob + period.insulin + correction;
        if taken > 0.0 {
            carbs += period.carbs;
            insulin += taken;
        }
    }
    let measured = round3(carbs / round3(insulin));
    let wanted = if measured == 0.0 { old } else { measured };

    let range = if pump.carb_ratio.is_nan() {
        Range::OPEN
    } else {
        let highest = pump.carb_ratio * pump.ratios.highest;
        let lowest = pump.carb_ratio * pump.ratios.lowest;
        Range {
            lowest: if lowest < LOWEST { LOWEST } else { lowest },
            highest: if highest > HIGHEST { HIGHEST } else { highest },
        }
    };
    let (target, wanted_limit) = range.clamp(wanted);
    let (new, limit) = range.clamp(approach(old, target));
    Step { old, wanted, new: settle(new, old), wanted_limit, limit, points: periods.len() }
}
