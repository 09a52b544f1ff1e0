//! Tuning the carb sensitivity with the readings while carbs are absorbed.

use super::{PumpNumbers, Range, Step, approach, settle};
use crate::oref0::{
    js::{self, round2},
    prep::GlucoseDatum,
};

/// Compares the rise during meals with the grams eaten.
pub(super) fn tune(data: &[GlucoseDatum], old: f64, min_impact: f64, pump: PumpNumbers) -> Step {
    let Absorbed { rise, carbs } = Absorbed::of(data, min_impact);
    let wanted = if carbs == 0.0 { old } else { round2(rise / carbs) };
    let range = Range { lowest: pump.csf * pump.ratios.lowest, highest: pump.csf * pump.ratios.highest };
    let (new, limit) = range.clamp(approach(old, wanted));
    Step { old, wanted, new: settle(new, old), wanted_limit: None, limit, points: data.len() }
}

/// Rise of the glucose and grams of carbs over all meals.
#[derive(Default)]
struct Absorbed {
    rise: f64,
    carbs: f64,
}

impl Absorbed {
    fn of(data: &[GlucoseDatum], min_impact: f64) -> Self {
        let (mut total, mut meal) = (Self::default(), Self::default());
        for datum in data {
            let deviation = datum.deviation();
            match datum.meal_absorption() {
                Some("start") => meal = Self { rise: 0.0, carbs: datum.meal_carbs() },
                Some("end") => {
                    meal.rise += deviation;
                    total.carbs += meal.carbs;
                    total.rise += meal.rise;
                }
                _ => {
                    // Quirk: a profile without a minimum makes the sum no number.
                    meal.rise += js::max(0.0 * min_impact, deviation);
                    meal.carbs = js::max(meal.carbs, datum.meal_carbs());
                }
            }
        }
        // A meal that is not yet absorbed counts if it is the only one.
        if total.carbs == 0.0 {
            total.carbs += meal.carbs;
        }
        if total.rise == 0.0 {
            total.rise += meal.rise;
        }
        total
    }
}
