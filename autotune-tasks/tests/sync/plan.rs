//! What is planned for records of every style.

use autotune_tasks::{
    oref0::{Bound, Limit},
    profile_store::{Document, Units},
    sync::{Options, Setting, SyncRefusal, baseline_of, is_tuned, plan},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::documents::{USUAL, mmol_record, now, planned, recommendation, stored, text_record};

#[test]
fn the_tuned_numbers_arrive_as_text_where_the_record_has_text() {
    let plan = planned(&text_record(), USUAL).expect("a plan");
    let entry = &plan.record()["store"]["Autotune"];
    assert_eq!(entry["sens"], json!([{ "time": "00:00", "value": "58", "timeAsSeconds": "0" }]));
    assert_eq!(entry["carbratio"], json!([{ "time": "00:00", "value": "11", "timeAsSeconds": "0" }]));
    let basal = entry["basal"].as_array().expect("a schedule");
    assert_eq!(basal.len(), 24);
    assert_eq!(basal[0], json!({ "time": "00:00", "value": "0.59", "timeAsSeconds": "0" }));
    assert_eq!(basal[4], json!({ "time": "04:00", "value": "0.86", "timeAsSeconds": "14400" }));
    assert_eq!(basal[23], json!({ "time": "23:00", "value": "1.05", "timeAsSeconds": "82800" }));
    assert_eq!((&entry["dia"], &entry["units"]), (&json!("6"), &json!("mg/dl")));
    assert_eq!(entry["target_low"], text_record()["store"]["Default"]["target_low"]);
}

#[test]
fn the_record_is_a_new_one_that_begins_now_and_leaves_the_rest() {
    let plan = planned(&text_record(), USUAL).expect("a plan");
    let record = plan.record();
    assert_eq!(record.get("_id"), None);
    assert_eq!(record["startDate"], json!("2024-05-20T10:11:12.345Z"));
    assert_eq!(record["created_at"], record["startDate"]);
    assert_eq!(record["mills"], json!(now().as_millisecond().to_string()));
    assert_eq!(record["defaultProfile"], json!("Default"));
    assert_eq!(record["store"]["Default"], text_record()["store"]["Default"]);
    assert_eq!(record["store"]["Autotune"]["startDate"], record["startDate"]);
    assert_eq!(record["enteredBy"], json!(format!("autotune run {}", plan.token())));
    assert_eq!(plan.current(), &text_record());
}

#[test]
fn every_segment_is_scaled_and_none_is_flattened() {
    let plan = planned(&mmol_record(), USUAL).expect("a plan");
    let entry = &plan.record()["store"]["Autotune"];
    let sens = json!([{ "time": "00:00", "value": 3 }, { "time": "06:30", "value": 4.2 }, { "time": "22:00", "value": 3.6 }]);
    assert_eq!(entry["sens"], sens);
    let ratios =
        json!([{ "time": "00:00", "value": 8.8 }, { "time": "11:00", "value": 13.2, "note": "lunch" }]);
    assert_eq!(entry["carbratio"], ratios);
    assert_eq!(entry["basal"][0], json!({ "time": "00:00", "value": 0.45 }));
    assert_eq!((plan.diff().units, plan.diff().sensitivity[1].old), (Units::Mmol, 3.5));
}

#[test]
fn a_rate_that_changes_within_an_hour_keeps_changing_there() {
    let plan = planned(&mmol_record(), USUAL).expect("a plan");
    let basal = &plan.diff().basal;
    assert_eq!(basal.len(), 25);
    let at = |time: &str| basal.iter().find(|segment| segment.time == time).expect("a segment");
    // The rate of five o'clock holds until half past, then the person's own higher one, changed alike.
    assert_eq!((at("05:00").old, at("05:00").new), (0.5, 0.45));
    assert_eq!((at("05:30").old, at("05:30").new), (1.2, 1.08));
    assert_eq!((at("06:00").old, at("06:00").new), (1.2, 1.08));
}

#[test]
fn the_step_of_the_pump_counts() {
    let record = mmol_record();
    let mut options = Options::from_baseline("Werktag");
    options.basal_step = 0.05;
    let plan = plan(&record, &recommendation(&record, "Werktag", USUAL), &options, now()).expect("a plan");
    let rates: Vec<f64> = plan.diff().basal.iter().map(|segment| segment.new).collect();
    assert!(rates.iter().all(|rate| ((rate / 0.05) - (rate / 0.05).round()).abs() < 1e-9), "{rates:?}");
    assert_eq!(plan.record()["store"]["Autotune"]["basal"][7]["value"], json!(1.1));
}

#[test]
fn the_duration_of_insulin_action_changes_only_if_it_was_tuned() {
    let record = text_record();
    let untouched = planned(&record, USUAL).expect("a plan");
    assert_eq!(untouched.diff().dia.as_ref().map(|dia| dia.new), Some(6.0));
    let mut ratios = USUAL;
    ratios.dia = 1.0;
    let plan = planned(&record, ratios).expect("a plan");
    assert_eq!(plan.record()["store"]["Autotune"]["dia"], json!("7"));
    assert_eq!(plan.record()["store"]["Default"]["dia"], json!("6"));
}

#[test]
fn what_a_server_gives_to_one_record_is_not_given_to_a_second_one() {
    let plan = planned(&mmol_record(), USUAL).expect("a plan");
    for name in ["_id", "identifier", "srvModified", "srvCreated", "subject"] {
        assert_eq!(plan.record().get(name), None, "{name}");
    }
    assert_eq!(plan.record()["date"], json!(now().as_millisecond()));
    assert_eq!(plan.record()["loopSettings"], mmol_record()["loopSettings"]);
}

#[test]
fn an_own_entry_of_an_earlier_run_is_replaced_and_never_the_baseline() {
    let first = planned(&text_record(), USUAL).expect("a plan");
    let record = stored(first.record(), "6b03d46f412e5e6a27df2195");
    let later = now() + SignedDuration::from_hours(24);
    let mut ratios = USUAL;
    ratios.isf = 1.1;
    let tuned = recommendation(&record, "Default", ratios);
    let second = plan(&record, &tuned, &Options::from_baseline("Default"), later).expect("a plan");
    assert!(second.diff().replaces && !first.diff().replaces);
    // The old value is the person's own, not the one of the day before.
    assert_eq!((second.diff().sensitivity[0].old, second.diff().sensitivity[0].new), (48.0, 53.0));
    assert_eq!(second.record()["store"].as_object().map(serde_json::Map::len), Some(2));

    let again = recommendation(&record, "Autotune", USUAL);
    let mut options = Options::from_baseline("Autotune");
    options.name = "Autotune 2".to_owned();
    assert_eq!(plan(&record, &again, &options, later).err(), Some(SyncRefusal::TunedBaseline));
    assert!(is_tuned("Autotune", &json!({})) && is_tuned("Mine", &record["store"]["Autotune"]));
    assert!(!is_tuned("Mine", &record["store"]["Default"]));
}

#[test]
fn an_entry_of_somebody_else_is_never_replaced() {
    let mut record = text_record();
    record["store"]["Autotune"] = record["store"]["Default"].clone();
    assert_eq!(planned(&record, USUAL).err(), Some(SyncRefusal::ForeignName));

    let first = planned(&text_record(), USUAL).expect("a plan");
    let mut record = stored(first.record(), "6b03d46f412e5e6a27df2195");
    let later = now() + SignedDuration::from_hours(24);
    let check = |record: &Value, options: &Options| {
        let mut ratios = USUAL;
        ratios.isf = 1.1;
        plan(record, &recommendation(record, "Default", ratios), options, later).map(drop)
    };
    let options = Options::from_baseline("Default");
    // The editor of Nightscout writes all entries in its own style: nobody has changed them.
    record["store"]["Autotune"]["sens"] = json!([{ "time": "00:00", "value": 58, "timeAsSeconds": 0 }]);
    assert_eq!(check(&record, &options), Ok(()));
    record["store"]["Autotune"]["sens"][0]["value"] = json!(59);
    assert_eq!(check(&record, &options), Err(SyncRefusal::EditedEntry));
    let mut elsewhere = options;
    elsewhere.name = "Autotune May".to_owned();
    assert_eq!(check(&record, &elsewhere), Ok(()));
}

#[test]
fn an_entry_in_force_is_replaced_only_by_one_that_is_to_be() {
    let mut options = Options::from_baseline("Default");
    options.activate = true;
    let record = text_record();
    let active = plan(&record, &recommendation(&record, "Default", USUAL), &options, now()).expect("a plan");
    assert_eq!(active.record()["defaultProfile"], json!("Autotune"));
    assert!(active.diff().to_string().contains("becomes the default profile"));

    let record = stored(active.record(), "6b03d46f412e5e6a27df2195");
    let mut ratios = USUAL;
    ratios.isf = 1.1;
    let tuned = recommendation(&record, "Default", ratios);
    let later = now() + SignedDuration::from_hours(24);
    assert!(plan(&record, &tuned, &options, later).is_ok());
    options.activate = false;
    assert_eq!(plan(&record, &tuned, &options, later).err(), Some(SyncRefusal::InForce));
    // Or a switch has put it in force.
    let first = planned(&text_record(), USUAL).expect("a plan");
    let record = stored(first.record(), "6b03d46f412e5e6a27df2195");
    options.in_force = Some("Autotune".to_owned());
    assert_eq!(plan(&record, &tuned, &options, later).err(), Some(SyncRefusal::InForce));
}

#[test]
fn the_same_numbers_are_not_written_twice() {
    let first = planned(&text_record(), USUAL).expect("a plan");
    let record = stored(first.record(), "6b03d46f412e5e6a27df2195");
    let later = now() + SignedDuration::from_hours(24);
    let tuned = recommendation(&record, "Default", USUAL);
    let refused = plan(&record, &tuned, &Options::from_baseline("Default"), later).err();
    assert_eq!(refused, Some(SyncRefusal::Unchanged));
}

#[test]
fn an_entry_that_is_not_what_was_analysed_is_refused() {
    let check = |change: fn(&mut Value)| {
        let mut record = text_record();
        let tuned = recommendation(&record, "Default", USUAL);
        change(&mut record["store"]["Default"]);
        plan(&record, &tuned, &Options::from_baseline("Default"), now()).err()
    };
    let other = |setting| Some(SyncRefusal::OtherBaseline { setting });
    assert_eq!(check(|_| ()), None);
    assert_eq!(check(|entry| entry["basal"][1]["value"] = json!("0.9")), other(Setting::Basal));
    assert_eq!(check(|entry| entry["sens"][0]["value"] = json!("50")), other(Setting::Sensitivity));
    assert_eq!(check(|entry| entry["units"] = json!("mmol")), other(Setting::Sensitivity));
    assert_eq!(check(|entry| entry["carbratio"][0]["value"] = json!("9")), other(Setting::CarbRatio));
    assert_eq!(check(|entry| entry["dia"] = json!("5")), other(Setting::Duration));
    assert_eq!(check(|entry| entry["units"] = json!("g")), Some(SyncRefusal::Units));
    let setting = Setting::Basal;
    assert_eq!(check(|entry| entry["basal"] = json!([])), Some(SyncRefusal::Schedule { setting }));
    let setting = Setting::CarbRatio;
    assert_eq!(
        check(|entry| entry["carbratio"][0]["value"] = json!("0")),
        Some(SyncRefusal::Schedule { setting })
    );
}

#[test]
fn records_without_named_entries_and_those_of_the_future_are_refused() {
    let record = text_record();
    let tuned = recommendation(&record, "Default", USUAL);
    let check =
        |record: &Value, now: Timestamp| plan(record, &tuned, &Options::from_baseline("Default"), now).err();
    assert_eq!(check(&record["store"]["Default"], now()), Some(SyncRefusal::NoStore));
    assert_eq!(check(&Value::Null, now()), Some(SyncRefusal::NoStore));
    assert_eq!(check(&json!({ "store": {} }), now()), Some(SyncRefusal::NoBaseline));
    let start: Timestamp = "2024-05-01T00:00:00.000Z".parse().expect("a time");
    assert_eq!(check(&record, start), Some(SyncRefusal::FutureRecord));
}

#[test]
fn names_that_cannot_be_told_from_those_of_a_person_are_refused() {
    let record = text_record();
    let tuned = recommendation(&record, "Default", USUAL);
    let check = |name: &str| {
        let mut options = Options::from_baseline("Default");
        options.name = name.to_owned();
        plan(&record, &tuned, &options, now()).err()
    };
    assert_eq!(check("Autotune by night"), None);
    for name in ["", " Autotune", "Autotune 0.1", "$Autotune", "Autotune <b>"] {
        assert_eq!(check(name), Some(SyncRefusal::Name), "{name}");
    }
    assert_eq!(check("default"), Some(SyncRefusal::NameOfOthers));
}

#[test]
fn the_entry_that_was_analysed_is_found_by_its_values() {
    let mut record = text_record();
    record["store"]["Night"] = record["store"]["Default"].clone();
    record["store"]["Night"]["sens"][0]["value"] = json!("40");
    let document = Document::new(record);
    let analysed = |name| document.profile(name, None).expect("a profile");
    let found = |name, asked_for| baseline_of(&document, &analysed(name), asked_for, None);
    assert_eq!(found("Default", None).as_deref(), Ok("Default"));
    assert_eq!(found("Night", None).as_deref(), Ok("Night"));
    assert_eq!(found("Night", Some("Night")).as_deref(), Ok("Night"));
    assert_eq!(found("Night", Some("Default")), Err(SyncRefusal::NoBaseline));
    // After a switch with a percentage.
    let mut switched = analysed("Default");
    switched.basal = switched.basal.map(|rate| rate * 1.1);
    assert_eq!(baseline_of(&document, &switched, None, None), Err(SyncRefusal::NoBaseline));
}

#[test]
fn the_diff_says_what_changes_and_which_bound_was_met() {
    let record = text_record();
    let mut tuned = recommendation(&record, "Default", USUAL);
    tuned.isf.limit = Some(Limit { bound: Bound::Upper, value: tuned.isf.new });
    tuned.carb_ratio.limited_days = 2;
    let plan = plan(&record, &tuned, &Options::from_baseline("Default"), now()).expect("a plan");
    let table = plan.diff().to_string();
    let table = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let table: Vec<String> = table.collect();
    for line in [
        "Adds the entry \"Autotune\", tuned from your own \"Default\" with 7 days of data, the last of them 2024-05-16.",
        "Your default profile and \"Default\" stay as they are.",
        "00:00 0.650 0.590 -9.2 %",
        "all day U per day 21.60 21.84 +1.1 %",
        "00:00 48 58 +20.8 % at the highest allowed",
        "00:00 10.0 11.0 +10.0 % held back on 2 days",
        "00:00 6.0 6.0 +0.0 %",
    ] {
        assert!(table.iter().any(|found| found == line), "{line}\n{table:#?}");
    }
    let json = serde_json::to_value(plan.diff()).expect("diffs are JSON");
    assert_eq!((&json["sensitivity"][0]["limit"], &json["units"]), (&json!("upper"), &json!("mg/dl")));
    // Names and doses stay out of what is logged.
    let debug = format!("{plan:?} {:?} {:?}", plan.diff(), plan.diff().basal);
    assert!(!debug.contains("Default") && !debug.contains("0.59"), "{debug}");
}
