//! Which of a Nightscout's profiles is tuned, and how it is read.

use autotune_tasks::{
    nightscout::Period,
    oref0::Zone,
    profile_store::{
        Baseline, InsulinCurve, ProfileChange, ProfileRefusal, ProfileStore, Selection, Units, is_tuned_name,
    },
};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::week;

#[test]
fn the_weeks_profile_is_read_as_its_file_has_it() {
    let found = baseline(&[week::profile_document()], &[], &Selection::default()).expect("a profile");
    let mut expected = week::file("profile.json");
    // A preference that no Nightscout knows.
    expected.as_object_mut().expect("a profile").remove("max_basal");
    assert_eq!(found.profile.to_value(), expected);
    assert_eq!(
        found.document.and_then(|document| document.json().get("mills").cloned()),
        Some(json!("1704067200000"))
    );
}

#[test]
fn units_come_from_the_profile_or_its_document_or_are_given() {
    let isf = |units: Value, outer: Value, given, isf: f64| {
        let mut document = week::profile_document();
        document["units"] = outer;
        let entry = &mut document["store"]["Default"];
        entry["units"] = units;
        entry["sens"] =
            json!([{ "time": "00:00", "value": isf.to_string() }, { "time": "12:00", "value": 2.0 * isf }]);
        let selection = Selection { units: given, ..Selection::default() };
        let found = baseline(&[document], &[], &selection)?;
        Ok(found.stored.sensitivity.values().collect::<Vec<f64>>())
    };
    let (none, mmol) = (Value::Null, json!("mmol"));
    assert_eq!(isf(json!("mg/dl"), none.clone(), None, 45.0), Ok(vec![45.0, 90.0]));
    for spelling in ["mmol", "mmol/L", "mmol/l", "MMOL"] {
        assert_eq!(isf(json!(spelling), none.clone(), None, 2.5), Ok(vec![45.0, 90.0]));
    }
    assert_eq!(isf(none.clone(), mmol.clone(), None, 2.5), Ok(vec![45.0, 90.0]));
    assert_eq!(isf(none.clone(), none.clone(), Some(Units::Mmol), 2.5), Ok(vec![45.0, 90.0]));
    assert_eq!(isf(json!("mg/dl"), mmol.clone(), None, 45.0), Ok(vec![45.0, 90.0]), "the inner units count");

    assert_eq!(isf(none.clone(), none.clone(), None, 45.0), Err(ProfileRefusal::NoUnits));
    assert_eq!(isf(json!("stone"), mmol.clone(), None, 45.0), Err(ProfileRefusal::NoUnits));
    assert_eq!(isf(json!("mg/dl"), none.clone(), Some(Units::Mmol), 45.0), Err(ProfileRefusal::OtherUnits));
    let wrong = |units, tendency| Err(ProfileRefusal::WrongUnits { units, tendency });
    assert_eq!(isf(json!("mg/dl"), none.clone(), None, 2.5), wrong("mg/dl", "low"));
    assert_eq!(isf(mmol, none.clone(), None, 45.0), wrong("mmol/L", "high"));
    assert_eq!(isf(none.clone(), none, Some(Units::Mmol), 45.0), wrong("mmol/L", "high"));
}

#[test]
fn all_segments_are_kept_and_the_last_of_two_at_one_time_counts() {
    let mut document = week::profile_document();
    let entry = &mut document["store"]["Default"];
    entry["sens"] = json!([
        { "time": "12:30", "value": "60" }, { "time": "00:00", "value": 1 }, { "time": "00:00", "value": 50 },
    ]);
    entry["carbratio"] = json!([{ "time": "00:00", "value": 8 }, { "timeAsSeconds": "64800", "value": 12 }]);
    let profile = baseline(&[document], &[], &Selection::default()).expect("a profile").profile.to_value();
    assert_eq!(
        profile["isfProfile"]["sensitivities"],
        json!([
            { "i": 0, "x": 0, "start": "00:00:00", "offset": 0, "endOffset": 750, "sensitivity": 50 },
            { "i": 1, "x": 1, "start": "12:30:00", "offset": 750, "endOffset": 1440, "sensitivity": 60 },
        ])
    );
    assert_eq!((&profile["carb_ratio"], &profile["sens"]), (&json!(8), &json!(50)));
    assert_eq!(profile["carb_ratios"]["schedule"][1]["offset"], json!(1080));
}

#[test]
fn time_zones_are_known_in_any_case() {
    let zone = |name: Value, given: Option<Zone>| {
        let mut document = week::profile_document();
        document["store"]["Default"]["timezone"] = name;
        let selection = Selection { zone: given, ..Selection::default() };
        baseline(&[document], &[], &selection).map(|found| found.zone.name().map(str::to_owned))
    };
    assert_eq!(zone(json!("ETC/GMT+8"), None), Ok(Some("Etc/GMT+8".to_owned())));
    assert_eq!(zone(json!("europe/paris"), None), Ok(Some("Europe/Paris".to_owned())));
    assert_eq!(zone(json!("Mars"), None), Err(ProfileRefusal::UnknownZone));
    assert_eq!(zone(Value::Null, None), Err(ProfileRefusal::NoZone));
    assert_eq!(zone(json!("Mars"), Some(Zone::UTC)), Ok(Some("UTC".to_owned())));
}

