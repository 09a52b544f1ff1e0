//! Profile records as different programs write them, and recommendations for them.

use autotune_tasks::{
    oref0::{Profile, Zone},
    profile_store::{Document, InsulinCurve, oref0_profile},
    recommendation::{BasalChange, Change, Recommendation},
    sync::{Options, Plan, SyncRefusal, plan},
};
use jiff::Timestamp;
use serde_json::{Value, json};

/// What an analysis changes, as ratios to a person's own numbers.
#[derive(Clone, Copy)]
pub(crate) struct Ratios {
    pub(crate) basal: fn(usize) -> f64,
    pub(crate) isf: f64,
    pub(crate) carb_ratio: f64,
    pub(crate) dia: f64,
    pub(crate) days: i8,
}

pub(crate) const USUAL: Ratios =
    Ratios { basal: |hour| if hour < 12 { 0.9 } else { 1.1 }, isf: 1.2, carb_ratio: 1.1, dia: 0.0, days: 7 };

pub(crate) fn now() -> Timestamp {
    "2024-05-20T10:11:12.345Z".parse().expect("a time")
}

/// A record as Nightscout's own editor writes it: text everywhere.
pub(crate) fn text_record() -> Value {
    json!({
        "_id": "6b03d46f412e5e6a27df2193",
        "defaultProfile": "Default",
        "store": { "Default": {
            "dia": "6", "carbs_hr": "20", "delay": "20", "timezone": "Europe/Amsterdam", "units": "mg/dl",
            "carbratio": [{ "time": "00:00", "value": "10", "timeAsSeconds": "0" }],
            "sens": [{ "time": "00:00", "value": "48", "timeAsSeconds": "0" }],
            "basal": [
                { "time": "00:00", "value": "0.65", "timeAsSeconds": "0" },
                { "time": "04:00", "value": "0.95", "timeAsSeconds": "14400" },
            ],
            "target_low": [{ "time": "00:00", "value": "100", "timeAsSeconds": "0" }],
            "target_high": [{ "time": "00:00", "value": "110", "timeAsSeconds": "0" }],
            "startDate": "1970-01-01T00:00:00.000Z",
        } },
        "startDate": "2024-05-01T00:00:00.000Z", "mills": "0", "units": "mg/dl",
        "created_at": "2024-05-01T00:00:00.000Z",
    })
}

/// A record as Loop and AAPS write them: numbers, mmol/L, fields of their own.
pub(crate) fn mmol_record() -> Value {
    json!({
        "_id": "6b03d46f412e5e6a27df2194", "identifier": "5fcd-1", "srvModified": 1_715_747_400_000_i64,
        "srvCreated": 1_715_747_400_000_i64, "subject": "phone", "app": "AAPS", "date": 1_715_747_400_000_i64,
        "defaultProfile": "Werktag", "enteredBy": "Loop",
        "loopSettings": { "dosingEnabled": true, "maximumBolus": 8.5, "overridePresets": [{ "name": "🏃" }] },
        "store": {
            "Werktag": {
                "dia": 5.5, "timezone": "ETC/GMT-2", "units": "mmol",
                "carbratio": [{ "time": "00:00", "value": 8 }, { "time": "11:00", "value": 12, "note": "lunch" }],
                "sens": [{ "time": "00:00", "value": 2.5 }, { "time": "06:30", "value": 3.5 }, { "time": "22:00", "value": 3 }],
                "basal": [{ "time": "00:00", "value": 0.5 }, { "time": "05:30", "value": 1.2 }, { "time": "20:00", "value": 0.7 }],
                "target_low": [{ "time": "00:00", "value": 5 }], "target_high": [{ "time": "00:00", "value": 6 }],
            },
            "Wochenende": { "sens": "anything", "basal": null },
        },
        "startDate": "2024-05-15T04:30:00.000Z", "mills": 1_715_747_400_000_i64,
        "created_at": "2024-05-15T04:30:00.000Z",
    })
}

/// What an analysis of an entry recommends.
pub(crate) fn recommendation(record: &Value, name: &str, ratios: Ratios) -> Recommendation {
    let stored = Document::new(record.clone()).profile(name, None).expect("a profile");
    let pump = oref0_profile(&stored, InsulinCurve::default(), &Zone::UTC).expect("an oref0 profile");
    let change = |old: f64, ratio: f64| Change {
        old,
        new: (old * ratio * 1000.0).round() / 1000.0,
        percent: (ratio - 1.0) * 100.0,
        limit: None,
        limited_days: 0,
        points: 50,
    };
    let basal = |hour: usize| {
        let minute = u16::try_from(hour * 60).expect("an hour");
        let old = pump.basal_rate_at(minute).expect("a rate");
        BasalChange { hour, change: change(old, (ratios.basal)(hour)), days_missing: 0 }
    };
    let mut tuned = pump.to_value();
    tuned["dia"] = json!(pump.dia() + ratios.dia);
    let Value::Object(tuned) = tuned else { panic!("a profile is an object") };
    Recommendation {
        days: (0..ratios.days).map(|day| jiff::civil::date(2024, 5, 10 + day)).collect(),
        isf: change(pump.isf(), ratios.isf),
        carb_ratio: change(pump.carb_ratio(), ratios.carb_ratio),
        csf: change(pump.csf(), 1.0),
        basals: (0..24).map(basal).collect(),
        profile: Profile::new(tuned),
        pump,
    }
}

/// The plan for a record's default entry.
pub(crate) fn planned(record: &Value, ratios: Ratios) -> Result<Plan, SyncRefusal> {
    let name = record["defaultProfile"].as_str().expect("a name");
    plan(record, &recommendation(record, name, ratios), &Options::from_baseline(name), now())
}

/// A stored record: what was sent, with an id.
pub(crate) fn stored(record: &Value, id: &str) -> Value {
    let mut record = record.clone();
    record["_id"] = json!(id);
    record
}
