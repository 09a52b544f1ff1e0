//! The first step: sorting a day's readings by what dominates them.
//! (oref0 `lib/autotune-prep/index.js`, `bin/oref0-autotune-prep.js`)

mod curve;
mod data;
mod error;

use serde::Serialize;
use serde_json::Value;

use super::{
    categorize::{Assumptions, Categories, categorize},
    glucose::{self, Bucket},
    iob::{Curve, Delivery, InsulinHistory},
    js::{self, Direction, Key, sort_by_key},
    meal::find_meals,
    profile::Profile,
    treatment::Clock,
};
use curve::CurveDeviations;
pub use data::{CarbRatioPeriod, CurveDeviation, GlucoseDatum, Prep};
pub use error::PrepError;

/// What the first step looks at.
#[derive(Debug, Clone, Copy)]
pub struct PrepInput<'a> {
    /// The profile to tune: the pump's, or the one tuned the day before.
    pub profile: &'a Profile,
    /// The profile the pump runs.
    pub pump: &'a Profile,
    /// Glucose entries, in any order.
    pub entries: &'a [Value],
    /// Treatments, in any order.
    pub treatments: &'a [Value],
    /// Carbs recorded apart from the treatments.
    pub carbs: &'a [Value],
    /// The time zone and the time now.
    pub clock: Clock<'a>,
    /// How to go about it.
    pub options: PrepOptions,
}

/// Choices of the first step; the default is the reference's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct PrepOptions {
    /// Unannounced meals count as basal data: for those who never skip a meal entry.
    pub uam_as_basal: bool,
    /// Also measure how other insulin durations and peaks would do.
    pub tune_insulin_curve: bool,
}

/// Sorts a day's readings into carb ratio, carb, sensitivity and basal data.
pub fn prep(input: &PrepInput<'_>) -> Result<Prep, PrepError> {
    let profile = with_pump_settings(input.profile, input.pump)?;
    let clock = input.clock;
    if let Some(place) = input.treatments.iter().position(Value::is_null) {
        return Err(PrepError::NullTreatment { place });
    }
    let mut treatments: Vec<(Key, &Value)> = input
        .treatments
        .iter()
        .map(|record| (Key::Number(clock.moment(record.get("created_at"))), record))
        .collect();
    sort_by_key(&mut treatments, Direction::Descending, |record| record.0);
    let treatments = || treatments.iter().map(|(_, record)| *record);

    let mut meals = find_meals(treatments(), input.carbs, clock)
        .into_iter()
        .map(|meal| (clock.moment(meal.timestamp), meal.grams()))
        .collect();
    let buckets = glucose::buckets(input.entries, clock)?;
    let mut history = InsulinHistory::new(treatments(), Delivery::of(&profile), clock);
    let assumptions = Assumptions::of(&profile, input.pump, input.options.uam_as_basal);

    let mut pass = |profile: &Profile| {
        let curve = Curve::of(profile)?;
        categorize(&buckets, &assumptions, &curve, &mut history, &mut meals)
    };
    let mut categories = pass(&profile)?;
    let deviations = if input.options.tune_insulin_curve && profile.curve() != Some("bilinear") {
        Some(CurveDeviations::measure(&profile, &buckets, &mut pass)?)
    } else {
        None
    };
    categories.measure_doses(&mut history)?;
    Ok(to_data(&categories, &buckets, deviations))
}

/// Refuses profiles that both lack a believable carb ratio.
pub fn check_carb_ratios(profile: &Profile, pump: &Profile) -> Result<(), PrepError> {
    if is_believable(profile) || is_believable(pump) {
        return Ok(());
    }
    Err(PrepError::CarbRatio {
        profile: js::text(profile.field("carb_ratio")),
        pump: js::text(pump.field("carb_ratio")),
    })
}

/// The profile with the pump's insulin curve, and its carb ratio where it needs one.
fn with_pump_settings(profile: &Profile, pump: &Profile) -> Result<Profile, PrepError> {
    check_carb_ratios(profile, pump)?;
    let mut combined = profile.clone();
    if !is_believable(profile) {
        combined.copy_field("carb_ratio", pump);
    }
    combined.take_insulin_curve(pump);
    Ok(combined)
}

/// Below two grams per unit, a carb ratio is taken for a decoding error.
fn is_believable(profile: &Profile) -> bool {
    const LOWEST: f64 = 2.0;
    profile.field("carb_ratio").is_some() && !profile.carb_ratio().lt(&LOWEST)
}

fn to_data(categories: &Categories, buckets: &[Bucket<'_>], deviations: Option<CurveDeviations>) -> Prep {
    let data = |data: &[super::categorize::Datum]| {
        data.iter().filter_map(|datum| GlucoseDatum::new(datum, buckets)).collect()
    };
    let (dia_deviations, peak_deviations) =
        deviations.map_or((None, None), |found| (found.dia, Some(found.peak)));
    Prep {
        carb_ratio_periods: categories.periods.clone(),
        csf: data(&categories.csf),
        isf: data(&categories.isf),
        basal: data(&categories.basal),
        dia_deviations,
        peak_deviations,
    }
}