#[test]
fn a_profile_is_found_by_name_or_is_the_active_one() {
    let named = |names: &[&str], default: Value, name: Option<&str>| {
        let mut document = week::profile_document();
        let entry = document["store"]["Default"].take();
        document["store"] = names.iter().map(|name| ((*name).to_owned(), entry.clone())).collect();
        document["defaultProfile"] = default;
        let selection = Selection { name: name.map(str::to_owned), ..Selection::default() };
        baseline(&[document], &[], &selection).map(|_| ())
    };
    assert_eq!(named(&["Day", "Night"], json!("Day"), None), Ok(()));
    assert_eq!(named(&["Day", "Night"], json!("Day"), Some("Night")), Ok(()));
    assert_eq!(named(&["Day"], Value::Null, None), Ok(()));
    assert_eq!(named(&["Day", "Default"], Value::Null, None), Ok(()));
    assert_eq!(
        named(&["Day", "Night"], json!("Day"), Some("night")),
        Err(ProfileRefusal::Unknown { known: 2 })
    );
    assert_eq!(named(&["Day", "Night"], Value::Null, None), Err(ProfileRefusal::NoDefault { known: 2 }));
    let missing = "profile of its default name";
    assert_eq!(named(&["Day"], json!("Night"), None), Err(ProfileRefusal::Document { missing }));
    assert_eq!(baseline(&[], &[], &Selection::default()).err(), Some(ProfileRefusal::None));
}

#[test]
fn an_old_document_is_itself_the_profile() {
    let mut document = week::profile_document()["store"]["Default"].clone();
    document["sens"] = json!(48);
    document["startDate"] = json!("2016-01-01T00:00:00.000Z");
    let found = baseline(&[document], &[], &Selection::default()).expect("a profile");
    assert_eq!(found.stored.sensitivity.values().collect::<Vec<_>>(), [48.0]);
}

#[test]
fn what_was_tuned_is_never_tuned_again() {
    let refused = |default: &str, name: Option<&str>| {
        let mut document = week::profile_document();
        let entry = document["store"]["Default"].clone();
        document["store"][default] = entry;
        document["defaultProfile"] = json!(default);
        let selection = Selection { name: name.map(str::to_owned), ..Selection::default() };
        baseline(&[document], &[], &selection).err()
    };
    for tuned in ["OpenAPS Autosync", "Autotune 2024-03-14", "autotune"] {
        assert!(is_tuned_name(tuned));
        assert_eq!(refused(tuned, None), Some(ProfileRefusal::Tuned));
        assert_eq!(refused(tuned, Some(tuned)), Some(ProfileRefusal::Tuned));
        assert_eq!(refused(tuned, Some("Default")), None, "what it was tuned from can be named");
    }
    let switch = json!({ "eventType": "Profile Switch", "created_at": "2024-03-01T00:00:00Z", "profile": "OpenAPS Autosync" });
    let found = baseline(&[week::profile_document()], &[switch], &Selection::default());
    assert_eq!(found.err(), Some(ProfileRefusal::Tuned));
    assert!(!is_tuned_name("My Autotune"));
}

#[test]
fn a_newer_switch_says_which_profile_is_active() {
    let isf = |treatments: &[Value]| {
        let found = baseline(&[week::profile_document()], treatments, &Selection::default())?;
        Ok((found.stored.sensitivity.first(), found.stored.basal.first(), found.stored.carb_ratio.first()))
    };
    let with = |fields: Value| {
        let mut own = week::profile_document()["store"]["Default"].take();
        own["sens"] = json!([{ "time": "00:00", "value": 60 }]);
        let mut switch = json!({
            "eventType": "Profile Switch", "created_at": "2024-03-01T00:00:00Z", "duration": 0,
            "profile": "Gone", "profileJson": own.to_string(),
        });
        let (Some(all), Value::Object(fields)) = (switch.as_object_mut(), fields) else { panic!("objects") };
        all.extend(fields);
        switch
    };
    assert_eq!(isf(&[with(json!({}))]), Ok((60.0, 0.65, 10.0)));
    assert_eq!(
        isf(&[with(json!({ "created_at": "2023-03-01T00:00:00Z" }))]),
        Ok((48.0, 0.65, 10.0)),
        "older"
    );
    assert_eq!(isf(&[with(json!({ "duration": 60 }))]), Ok((48.0, 0.65, 10.0)), "for a while");
    assert_eq!(isf(&[with(json!({ "isValid": false }))]), Ok((48.0, 0.65, 10.0)), "taken back");
    assert_eq!(
        isf(&[with(json!({ "created_at": "2999-01-01T00:00:00Z" }))]),
        Ok((48.0, 0.65, 10.0)),
        "later"
    );
    assert_eq!(isf(&[with(json!({ "profileJson": null, "profile": "Default" }))]), Ok((48.0, 0.65, 10.0)));

    let aaps = json!({ "percentage": 200, "timeshift": 0, "originalProfileName": "Day" });
    assert_eq!(isf(&[with(aaps)]), Ok((30.0, 1.3, 5.0)));
    for hours in [json!(3), json!(3 * 3_600_000)] {
        let later = json!({ "percentage": 100, "timeshift": hours, "originalProfileName": "Day" });
        assert_eq!(isf(&[with(later)]), Ok((60.0, 0.85, 10.0)), "midnight is what nine in the evening was");
    }
    let either = json!({ "percentage": 110, "timeshift": 0 });
    assert_eq!(isf(&[with(either)]), Err(ProfileRefusal::AmbiguousSwitch));
    let problem = "its `profileJson` is not JSON";
    assert_eq!(isf(&[with(json!({ "profileJson": "{" }))]), Err(ProfileRefusal::Switch { problem }));
    let problem = "it names one that is not there";
    assert_eq!(isf(&[with(json!({ "profileJson": null }))]), Err(ProfileRefusal::Switch { problem }));
}

