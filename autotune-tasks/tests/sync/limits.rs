//! What is never written.

use autotune_tasks::sync::{Setting, SyncRefusal};
use serde_json::{Value, json};

use crate::documents::{Ratios, USUAL, mmol_record, planned, text_record};

fn check(change: impl Fn(&mut Value), ratios: Ratios) -> Option<SyncRefusal> {
    let mut record = text_record();
    change(&mut record["store"]["Default"]);
    planned(&record, ratios).err()
}

fn setting(refusal: Option<SyncRefusal>) -> Option<(Setting, String)> {
    match refusal? {
        SyncRefusal::OutOfRange { setting, time, .. } => Some((setting, time)),
        other => panic!("{other}"),
    }
}

#[test]
fn what_fewer_than_three_days_gave_is_not_written() {
    for days in 0..3 {
        let found = check(|_| (), Ratios { days, ..USUAL });
        let days = usize::try_from(days).expect("days");
        assert_eq!(found, Some(SyncRefusal::TooFewDays { days, needed: 3 }));
    }
    assert_eq!(check(|_| (), Ratios { days: 3, ..USUAL }), None);
}

#[test]
fn basal_rates_out_of_range_are_not_written() {
    let low = |entry: &mut Value| entry["basal"][0]["value"] = json!("0.025");
    let found = check(low, Ratios { basal: |hour| if hour == 2 { 0.7 } else { 1.0 }, ..USUAL });
    assert_eq!(setting(found), Some((Setting::Basal, "02:00".to_owned())));
    let high = |entry: &mut Value| entry["basal"][1]["value"] = json!("9.5");
    let found = check(high, Ratios { basal: |hour| if hour == 23 { 1.2 } else { 1.0 }, ..USUAL });
    assert_eq!(setting(found), Some((Setting::Basal, "23:00".to_owned())));
}

#[test]
fn a_day_with_much_more_or_less_basal_insulin_is_not_written() {
    let with = |basal| check(|_| (), Ratios { basal, ..USUAL });
    assert_eq!(with(|_| 1.31), Some(SyncRefusal::DailyBasal));
    assert_eq!(with(|_| 0.69), Some(SyncRefusal::DailyBasal));
    assert_eq!(with(|_| 1.29), None);
    // What is a lot for an hour may be little for a day.
    assert_eq!(with(|hour| if hour == 0 { 1.5 } else { 1.0 }), None);
}

#[test]
fn sensitivities_out_of_range_are_not_written() {
    let second = |entry: &mut Value, value: &str| {
        entry["sens"] = json!([{ "time": "00:00", "value": "48" }, { "time": "07:00", "value": value }]);
    };
    let found = check(|entry| second(entry, "450"), USUAL);
    assert_eq!(setting(found), Some((Setting::Sensitivity, "07:00".to_owned())));
    let found = check(|entry| second(entry, "15"), Ratios { isf: 0.6, ..USUAL });
    assert_eq!(setting(found), Some((Setting::Sensitivity, "07:00".to_owned())));
    let mut record = mmol_record();
    record["store"]["Werktag"]["sens"][1]["value"] = json!(27.0);
    assert_eq!(setting(planned(&record, USUAL).err()), Some((Setting::Sensitivity, "06:30".to_owned())));
    record["store"]["Werktag"]["sens"][1]["value"] = json!(20.0);
    assert_eq!(planned(&record, USUAL).err(), None);
}

#[test]
fn carb_ratios_out_of_range_are_not_written() {
    let first = |entry: &mut Value, value: &str| entry["carbratio"][0]["value"] = json!(value);
    let found = check(|entry| first(entry, "2.2"), Ratios { carb_ratio: 0.8, ..USUAL });
    assert_eq!(setting(found), Some((Setting::CarbRatio, "00:00".to_owned())));
    let found = check(|entry| first(entry, "140"), USUAL);
    assert_eq!(setting(found), Some((Setting::CarbRatio, "00:00".to_owned())));
}

#[test]
fn durations_of_insulin_action_out_of_range_are_not_written() {
    let with = |dia: &str, by: f64| {
        setting(check(|entry| entry["dia"] = json!(dia), Ratios { dia: by, ..USUAL }))
            .map(|(setting, _)| setting)
    };
    assert_eq!(with("2.5", 0.0), Some(Setting::Duration));
    assert_eq!(with("3.5", -1.0), Some(Setting::Duration));
    assert_eq!(with("11.5", 1.0), Some(Setting::Duration));
    assert_eq!(with("3", 0.0), None);
    assert_eq!(with("12", 0.0), None);
}

#[test]
fn refusals_say_where_and_what_to_do_but_no_value_and_no_name() {
    let low = |entry: &mut Value| entry["basal"][0]["value"] = json!("0.025");
    let found = check(low, Ratios { basal: |hour| if hour == 2 { 0.7 } else { 1.0 }, ..USUAL });
    let expected = "the new basal rate at 02:00 is outside 0.025 to 10 units per hour, which is never written; \
                    look at the recommendation, and check the profile and the data";
    assert_eq!(found.map(|refusal| refusal.to_string()).as_deref(), Some(expected));
}
