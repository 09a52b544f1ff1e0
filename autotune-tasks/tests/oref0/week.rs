//! The sample week: loading, slicing, tuning, reporting.

use std::{
    fs,
    path::{Path, PathBuf},
};

use autotune_tasks::{
    chain::tune_days,
    history::{DataError, History, load},
    oref0::{Bound, PrepOptions},
    recommendation::{Recommendation, TunedDay, oref0_text, recommend},
    refusal::Refusal,
};
use serde_json::{Value, json};

use crate::{
    difference::{Tally, first_difference},
    golden::{self, array},
};

const CASE: &str = "synthetic/h01_week_openaps_newyork_dst";

#[test]
fn the_week_is_sliced_into_the_days_of_the_reference() {
    let week = week();
    let mut tally = Tally::default();
    for date in week.last_days(7).expect("seven days") {
        let day = week.day(date);
        let file = |name| golden::json(&format!("{CASE}/{date}/{name}.json")).expect("a file");
        tally.compare(&date.to_string(), &json!(day.entries), &file("entries"));
        tally.compare(&date.to_string(), &json!(day.treatments), &file("treatments"));
        assert_eq!(week.coverage(date).quarters, 96);
    }
    tally.finish(14);
}

#[test]
fn the_week_tunes_as_in_the_reference() {
    let days = tuned(&week());
    for day in &days {
        let expected = golden::json(&format!("{CASE}/{}/expected_core.json", day.date));
        let found = day.tuned.profile.to_value();
        assert_eq!(first_difference(&found, &expected.expect("a tuned profile")), None);
    }
    assert_eq!(days.len(), 7);
}

#[test]
fn days_and_results_survive_json() {
    let week = week();
    let days = tuned(&week);
    let text = serde_json::to_string(&days).expect("results are JSON");
    assert_eq!(serde_json::from_str::<Vec<TunedDay>>(&text).expect("read back"), days);

    let day = week.day(days[0].date);
    let text = serde_json::to_string(&day).expect("days are JSON");
    assert_eq!(serde_json::from_str::<autotune_tasks::history::DayInput>(&text).expect("read back"), day);
}

#[test]
fn the_recommendation_says_what_changes_and_why() {
    let week = week();
    let found = recommend(week.pump(), &tuned(&week)).expect("a recommendation");
    assert_eq!((found.isf.old, found.isf.new), (48.0, 55.321));
    assert_eq!((found.carb_ratio.old, found.carb_ratio.new), (10.0, 10.924));
    assert_eq!((found.isf.limited_days, found.isf.limit), (4, None));
    assert_eq!(found.basals.len(), 24);
    assert_eq!(found.basals[11].days_missing, 7);
    for basal in &found.basals {
        let Some(limit) = basal.change.limit else { continue };
        let ratio = if limit.bound == Bound::Upper { 1.2 } else { 0.7 };
        assert!((limit.value - basal.change.old * ratio).abs() < 1e-9);
    }
    let text = serde_json::to_string(&found).expect("recommendations are JSON");
    assert_eq!(serde_json::from_str::<Recommendation>(&text).expect("read back"), found);

    let table = found.to_string();
    assert!(table.contains("Recommendation from 7 days, 2024-03-07 to 2024-03-13"), "{table}");
    assert!(table.contains("not medical advice"), "{table}");
    assert_eq!(found.to_oref0_text(), golden_report(CASE));
}

#[test]
fn reports_equal_those_of_oref0() {
    let mut tally = Tally::default();
    for case in golden::cases("synthetic") {
        let Some(expected) = golden::text(&format!("{case}/expected_recommendations.log")) else {
            continue;
        };
        let file = |name: &str| golden::profile(&golden::json(name).expect("a profile"));
        let pump = file(&format!("{case}/pumpprofile.json"));
        let last = golden::json(&format!("{case}/case.json")).expect("listed");
        let last = array(&last["days_detail"]).pop().unwrap_or_default();
        let long = format!("{case}/{}/expected_core.json", last["day"].as_str().unwrap_or(""));
        let short = format!("{case}/expected_core.json");
        let tuned = file(if golden::text(&long).is_some() { &long } else { &short });
        tally.compare(&case, &json!(oref0_text(&pump, &tuned)), &json!(expected));
    }
    tally.finish(6);
}

