//! Finding the carbohydrates that were eaten. (oref0 `lib/meal/history.js`)
//!
//! Carbs are reported by several programs, and more than once; what has the
//! same time stamp, or lies within two seconds, is taken for the same meal.

use serde_json::Value;

use super::{js, treatment::Clock};

/// A meal or bolus, with the fields as they were given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Meal<'v> {
    /// When, if the record says.
    pub timestamp: Option<&'v Value>,
    /// Grams of carbohydrates.
    pub carbs: Option<&'v Value>,
    /// Units of insulin.
    pub bolus: Option<&'v Value>,
}

impl Meal<'_> {
    pub(crate) fn grams(&self) -> f64 {
        js::number(self.carbs)
    }
}

/// The two things a meal may repeat.
#[derive(Debug, Clone, Copy)]
enum Part {
    Carbs,
    Bolus,
}

/// Finds meals in the separate carb records, then in the treatments.
///
/// Boluses are listed too: the analysis counts them as one more entry.
#[must_use]
pub fn find_meals<'v>(
    treatments: impl IntoIterator<Item = &'v Value>,
    carb_records: &'v [Value],
    clock: Clock<'_>,
) -> Vec<Meal<'v>> {
    let mut found = Found { meals: Vec::new(), dates: Vec::new(), clock };
    for record in carb_records {
        let (created, carbs) = (record.get("created_at"), record.get("carbs"));
        if js::truthy(carbs) && js::truthy(created) {
            found.add(Part::Carbs, created, Meal { timestamp: created, carbs, bolus: None });
        }
    }
    let mut wizards = Vec::new();
    for record in treatments {
        let kind = record.get("_type").and_then(Value::as_str).unwrap_or("");
        if kind == "BolusWizard" && js::truthy(record.get("timestamp")) {
            wizards.push(record);
        } else {
            found.treatment(record, kind);
        }
    }
    // Last, because each must be matched with the bolus it led to.
    for record in wizards {
        let timestamp = record.get("timestamp");
        if found.has(Part::Bolus, timestamp) {
            let meal = Meal { timestamp, carbs: record.get("carb_input"), bolus: None };
            found.add(Part::Carbs, timestamp, meal);
        }
    }
    found.meals
}

struct Found<'v, 'c> {
    meals: Vec<Meal<'v>>,
    /// The meals' time stamps, as `new Date` reads them.
    dates: Vec<f64>,
    clock: Clock<'c>,
}

impl<'v> Found<'v, '_> {
    fn treatment(&mut self, record: &'v Value, kind: &str) {
        let (created, timestamp) = (record.get("created_at"), record.get("timestamp"));
        let (carbs, insulin) = (record.get("carbs"), record.get("insulin"));
        let carb_input = record.get("carb_input");
        let is_xdrip = record.get("enteredBy").and_then(Value::as_str) == Some("xdrip");
        match kind {
            "Bolus" if js::truthy(timestamp) => {
                let bolus = record.get("amount");
                self.add(Part::Bolus, timestamp, Meal { timestamp, carbs: None, bolus });
            }
            "Meal Bolus" | "Correction Bolus" | "Snack Bolus" | "Bolus Wizard" | "Carb Correction"
                if js::truthy(created) =>
            {
                self.add(Part::Carbs, created, Meal { timestamp: created, carbs, bolus: None });
            }
            // Quirk: looked up by `timestamp`, kept under `created_at`.
            _ if is_xdrip || js::number(carbs) > 0.0 => {
                let meal = Meal { timestamp: created, carbs, bolus: insulin };
                self.add(Part::Carbs, timestamp, meal);
            }
            "JournalEntryMealMarker" if js::number(carb_input) > 0.0 && js::truthy(timestamp) => {
                let meal = Meal { timestamp, carbs: carb_input, bolus: None };
                self.add(Part::Carbs, timestamp, meal);
            }
            _ => {}
        }
    }

    fn add(&mut self, part: Part, timestamp: Option<&Value>, meal: Meal<'v>) {
        if !self.has(part, timestamp) {
            self.dates.push(self.clock.zone.date_of(meal.timestamp));
            self.meals.push(meal);
        }
    }

    /// Whether a meal with this part is known for this time.
    fn has(&self, part: Part, timestamp: Option<&Value>) -> bool {
        const TOLERANCE: f64 = 2000.0;
        let date = self.clock.zone.date_of(timestamp);
        self.meals
            .iter()
            .zip(&self.dates)
            .filter(|(meal, _)| match part {
                Part::Carbs => meal.carbs.is_some(),
                Part::Bolus => meal.bolus.is_some(),
            })
            .any(|(meal, &known)| {
                (known > date - TOLERANCE && known < date + TOLERANCE) || meal.timestamp == timestamp
            })
    }
}
