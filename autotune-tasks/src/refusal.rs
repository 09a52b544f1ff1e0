//! What is refused instead of answered wrongly.
//!
//! The reference takes a rejected download for a day without treatments, an
//! unknown curve for a bilinear one, and a missing schedule for a reason to drop
//! all bounds. Advice about insulin must not come from such input. These checks
//! are pure; each refusal says what was wrong, where, and what to write instead.

use serde_json::Value;

use crate::answer::{error_message, is_error_answer, kind};
use crate::oref0::{Profile, Tuned};

/// The range a profile's sensitivity must lie in, mg/dL per unit.
const ISF_RANGE: (f64, f64) = (10.0, 500.0);
/// The range a profile's carb ratio must lie in, grams per unit.
const CARB_RATIO_RANGE: (f64, f64) = (2.0, 150.0);
/// The range a profile's duration of insulin action must lie in, hours.
const DIA_RANGE: (f64, f64) = (2.0, 12.0);
/// The greatest basal rate, units per hour.
const HIGHEST_BASAL: f64 = 10.0;

/// Input that gets no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A server's error was saved in place of the data.
    #[error(
        "the {what} are an error message ({message}), not data; \
         check the address and the access token, then download them again"
    )]
    ErrorAnswer {
        /// What should have been there.
        what: &'static str,
        /// What the server said.
        message: String,
    },
    /// Something else than a list.
    #[error("the {what} are {found}, not a list; write a JSON array, `[]` if there are none")]
    NotAList {
        /// What should have been there.
        what: &'static str,
        /// What is there.
        found: &'static str,
    },
    /// A list with something else than records in it.
    #[error("number {place} of the {what} is {found}, not an object; write one object per record")]
    NotARecord {
        /// What should have been there.
        what: &'static str,
        /// The record's place, from 1.
        place: usize,
        /// What is there.
        found: &'static str,
    },
    /// No glucose entries at all.
    #[error("there are no glucose entries; export entries of type `sgv` for the days to tune")]
    NoEntries,
    /// Not enough days.
    #[error(
        "{asked} days were asked for, but {available} have readings for at least 70 % of the \
         time; ask for fewer or export more"
    )]
    TooFewDays {
        /// How many days were asked for.
        asked: usize,
        /// How many days are usable.
        available: usize,
    },
    /// A number of days that is not offered.
    #[error("{asked} days were asked for; ask for 1 to 30")]
    DayCount {
        /// How many days were asked for.
        asked: usize,
    },
    /// Something else than a profile.
    #[error("the {profile} is {found}, not an object; write an oref0 profile")]
    NotAProfile {
        /// Which profile.
        profile: &'static str,
        /// What is there.
        found: &'static str,
    },
    /// No basal schedule.
    #[error("the {profile} has no `basalprofile`; write at least one entry at minute 0")]
    NoBasals {
        /// Which profile.
        profile: &'static str,
    },
    /// A basal schedule that leaves the night open.
    #[error("the {profile}'s `basalprofile` begins at minute {minutes}; write an entry at minute 0")]
    LateBasals {
        /// Which profile.
        profile: &'static str,
        /// The first entry's minute.
        minutes: f64,
    },
    /// A basal rate that no pump delivers.
    #[error(
        "the {profile}'s `basalprofile` has a rate of {rate} at minute {minutes}; \
         write units per hour, above 0 and at most 10"
    )]
    BasalRate {
        /// Which profile.
        profile: &'static str,
        /// Minutes after midnight.
        minutes: f64,
        /// The rate, as it was given.
        rate: String,
    },
    /// No insulin curve, or an unknown one.
    #[error(
        "the {profile}'s `curve` is {found}; \
         write \"rapid-acting\", \"ultra-rapid\" or \"bilinear\""
    )]
    Curve {
        /// Which profile.
        profile: &'static str,
        /// The curve, as it was given.
        found: String,
    },
    /// No sensitivity schedule.
    #[error("the {profile} has no `isfProfile.sensitivities`; write at least one entry at offset 0")]
    NoSensitivities {
        /// Which profile.
        profile: &'static str,
    },
    /// A sensitivity schedule that leaves the night open.
    #[error(
        "the {profile}'s first sensitivity has the offset {found}, which the analysis takes for \
         a sensitivity of -1; write the offset 0"
    )]
    SensitivityOffset {
        /// Which profile.
        profile: &'static str,
        /// The offset, as it was given.
        found: String,
    },
    /// A number that is missing or out of bounds.
    #[error("the {profile}'s `{field}` is {found}; write {instead}")]
    Number {
        /// Which profile.
        profile: &'static str,
        /// The field's name.
        field: &'static str,
        /// The field, as it was given.
        found: String,
        /// What to write.
        instead: &'static str,
    },
    /// A result that is no number.
    #[error(
        "tuning gave no number for {what}; \
         check the day's entries and treatments for numbers out of range"
    )]
    NotFinite {
        /// What has no number.
        what: String,
    },
}