#[test]
fn a_number_of_days_that_is_not_there_is_refused() {
    let week = week();
    assert_eq!(week.last_days(0), Err(Refusal::DayCount { asked: 0 }));
    assert_eq!(week.last_days(31), Err(Refusal::DayCount { asked: 31 }));
    assert_eq!(week.last_days(8), Err(Refusal::TooFewDays { asked: 8, available: 7 }));
    assert_eq!(week.last_days(2).expect("two days"), week.full_days()[5..]);
}

#[test]
fn bad_data_is_refused_with_its_place_and_a_way_out() {
    let profile = || fs::read_to_string(sample().join("profile.json")).expect("a profile");
    let without = |field: &str| {
        let mut profile: Value = serde_json::from_str(&profile()).expect("a profile");
        profile.as_object_mut().expect("an object").remove(field);
        profile.to_string()
    };
    let with = |field: &str, value: Value| {
        let mut profile: Value = serde_json::from_str(&profile()).expect("a profile");
        *profile.pointer_mut(field).expect("a field") = value;
        profile.to_string()
    };
    let cases = [
        ("entries.json", "null".to_owned(), "the entries are null, not a list; write a JSON array"),
        ("entries.json", "[]".to_owned(), "there are no glucose entries; export entries"),
        ("entries.json", "[{},\n 5]".to_owned(), "number 2 of the entries is a number"),
        ("entries.json", "[{},\n {".to_owned(), "not JSON at line 2, column 2: EOF while parsing"),
        (
            "treatments.json",
            r#"{"status":401,"message":"Unauthorized"}"#.to_owned(),
            "the treatments are an error message (401 Unauthorized), not data; check the address",
        ),
        ("profile.json", without("curve"), "the profile's `curve` is missing; write \"rapid"),
        ("profile.json", without("basalprofile"), "the profile has no `basalprofile`"),
        ("profile.json", without("isfProfile"), "the profile has no `isfProfile.sensitivities`"),
        ("profile.json", without("timezone"), "the profile has no `timezone`; write a name"),
        ("profile.json", with("/timezone", json!("Mars")), "no time zone is called `Mars`"),
        ("profile.json", with("/carb_ratio", json!(1)), "the profile's `carb_ratio` is 1; write"),
        (
            "profile.json",
            with("/basalprofile/1/rate", json!(0)),
            "`basalprofile` has a rate of 0 at minute 240; write units per hour",
        ),
        (
            "profile.json",
            with("/isfProfile/sensitivities/0/offset", json!(60)),
            "first sensitivity has the offset 60",
        ),
        (
            "profile.json",
            with("/isfProfile/sensitivities/0/sensitivity", json!(2.7)),
            "is 2.7; write mg/dL per unit, from 10 to 500 (mmol/L times 18)",
        ),
        ("pumpprofile.json", "[]".to_owned(), "the pump profile is a list, not an object"),
    ];
    for (file, content, expected) in cases {
        let directory = tempfile::tempdir().expect("a directory");
        for name in ["profile.json", "entries.json", "treatments.json"] {
            fs::copy(sample().join(name), directory.path().join(name)).expect("a copy");
        }
        fs::write(directory.path().join(file), content).expect("a file");
        let error = load(directory.path()).expect_err(expected).to_string();
        assert!(error.contains(expected), "{error}");
        assert!(error.contains(file), "{error}");
    }
}

#[test]
fn a_missing_file_is_named() {
    let directory = tempfile::tempdir().expect("a directory");
    let error = load(directory.path()).expect_err("an empty directory");
    assert!(matches!(error, DataError::Missing { .. }));
    assert!(error.to_string().contains("profile.json"), "{error}");
}

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/week")
}

fn week() -> History {
    load(&sample()).expect("the sample week is complete")
}

fn golden_report(case: &str) -> &'static str {
    golden::text(&format!("{case}/expected_recommendations.log")).expect("a report")
}

/// Every day of the week, one after the other.
fn tuned(week: &History) -> Vec<TunedDay> {
    tune_days(week, &week.full_days(), PrepOptions::default()).expect("seven days")
}
