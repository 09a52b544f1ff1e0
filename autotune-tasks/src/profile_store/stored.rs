//! One profile of a Nightscout.

use std::fmt;

use serde_json::Value;

use super::{
    ProfileRefusal, Schedule, Units,
    schedule::{number_in, scale},
};

/// The least sensitivity that is taken for one in mg/dL.
const LEAST_MGDL: f64 = 15.0;
/// The greatest sensitivity that is taken for one in mmol/L.
const GREATEST_MMOL: f64 = 30.0;

/// One profile of a Nightscout, strict: every schedule covers the day.
#[derive(Clone, PartialEq)]
pub struct StoredProfile {
    /// Basal rates, units per hour.
    pub basal: Schedule,
    /// Insulin sensitivities, mg/dL per unit.
    pub sensitivity: Schedule,
    /// Carb ratios, grams per unit.
    pub carb_ratio: Schedule,
    /// Lower ends of the targets, mg/dL; `None` where the profile has no targets.
    pub target_low: Option<Schedule>,
    /// Upper ends of the targets, mg/dL; `None` where the profile has no targets.
    pub target_high: Option<Schedule>,
    /// Duration of insulin action, hours.
    pub dia: f64,
    /// The units it is written in.
    pub units: Units,
    /// The name of its time zone, as it is written.
    pub timezone: Option<String>,
}

impl StoredProfile {
    /// Reads a profile of a document's store.
    ///
    /// Units stand in the profile, or in the document (`outer`), or are `given`.
    pub fn read(json: &Value, outer: Option<&Value>, given: Option<Units>) -> Result<Self, ProfileRefusal> {
        let written = [Some(json), outer].into_iter().flatten().find_map(|place| {
            let name = place.get("units")?.as_str().filter(|name| !name.trim().is_empty())?;
            Some(Units::named(name).ok_or(ProfileRefusal::NoUnits))
        });
        let units = match (written.transpose()?, given) {
            (Some(written), Some(given)) if written != given => return Err(ProfileRefusal::OtherUnits),
            (written, given) => written.or(given).ok_or(ProfileRefusal::NoUnits)?,
        };
        let schedule = |field| Schedule::read(field, json.get(field));
        let in_mgdl = |schedule: Schedule| schedule.map(|value| units.to_mgdl(value));
        let target =
            |field| json.get(field).and_then(|json| Schedule::read(field, Some(json)).ok()).map(in_mgdl);

        let sensitivity = schedule("sens")?;
        check_units(&sensitivity, units)?;
        let dia = json.get("dia").and_then(number_in).filter(|dia| dia.is_finite());
        Ok(Self {
            basal: schedule("basal")?,
            sensitivity: in_mgdl(sensitivity),
            carb_ratio: schedule("carbratio")?,
            target_low: target("target_low"),
            target_high: target("target_high"),
            dia: dia.ok_or(ProfileRefusal::Schedule { field: "dia", problem: "is no number" })?,
            units,
            timezone: json
                .get("timezone")
                .and_then(Value::as_str)
                .map(str::trim)
                .filter(|name| !name.is_empty())
                .map(str::to_owned),
        })
    }

    /// Whether the analysis could not tell it from another one.
    #[must_use]
    pub fn doses_as(&self, other: &Self) -> bool {
        let doses = |profile: &Self| {
            (profile.basal.clone(), profile.sensitivity.clone(), profile.carb_ratio.clone(), profile.dia)
        };
        doses(self) == doses(other)
    }

    /// The profile with a percentage of its insulin, so many hours later.
    pub(super) fn adjusted(&self, percentage: f64, later_by_hours: i32) -> Self {
        let factor = percentage / 100.0;
        let minutes = later_by_hours * 60;
        let inverse = |schedule: &Schedule| scale(schedule, schedule.first() / factor).later_by(minutes);
        Self {
            basal: self.basal.map(|rate| rate * factor).later_by(minutes),
            sensitivity: inverse(&self.sensitivity),
            carb_ratio: inverse(&self.carb_ratio),
            target_low: self.target_low.as_ref().map(|target| target.later_by(minutes)),
            target_high: self.target_high.as_ref().map(|target| target.later_by(minutes)),
            ..self.clone()
        }
    }
}

/// Shown without any dose.
impl fmt::Debug for StoredProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredProfile").field("units", &self.units).finish_non_exhaustive()
    }
}

fn check_units(sensitivity: &Schedule, units: Units) -> Result<(), ProfileRefusal> {
    let wrong = |units, tendency| Err(ProfileRefusal::WrongUnits { units, tendency });
    match units {
        Units::MgDl if sensitivity.values().any(|isf| isf < LEAST_MGDL) => wrong("mg/dl", "low"),
        Units::Mmol if sensitivity.values().any(|isf| isf > GREATEST_MMOL) => wrong("mmol/L", "high"),
        _ => Ok(()),
    }
}