/// The records of a JSON file, refused if it holds anything else.
pub fn records(json: Value, what: &'static str) -> Result<Vec<Value>, Refusal> {
    let records = match json {
        Value::Array(records) => records,
        Value::Object(fields) if is_error_answer(&fields) => {
            return Err(Refusal::ErrorAnswer { what, message: error_message(&fields) });
        }
        other => return Err(Refusal::NotAList { what, found: kind(&other) }),
    };
    match records.iter().position(|record| !record.is_object()) {
        Some(place) => Err(Refusal::NotARecord { what, place: place + 1, found: kind(&records[place]) }),
        None => Ok(records),
    }
}

/// The profile of a JSON file, refused if it cannot be tuned with.
pub fn profile(json: Value, role: &'static str) -> Result<Profile, Refusal> {
    match json {
        Value::Object(fields) if fields.contains_key("basalprofile") || !is_error_answer(&fields) => {
            let profile = Profile::new(fields);
            check_profile(&profile, role)?;
            Ok(profile)
        }
        Value::Object(fields) => Err(Refusal::ErrorAnswer { what: role, message: error_message(&fields) }),
        other => Err(Refusal::NotAProfile { profile: role, found: kind(&other) }),
    }
}

/// Refuses a profile the analysis would misread.
pub fn check_profile(profile: &Profile, role: &'static str) -> Result<(), Refusal> {
    check_basals(profile, role)?;
    check_sensitivities(profile, role)?;
    let curve = profile.curve();
    if !matches!(curve, Some("rapid-acting" | "ultra-rapid" | "bilinear")) {
        return Err(Refusal::Curve { profile: role, found: given(profile.field("curve")) });
    }
    let check = |field, range: (f64, f64), instead| {
        let value = profile.field(field).and_then(Value::as_f64);
        match value {
            Some(value) if value >= range.0 && value <= range.1 => Ok(()),
            _ => Err(Refusal::Number { profile: role, field, found: given(profile.field(field)), instead }),
        }
    };
    check("carb_ratio", CARB_RATIO_RANGE, "grams per unit, from 2 to 150")?;
    check("dia", DIA_RANGE, "the hours insulin acts, from 2 to 12")?;
    check("min_5m_carbimpact", (0.0, 50.0), "mg/dL per 5 minutes; 8 is the usual value")
}

/// Refuses a tuned profile that is not made of numbers.
pub fn check_tuned(tuned: &Tuned) -> Result<(), Refusal> {
    let steps = &tuned.steps;
    let rates = steps.basals.iter().map(|basal| (basal.new, format!("the basal rate at {}:00", basal.hour)));
    [
        (steps.isf.new, "the sensitivity".to_owned()),
        (steps.carb_ratio.new, "the carb ratio".to_owned()),
        (steps.csf.new, "the carb sensitivity".to_owned()),
    ]
    .into_iter()
    .chain(rates)
    .find(|(value, _)| !value.is_finite() || *value <= 0.0)
    .map_or(Ok(()), |(_, what)| Err(Refusal::NotFinite { what }))
}

fn check_basals(profile: &Profile, role: &'static str) -> Result<(), Refusal> {
    let entries = profile.field("basalprofile").and_then(Value::as_array);
    let entries = entries.filter(|entries| !entries.is_empty());
    let entries = entries.ok_or(Refusal::NoBasals { profile: role })?;
    let minutes = |entry: &Value| entry.get("minutes").and_then(Value::as_f64).unwrap_or(f64::NAN);
    for entry in entries {
        let rate = entry.get("rate").and_then(Value::as_f64).unwrap_or(f64::NAN);
        if !(rate > 0.0 && rate <= HIGHEST_BASAL && minutes(entry) >= 0.0) {
            let rate = given(entry.get("rate"));
            return Err(Refusal::BasalRate { profile: role, minutes: minutes(entry), rate });
        }
    }
    let first = entries.iter().map(minutes).fold(f64::INFINITY, f64::min);
    if first > 0.0 {
        return Err(Refusal::LateBasals { profile: role, minutes: first });
    }
    Ok(())
}

fn check_sensitivities(profile: &Profile, role: &'static str) -> Result<(), Refusal> {
    let entries = profile.field("isfProfile").and_then(|isf| isf.get("sensitivities")?.as_array());
    let first = entries.and_then(|entries| entries.first());
    let first = first.ok_or(Refusal::NoSensitivities { profile: role })?;
    if first.get("offset").and_then(Value::as_f64) != Some(0.0) {
        let found = given(first.get("offset"));
        return Err(Refusal::SensitivityOffset { profile: role, found });
    }
    let isf = profile.isf();
    if isf >= ISF_RANGE.0 && isf <= ISF_RANGE.1 {
        return Ok(());
    }
    Err(Refusal::Number {
        profile: role,
        field: "isfProfile.sensitivities[0].sensitivity",
        found: given(first.get("sensitivity")),
        instead: "mg/dL per unit, from 10 to 500 (mmol/L times 18)",
    })
}

fn given(value: Option<&Value>) -> String {
    value.map_or_else(|| "missing".to_owned(), Value::to_string)
}
