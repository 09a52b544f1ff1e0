//! A profile of Nightscout as oref0 has it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{ProfileRefusal, Schedule, StoredProfile};
use crate::{
    oref0::{Profile, Zone, js},
    refusal,
};

/// The range every sensitivity must lie in, mg/dL per unit.
const SENSITIVITIES: std::ops::RangeInclusive<f64> = 10.0..=500.0;
/// The range every basal rate must lie in, units per hour.
const BASALS: std::ops::RangeInclusive<f64> = 0.0..=10.0;
/// The range the duration of insulin action must lie in, hours.
const DIA: std::ops::RangeInclusive<f64> = 2.0..=12.0;
/// The range every carb ratio must lie in, grams per unit.
const CARB_RATIOS: std::ops::RangeInclusive<f64> = 2.0..=150.0;
/// The target where a profile has none, mg/dL.
const USUAL_TARGET: f64 = 100.0;

/// How insulin acts over time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum InsulinCurve {
    /// Novorapid, Novolog, Humalog, Apidra: most after 75 minutes.
    #[default]
    RapidActing,
    /// Fiasp, Lyumjev: most after 55 minutes.
    UltraRapid,
    /// Two straight lines, as old pumps count.
    Bilinear,
}

impl InsulinCurve {
    /// How the curve is written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RapidActing => "rapid-acting",
            Self::UltraRapid => "ultra-rapid",
            Self::Bilinear => "bilinear",
        }
    }

    /// Minutes until insulin acts most.
    const fn peak(self) -> u32 {
        match self {
            Self::UltraRapid => 55,
            Self::RapidActing | Self::Bilinear => 75,
        }
    }
}

/// The profile as the analysis takes it, with oref0's usual preferences.
///
/// All segments are kept. The carb ratio to tune is the first one, as is the
/// sensitivity. Refuses what the analysis would misread.
pub fn oref0_profile(
    stored: &StoredProfile,
    curve: InsulinCurve,
    zone: &Zone,
) -> Result<Profile, ProfileRefusal> {
    check(&stored.basal, "basal", &BASALS)?;
    check(&stored.sensitivity, "sens", &SENSITIVITIES)?;
    check(&stored.carb_ratio, "carbratio", &CARB_RATIOS)?;
    check(&Schedule::all_day(stored.dia), "dia", &DIA)?;
    let usual = || Schedule::all_day(USUAL_TARGET);
    let low = stored.target_low.clone().or_else(|| stored.target_high.clone()).unwrap_or_else(usual);
    let high = stored.target_high.clone().unwrap_or_else(|| low.clone());
    let highest = stored.basal.values().fold(0.0, f64::max);

    let json = json!({
        "min_5m_carbimpact": 8,
        "dia": js::json(stored.dia),
        "curve": curve.name(),
        "useCustomPeakTime": false,
        "insulinPeakTime": curve.peak(),
        "autosens_max": 1.2,
        "autosens_min": 0.7,
        "basalprofile": list(&stored.basal, |entry, minute, rate| {
            entry.insert("minutes".to_owned(), minute.into());
            entry.insert("rate".to_owned(), js::json(rate));
        }),
        "isfProfile": {
            "first": 1,
            "units": "mg/dL",
            "user_preferred_units": "mg/dL",
            "sensitivities": sensitivities(&stored.sensitivity),
        },
        "carb_ratio": js::json(stored.carb_ratio.first()),
        "carb_ratios": {
            "first": 1,
            "units": "grams",
            "schedule": list(&stored.carb_ratio, |entry, minute, ratio| {
                entry.insert("x".to_owned(), entry.get("i").cloned().unwrap_or_default());
                entry.insert("offset".to_owned(), minute.into());
                entry.insert("ratio".to_owned(), js::json(ratio));
                entry.insert("r".to_owned(), js::json(ratio));
            }),
        },
        "bg_targets": {
            "units": "mg/dL",
            "user_preferred_units": "mg/dL",
            "targets": list(&low, |entry, minute, low| {
                let high = high.at(minute);
                entry.insert("x".to_owned(), entry.get("i").cloned().unwrap_or_default());
                entry.insert("offset".to_owned(), minute.into());
                for (name, value) in [("low", low), ("high", high), ("min_bg", low), ("max_bg", high)] {
                    entry.insert(name.to_owned(), js::json(value));
                }
            }),
        },
        "min_bg": js::json(low.first()),
        "max_bg": js::json(high.first()),
        "sens": js::json(stored.sensitivity.first()),
        "current_basal": js::json(stored.basal.first()),
        "max_daily_basal": js::json(highest),
        "suspend_zeros_iob": true,
        "timezone": zone.name().unwrap_or("UTC"),
    });
    Ok(refusal::profile(json, "profile")?)
}

fn sensitivities(schedule: &Schedule) -> Vec<Value> {
    let mut entries = list(schedule, |entry, minute, isf| {
        entry.insert("offset".to_owned(), minute.into());
        entry.insert("x".to_owned(), entry.get("i").cloned().unwrap_or_default());
        entry.insert("sensitivity".to_owned(), js::json(isf));
    });
    let ends = schedule.segments().iter().skip(1).map(|segment| segment.minute).chain([1440]);
    for (entry, end) in entries.iter_mut().zip(ends) {
        if let Some(entry) = entry.as_object_mut() {
            entry.insert("endOffset".to_owned(), end.into());
        }
    }
    entries
}

/// One entry for each segment, with its place and its time.
fn list(schedule: &Schedule, fill: impl Fn(&mut Map<String, Value>, u16, f64)) -> Vec<Value> {
    let entry = |(place, segment): (usize, &super::Segment)| {
        let mut entry = Map::new();
        entry.insert("i".to_owned(), place.into());
        let start = format!("{:02}:{:02}:00", segment.minute / 60, segment.minute % 60);
        entry.insert("start".to_owned(), start.into());
        fill(&mut entry, segment.minute, segment.value);
        Value::Object(entry)
    };
    schedule.segments().iter().enumerate().map(entry).collect()
}

/// The analysis looks at every segment, its own check at the first alone; and it
/// names the number, which is nobody's business here.
fn check(
    schedule: &Schedule,
    field: &'static str,
    range: &std::ops::RangeInclusive<f64>,
) -> Result<(), ProfileRefusal> {
    if schedule.values().all(|value| range.contains(&value)) {
        return Ok(());
    }
    Err(ProfileRefusal::Schedule { field, problem: "has a number that no person has" })
}