#[test]
fn a_change_during_the_days_is_refused_and_others_are_reported() {
    let at = |text: &str| text.parse::<Timestamp>().expect("a time");
    let document = |start: &str, isf: u32| {
        let mut document = week::profile_document();
        document["startDate"] = json!(start);
        document["store"]["Default"]["sens"] = json!([{ "time": "00:00", "value": isf }]);
        document["store"]["Other"] = week::profile_document()["store"]["Default"].clone();
        document
    };
    let period = Period::new(at("2024-03-07T09:00:00Z"), at("2024-03-14T08:00:00Z"));
    let changes = |documents: &[Value], treatments: &[Value], name: Option<&str>| {
        let store = ProfileStore::new(documents.to_vec(), treatments.to_vec(), now());
        let selection = Selection { name: name.map(str::to_owned), ..Selection::default() };
        store.unchanged(&selection, period)
    };
    let first = || document("2024-01-01T00:00:00Z", 48);
    let during = "2024-03-10T12:00:00Z";
    assert_eq!(changes(&[first()], &[], None), Ok(vec![]));
    assert_eq!(changes(&[first(), document(during, 48)], &[], None), Ok(vec![]), "saved without a change");
    assert_eq!(changes(&[document("2024-03-01T00:00:00Z", 50), first()], &[], None), Ok(vec![]), "before");
    assert_eq!(
        changes(&[document(during, 50), first()], &[], None),
        Err(ProfileRefusal::Changed { at: at(during) })
    );
    assert_eq!(
        changes(&[document(during, 50), first()], &[], Some("Other")),
        Ok(vec![]),
        "the named one is the same"
    );

    let later = ProfileChange { at: at("2024-03-20T00:00:00Z"), duration: None };
    assert_eq!(changes(&[document("2024-03-20T00:00:00Z", 50), first()], &[], None), Ok(vec![later]));

    let switch = |duration: u32| {
        let own = document(during, 50)["store"]["Default"].to_string();
        json!({ "eventType": "Profile Switch", "created_at": during, "duration": duration, "profileJson": own })
    };
    assert_eq!(changes(&[first()], &[switch(0)], None), Err(ProfileRefusal::Changed { at: at(during) }));
    let while_ill = changes(&[first()], &[switch(90)], None).expect("it is reported");
    assert_eq!(while_ill.len(), 1);
    assert_eq!(while_ill[0].duration.map(|duration| duration.as_mins()), Some(90));
}

#[test]
fn numbers_that_no_person_has_are_refused_without_repeating_them() {
    for (field, value) in
        [("basal", 10.5), ("basal", -1.0), ("sens", 700.25), ("carbratio", 1.5), ("dia", 1.25)]
    {
        let mut document = week::profile_document();
        document["store"]["Default"][field] = match field {
            "dia" => json!(value),
            _ => json!([{ "time": "00:00", "value": 20 }, { "time": "06:00", "value": value }]),
        };
        if field == "basal" {
            document["store"]["Default"][field][0]["value"] = json!(1);
        }
        let error = baseline(&[document], &[], &Selection::default()).expect_err(field);
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(field) && !shown.contains(&value.to_string()), "{shown}");
    }
}

#[test]
fn the_insulin_is_said_by_who_starts_the_analysis() {
    for (curve, name, peak) in [
        (InsulinCurve::default(), "rapid-acting", 75),
        (InsulinCurve::UltraRapid, "ultra-rapid", 55),
        (InsulinCurve::Bilinear, "bilinear", 75),
    ] {
        let selection = Selection { curve, ..Selection::default() };
        let found =
            baseline(&[week::profile_document()], &[], &selection).expect("a profile").profile.to_value();
        assert_eq!((&found["curve"], &found["insulinPeakTime"]), (&json!(name), &json!(peak)));
    }
}

fn baseline(
    documents: &[Value],
    treatments: &[Value],
    selection: &Selection,
) -> Result<Baseline, ProfileRefusal> {
    ProfileStore::new(documents.to_vec(), treatments.to_vec(), now()).baseline(selection)
}

fn now() -> Timestamp {
    "2024-04-01T00:00:00Z".parse().expect("a time")
}
