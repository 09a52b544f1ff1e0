//! Sorting readings by what dominates them: carbs, insulin, or the basal rate.
//! (oref0 `lib/autotune-prep/categorize.js`)
//!
//! Readings are walked from the oldest to the newest. Each is compared with the
//! glucose twenty minutes before and with the insulin acting at the time; what
//! insulin does not explain is its deviation.

mod uam;
mod walk;

use super::{
    dosed::dosed,
    glucose::Bucket,
    iob::{Curve, InsulinHistory},
    js::{Fixed2, sort_by_difference},
    prep::{CarbRatioPeriod, PrepError},
    profile::{Basals, Profile, Sensitivities},
};
use walk::Walk;

/// What the profile assumes about carbs, insulin and the basal rate.
#[derive(Debug)]
pub(crate) struct Assumptions {
    sensitivities: Option<Sensitivities>,
    basals: Option<Basals>,
    pump_has_basals: bool,
    carb_ratio: f64,
    /// The least carbs are taken to raise the glucose, mg/dL per 5 minutes.
    min_5m_carbimpact: f64,
    uam_as_basal: bool,
}

impl Assumptions {
    pub(crate) fn of(profile: &Profile, pump: &Profile, uam_as_basal: bool) -> Self {
        Self {
            sensitivities: profile.sensitivities().and_then(Sensitivities::new),
            basals: profile.basal_entries().and_then(Basals::new),
            pump_has_basals: pump.basal_entries().is_some_and(|entries| !entries.is_empty()),
            carb_ratio: profile.carb_ratio(),
            min_5m_carbimpact: profile.number("min_5m_carbimpact"),
            uam_as_basal,
        }
    }
}

/// Where in the absorption of a meal a reading lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absorption {
    Start,
    End,
}

impl Absorption {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::End => "end",
        }
    }
}

/// What the analysis found out about one reading.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Datum {
    /// The reading's place among the buckets.
    pub(crate) bucket: usize,
    /// Change of the glucose, mean over the last four readings.
    pub(crate) avg_delta: Fixed2,
    /// Change that insulin explains.
    pub(crate) bgi: f64,
    /// The difference of the two.
    pub(crate) deviation: Fixed2,
    pub(crate) meal_absorption: Option<Absorption>,
    pub(crate) meal_carbs: Option<f64>,
    pub(crate) starts_unannounced_meal: bool,
}

/// A day's readings, sorted.
#[derive(Debug, Default)]
pub(crate) struct Categories {
    pub(crate) periods: Vec<CarbRatioPeriod>,
    pub(crate) csf: Vec<Datum>,
    pub(crate) isf: Vec<Datum>,
    pub(crate) basal: Vec<Datum>,
    /// Unannounced meals, until they are put elsewhere.
    uam: Vec<Datum>,
}

impl Categories {
    /// Adds the insulin given during each carb ratio period.
    pub(crate) fn measure_doses(&mut self, history: &mut InsulinHistory<'_>) -> Result<(), PrepError> {
        let end = self.periods.iter().map(|period| period.end_time).fold(f64::MIN, f64::max);
        let doses = history.doses_until(end)?;
        for period in &mut self.periods {
            period.insulin = dosed(doses, period.initial_carb_time, period.end_time);
        }
        Ok(())
    }
}

/// Times and grams of meals, oldest last; readings use them up.
pub(crate) type Meals = Vec<(f64, f64)>;

/// Sorts the readings. Uses up the meals: a second pass finds none.
pub(crate) fn categorize(
    buckets: &[Bucket<'_>],
    assumptions: &Assumptions,
    curve: &Curve,
    history: &mut InsulinHistory<'_>,
    meals: &mut Meals,
) -> Result<Categories, PrepError> {
    sort_by_difference(meals, |a, b| b.0 - a.0);
    if let Some(oldest) = buckets.last() {
        // Quirk: the newest meal stays, however old it is.
        let mut place = 0;
        meals.retain(|(time, _)| {
            place += 1;
            place == 1 || !time.lt(&oldest.time)
        });
    }
    let mut walk = Walk::new(buckets, assumptions, curve, history, meals);
    // The newest reading is left out, and the oldest ones have no past.
    for place in (1..buckets.len().saturating_sub(4)).rev() {
        walk.step(place)?;
    }
    let mut categories = walk.finish();
    categories.distribute_unannounced_meals(assumptions.uam_as_basal);
    Ok(categories)
}
