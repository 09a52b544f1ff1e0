//! The second step: tuning basal rates, sensitivity and carb ratio.
//! (oref0 `lib/autotune/index.js`)
//!
//! Every number moves a fifth of the way to what the day's data asks for, and
//! stays within bounds around the pump's profile. What was done is returned
//! beside the profile, so that a report can say which bound was met.

mod basal;
mod carb_ratio;
mod csf;
mod curve;
mod error;
mod isf;

use serde::{Deserialize, Serialize};

use super::{
    js::{self, is_truthy_number, round3},
    prep::Prep,
    profile::Profile,
    zone::Zone,
};
pub use basal::HourStep;
pub use error::TuneError;

/// A tuned profile and how it came about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tuned {
    /// The profile: the given one with the tuned numbers.
    pub profile: Profile,
    /// What was done to each number.
    pub steps: Steps,
}

/// What was done to each number, and on what data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Steps {
    /// Insulin sensitivity, mg/dL per unit.
    pub isf: Step,
    /// Carb ratio, grams per unit.
    pub carb_ratio: Step,
    /// Carb sensitivity, mg/dL per gram.
    pub csf: Step,
    /// Basal rates, one for each hour, units per hour.
    pub basals: Vec<HourStep>,
}

/// What was done to a number.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The number before.
    pub old: f64,
    /// What the day's data asks for.
    pub wanted: f64,
    /// The number after.
    pub new: f64,
    /// The bound that cut short what the data asks for.
    pub wanted_limit: Option<Limit>,
    /// The bound that cut short the number itself.
    pub limit: Option<Limit>,
    /// Readings or meals the number was tuned with.
    pub points: usize,
}

/// A bound that a number met.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Limit {
    /// Which end.
    pub bound: Bound,
    /// The greatest or smallest number allowed.
    pub value: f64,
}

/// The end of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// The smallest number allowed.
    Lower,
    /// The greatest number allowed.
    Upper,
}

/// A range of numbers; an end that is no number bounds nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Range {
    lowest: f64,
    highest: f64,
}

impl Range {
    const OPEN: Self = Self { lowest: f64::NAN, highest: f64::NAN };

    fn clamp(self, x: f64) -> (f64, Option<Limit>) {
        if x > self.highest {
            (self.highest, Some(Limit { bound: Bound::Upper, value: self.highest }))
        } else if x < self.lowest {
            (self.lowest, Some(Limit { bound: Bound::Lower, value: self.lowest }))
        } else {
            (x, None)
        }
    }
}

/// The pump's own numbers, which bound the tuned ones; not a number if unknown.
#[derive(Debug, Clone, Copy, PartialEq)]
struct PumpNumbers {
    isf: f64,
    carb_ratio: f64,
    csf: f64,
    /// The bounds as ratios to the pump's numbers.
    ratios: Range,
}

impl PumpNumbers {
    fn of(pump: &Profile) -> Result<Self, TuneError> {
        const DEFAULT_HIGHEST: f64 = 1.2;
        const DEFAULT_LOWEST: f64 = 0.7;

        let ratio = |name, default| pump.field(name).map_or(default, |given| js::number(Some(given)));
        // Quirk: without a pump basal schedule there are no bounds at all.
        let has_basals = pump.basal_entries().is_some_and(|entries| js::truthy(entries.first()));
        let ratios = if has_basals {
            Range {
                lowest: ratio("autosens_min", DEFAULT_LOWEST),
                highest: ratio("autosens_max", DEFAULT_HIGHEST),
            }
        } else {
            Range::OPEN
        };
        let none = Self { isf: f64::NAN, carb_ratio: f64::NAN, csf: f64::NAN, ratios };
        if !pump.is_on("isfProfile") {
            return Ok(none);
        }
        let entries = pump.sensitivities().ok_or(TuneError::NoSensitivities { profile: "pump profile" })?;
        if !js::truthy(entries.first()) {
            return Ok(none);
        }
        let (isf, carb_ratio) = (pump.isf(), pump.carb_ratio());
        Ok(Self { isf, carb_ratio, csf: isf / carb_ratio, ratios })
    }
}

/// Tunes a profile with one day's data, bounded by the pump's profile.
///
/// The zone is the one local hours are in. The insulin curve is taken as the
/// profile has it; see [`Profile::take_insulin_curve`].
pub fn core(prep: &Prep, previous: &Profile, pump: &Profile, zone: &Zone) -> Result<Tuned, TuneError> {
    let no_sensitivities = TuneError::NoSensitivities { profile: "profile" };
    if previous.sensitivities().is_none_or(<[_]>::is_empty) {
        return Err(no_sensitivities);
    }
    let bounds = PumpNumbers::of(pump)?;
    let or = |x: f64, other: f64| if is_truthy_number(x) { x } else { other };
    let given = previous.isf();
    let carb_ratio = or(previous.carb_ratio(), bounds.carb_ratio);
    let csf = or(given / previous.carb_ratio(), bounds.csf);
    let isf = or(given, bounds.isf);

    let mut profile = previous.clone();
    curve::tune(&mut profile, prep)?;
    let (schedule, basals) = basal::tune(prep, previous, pump, isf, bounds.ratios, zone)?;
    let impact = previous.number("min_5m_carbimpact");
    let steps = Steps {
        csf: csf::tune(&prep.csf, csf, impact, bounds),
        carb_ratio: carb_ratio::tune(&prep.carb_ratio_periods, carb_ratio, isf, bounds),
        isf: isf::tune(&prep.isf, isf, pump, bounds),
        basals,
    };
    profile.set("basalprofile", schedule.into());
    profile.set_isf(steps.isf.new);
    profile.set("sens", js::json(steps.isf.new));
    profile.set("csf", js::json(steps.csf.new));
    profile.set("carb_ratio", js::json(round3(steps.carb_ratio.new)));
    Ok(Tuned { profile, steps })
}

/// A fifth of the way from a number to another.
fn approach(from: f64, to: f64) -> f64 {
    0.8 * from + 0.2 * to
}

/// The rounded number, or the old one where there is none.
fn settle(new: f64, old: f64) -> f64 {
    let new = round3(new);
    if is_truthy_number(new) { new } else { old }
}
