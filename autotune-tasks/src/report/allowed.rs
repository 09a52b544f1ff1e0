//! The ranges that the analysis keeps its numbers in, around the pump's profile.

use crate::oref0::{Profile, js};

/// Ratios to the pump's numbers where its profile gives none.
const DEFAULT_RATIOS: (f64, f64) = (0.7, 1.2);
/// The range every carb ratio is kept in, grams per unit.
const CARB_RATIOS: (f64, f64) = (3.0, 150.0);

/// The allowed ranges, lowest and highest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Allowed {
    ratios: (f64, f64),
    pub(super) isf: (f64, f64),
    pub(super) carb_ratio: (f64, f64),
    pub(super) csf: (f64, f64),
}

impl Allowed {
    pub(super) fn around(pump: &Profile) -> Self {
        let ratio = |name, default| pump.field(name).map_or(default, |given| js::number(Some(given)));
        let (lowest, highest) =
            (ratio("autosens_min", DEFAULT_RATIOS.0), ratio("autosens_max", DEFAULT_RATIOS.1));
        let (isf, carb_ratio) = (pump.isf(), pump.carb_ratio());
        let csf = isf / carb_ratio;
        Self {
            ratios: (lowest, highest),
            // High insulin needs mean a low sensitivity.
            isf: (isf / highest, isf / lowest),
            carb_ratio: ((carb_ratio * lowest).max(CARB_RATIOS.0), (carb_ratio * highest).min(CARB_RATIOS.1)),
            csf: (csf * lowest, csf * highest),
        }
    }

    /// The range of a basal rate that the pump has at some value.
    pub(super) fn basal(&self, rate: f64) -> (f64, f64) {
        let rate = js::round3(rate);
        (rate * self.ratios.0, rate * self.ratios.1)
    }
}
