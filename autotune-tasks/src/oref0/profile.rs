//! A profile: what the pump delivers and what the analysis assumes.
//!
//! Profiles come from different programs and carry more fields than are used
//! here. All of them are kept, because the tuned profile is the given one with
//! some numbers changed. Numbers are read leniently, as JavaScript does.

mod basal;
mod sensitivity;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{js, zone::Zone};

pub(crate) use basal::{Basals, is_zero};
pub(crate) use sensitivity::Sensitivities;

/// An oref0 profile document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Profile {
    fields: Map<String, Value>,
}

/// One entry of a basal schedule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BasalEntry {
    /// Minutes after midnight at which the rate begins.
    pub minutes: f64,
    /// Units per hour.
    pub rate: f64,
    /// How many days had no data for this hour.
    pub untuned: f64,
}

impl Profile {
    /// A profile from its JSON object.
    #[must_use]
    pub const fn new(fields: Map<String, Value>) -> Self {
        Self { fields }
    }

    /// The profile as JSON.
    #[must_use]
    pub fn to_value(&self) -> Value {
        Value::Object(self.fields.clone())
    }

    /// A field as it was given.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }

    /// Insulin sensitivity of the first schedule entry, mg/dL per unit.
    ///
    /// Not a number where the profile has none.
    #[must_use]
    pub fn isf(&self) -> f64 {
        js::number(self.sensitivities().and_then(|entries| entries.first()?.get("sensitivity")))
    }

    /// Carb ratio, grams per unit; not a number where the profile has none.
    #[must_use]
    pub fn carb_ratio(&self) -> f64 {
        self.number("carb_ratio")
    }

    /// Carb sensitivity, mg/dL per gram: as given, else the ratio of the two others.
    #[must_use]
    pub fn csf(&self) -> f64 {
        let given = self.number("csf");
        if given.is_nan() { self.isf() / self.carb_ratio() } else { given }
    }

    /// Duration of insulin action, hours; not a number where the profile has none.
    #[must_use]
    pub fn dia(&self) -> f64 {
        self.number("dia")
    }

    /// The name of the insulin curve.
    #[must_use]
    pub fn curve(&self) -> Option<&str> {
        self.field("curve").and_then(Value::as_str)
    }

    /// The IANA name of the zone the schedules are in.
    #[must_use]
    pub fn timezone(&self) -> Option<&str> {
        self.field("timezone").and_then(Value::as_str)
    }

    /// The basal schedule, in the order of the document.
    pub fn basals(&self) -> impl Iterator<Item = BasalEntry> {
        self.basal_entries().unwrap_or_default().iter().map(|entry| BasalEntry {
            minutes: js::number(entry.get("minutes")),
            rate: js::number(entry.get("rate")),
            untuned: js::number(entry.get("untuned")),
        })
    }

    /// The basal rate at a minute of the day: the last entry, in the order of
    /// the document, that begins no later.
    #[must_use]
    pub fn basal_rate_at(&self, minute: u16) -> Option<f64> {
        self.basals().filter(|entry| entry.minutes <= f64::from(minute)).last().map(|entry| entry.rate)
    }

    /// The basal rate and the sensitivity at a time, as the first step looks them up.
    ///
    /// `None` where a schedule is missing or the time is none.
    #[must_use]
    pub fn scheduled(&self, at: f64, zone: &Zone) -> Option<(f64, f64)> {
        let minute = zone.minute_of_day(at)?;
        let basal = Basals::new(self.basal_entries()?)?.at(Some(minute));
        Some((basal, Sensitivities::new(self.sensitivities()?)?.at(minute)))
    }

    /// Takes the insulin curve from the pump's profile.
    ///
    /// The pump's profile has the current preferences: its curve always counts,
    /// its duration and peak unless it says that custom peak times are in use.
    /// (oref0 `bin/oref0-autotune-prep.js`, `bin/oref0-autotune-core.js`)
    pub fn take_insulin_curve(&mut self, pump: &Self) {
        self.copy_field("curve", pump);
        if !js::truthy(pump.field("useCustomPeakTime")) {
            self.copy_field("dia", pump);
            self.copy_field("insulinPeakTime", pump);
        }
    }

    pub(crate) fn number(&self, name: &str) -> f64 {
        js::number(self.field(name))
    }

    pub(crate) fn is_on(&self, name: &str) -> bool {
        js::truthy(self.field(name))
    }

    pub(crate) fn basal_entries(&self) -> Option<&[Value]> {
        self.field("basalprofile").and_then(Value::as_array).map(Vec::as_slice)
    }

    pub(crate) fn sensitivities(&self) -> Option<&[Value]> {
        self.field("isfProfile")?.get("sensitivities")?.as_array().map(Vec::as_slice)
    }

    pub(crate) fn set(&mut self, name: &str, value: Value) {
        self.fields.insert(name.to_owned(), value);
    }

    /// Sets the sensitivity of the first schedule entry.
    pub(crate) fn set_isf(&mut self, isf: f64) {
        let first = self
            .fields
            .get_mut("isfProfile")
            .and_then(|profile| profile.get_mut("sensitivities")?.get_mut(0)?.as_object_mut());
        if let Some(first) = first {
            first.insert("sensitivity".to_owned(), js::json(isf));
        }
    }

    /// Copies a field, or the lack of it.
    pub(crate) fn copy_field(&mut self, name: &str, other: &Self) {
        match other.field(name) {
            Some(value) => self.set(name, value.clone()),
            None => {
                self.fields.remove(name);
            }
        }
    }
}
