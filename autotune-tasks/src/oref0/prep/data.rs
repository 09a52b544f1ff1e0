//! What the first step hands to the second, in oref0's JSON.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::oref0::{
    categorize::Datum,
    glucose::Bucket,
    js,
    zone::{Zone, iso},
};

/// A day's data, sorted by what it can tune: `autotune.<date>.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prep {
    /// Meals from the first carbs to the end of their insulin.
    #[serde(rename = "CRData")]
    pub carb_ratio_periods: Vec<CarbRatioPeriod>,
    /// Readings while carbs are absorbed.
    #[serde(rename = "CSFGlucoseData")]
    pub csf: Vec<GlucoseDatum>,
    /// Readings dominated by insulin above the schedule.
    #[serde(rename = "ISFGlucoseData")]
    pub isf: Vec<GlucoseDatum>,
    /// Readings dominated by scheduled basal insulin.
    #[serde(rename = "basalGlucoseData")]
    pub basal: Vec<GlucoseDatum>,
    /// Deviations for shorter and longer insulin durations.
    #[serde(rename = "diaDeviations", default, skip_serializing_if = "Option::is_none")]
    pub dia_deviations: Option<Vec<CurveDeviation>>,
    /// Deviations for earlier and later insulin peaks.
    #[serde(rename = "peakDeviations", default, skip_serializing_if = "Option::is_none")]
    pub peak_deviations: Option<Vec<CurveDeviation>>,
}

/// A reading with what the analysis found out about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GlucoseDatum {
    fields: Map<String, Value>,
}

/// A meal, from the first carbs until its insulin is used up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CarbRatioPeriod {
    /// Insulin on board at the start, units.
    #[serde(rename = "CRInitialIOB", with = "number", default = "missing")]
    pub initial_iob: f64,
    /// Glucose at the start, mg/dL.
    #[serde(rename = "CRInitialBG", with = "number", default = "missing")]
    pub initial_bg: f64,
    /// The start, milliseconds.
    #[serde(rename = "CRInitialCarbTime", with = "time", default = "missing")]
    pub initial_carb_time: f64,
    /// Insulin on board at the end, units.
    #[serde(rename = "CREndIOB", with = "number", default = "missing")]
    pub end_iob: f64,
    /// Glucose at the end, mg/dL.
    #[serde(rename = "CREndBG", with = "number", default = "missing")]
    pub end_bg: f64,
    /// The end, milliseconds.
    #[serde(rename = "CREndTime", with = "time", default = "missing")]
    pub end_time: f64,
    /// Grams eaten.
    #[serde(rename = "CRCarbs", with = "number", default = "missing")]
    pub carbs: f64,
    /// Units given.
    #[serde(rename = "CRInsulin", with = "number", default = "missing")]
    pub insulin: f64,
}

/// How well an insulin duration or peak explains the basal data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CurveDeviation {
    /// The duration tried, hours.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "plain")]
    pub dia: Option<f64>,
    /// The time of the peak tried, minutes.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "plain")]
    pub peak: Option<f64>,
    /// Mean of the deviations; none without basal data.
    #[serde(rename = "meanDeviation", default, serialize_with = "plain")]
    pub mean: Option<f64>,
    /// Square of the mean of their roots.
    #[serde(rename = "SMRDeviation", default, serialize_with = "plain")]
    pub smr: Option<f64>,
    /// Root of the mean of their squares.
    #[serde(rename = "RMSDeviation", default, serialize_with = "plain")]
    pub rms: Option<f64>,
}

impl GlucoseDatum {
    pub(crate) fn new(datum: &Datum, buckets: &[Bucket<'_>]) -> Option<Self> {
        let mut fields = buckets.get(datum.bucket)?.to_record();
        let mut set = |name: &str, value: Value| fields.insert(name.to_owned(), value);
        set("avgDelta", Value::from(datum.avg_delta.to_string()));
        set("BGI", js::json(datum.bgi));
        set("deviation", Value::from(datum.deviation.to_string()));
        if let Some(absorption) = datum.meal_absorption {
            set("mealAbsorption", Value::from(absorption.as_str()));
        }
        if let Some(carbs) = datum.meal_carbs {
            set("mealCarbs", js::json(carbs));
        }
        if datum.starts_unannounced_meal {
            set("uamAbsorption", Value::from("start"));
        }
        Some(Self { fields })
    }

    /// A field of the reading or of the analysis.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }

    /// How far the glucose moved from what insulin explains, mg/dL per 5 minutes.
    #[must_use]
    pub fn deviation(&self) -> f64 {
        js::parse_float(self.field("deviation"))
    }

    /// What insulin activity explains, mg/dL per 5 minutes.
    #[must_use]
    pub fn bgi(&self) -> f64 {
        js::parse_float(self.field("BGI"))
    }

    /// Grams of the meal being absorbed; a fraction is cut off.
    pub(crate) fn meal_carbs(&self) -> f64 {
        js::parse_int(self.field("mealCarbs"))
    }

    pub(crate) fn meal_absorption(&self) -> Option<&str> {
        self.field("mealAbsorption").and_then(Value::as_str)
    }

    /// The reading's time; `None` where no field tells.
    pub(crate) fn time(&self, zone: &Zone) -> Option<f64> {
        let given = |name| self.field(name).filter(|value| js::truthy(Some(value)));
        if let Some(date) = given("date") {
            return Some(zone.date_of(Some(date)));
        }
        if let Some(shown) = given("displayTime") {
            return Some(zone.date_of_text(&shown.as_str()?.replacen('T', " ", 1)));
        }
        given("dateString").map(|text| zone.date_of(Some(text)))
    }
}

/// What arithmetic with a missing field gives.
const fn missing() -> f64 {
    f64::NAN
}

#[expect(clippy::ref_option, reason = "serde calls it with a reference to the field")]
fn plain<S: Serializer>(x: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    x.map_or(Value::Null, js::json).serialize(serializer)
}

/// Numbers as JavaScript writes and reads them.
mod number {
    use super::{Deserialize, Deserializer, Serialize, Serializer, Value, js};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    pub(super) fn serialize<S: Serializer>(x: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        js::json(*x).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        Value::deserialize(deserializer).map(|value| js::number(Some(&value)))
    }
}

/// Times in text, in UTC with milliseconds.
mod time {
    use super::{Deserialize, Deserializer, Serialize, Serializer, Value, Zone, iso};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    pub(super) fn serialize<S: Serializer>(at: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        iso(*at).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        Value::deserialize(deserializer).map(|value| Zone::UTC.date_of(Some(&value)))
    }
}
