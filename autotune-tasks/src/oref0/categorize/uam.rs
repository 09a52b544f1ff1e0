//! Where unannounced meals go once all readings are sorted.

use super::{Categories, Datum};
use crate::oref0::js::sort_by_difference;

/// One hour of carb absorption: enough to believe that meals were announced.
const AN_HOUR_OF_READINGS: usize = 12;
/// Sensitivity data that suffices as it is.
const ENOUGH_SENSITIVITY_DATA: usize = 10;

impl Categories {
    /// Counts unannounced meals as basal or sensitivity data, where that is sound.
    ///
    /// When meals were announced, what looks unannounced is basal. When they were
    /// not and little else is left, the lower half of the deviations is used.
    pub(super) fn distribute_unannounced_meals(&mut self, uam_as_basal: bool) {
        let carbs = self.csf.len();
        let unannounced = std::mem::take(&mut self.uam);
        if uam_as_basal || carbs > AN_HOUR_OF_READINGS {
            self.basal.extend(&unannounced);
        } else {
            if 2 * self.basal.len() < unannounced.len() {
                add_and_keep_lower_half(&mut self.basal, &unannounced);
            }
            if 2 * self.isf.len() < unannounced.len() && self.isf.len() < ENOUGH_SENSITIVITY_DATA {
                add_and_keep_lower_half(&mut self.isf, &unannounced);
            }
        }
        let is_mostly_carbs = 4 * self.basal.len() + self.isf.len() < carbs;
        if is_mostly_carbs && self.isf.len() < ENOUGH_SENSITIVITY_DATA {
            self.isf.append(&mut self.csf);
        }
    }
}

fn add_and_keep_lower_half(data: &mut Vec<Datum>, more: &[Datum]) {
    data.extend(more);
    sort_by_difference(data, |a, b| a.deviation.value() - b.deviation.value());
    data.truncate(data.len() / 2);
}
