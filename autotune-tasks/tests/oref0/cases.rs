//! Whole days: entries and treatments in, a tuned profile out.

use autotune_tasks::oref0::{Clock, Prep, PrepInput, PrepOptions, Profile, Zone, core, iob_trace, prep};
use serde_json::Value;

use crate::{
    difference::Tally,
    golden::{self, array, number, profile, time},
};

/// One day of a case.
struct Day {
    path: String,
    zone: Zone,
    now: f64,
    options: PrepOptions,
    profile: Profile,
    pump: Profile,
}

#[test]
fn every_synthetic_day_equals_the_reference() {
    days_equal_the_reference("synthetic", 69);
}

#[test]
fn every_fixture_of_oref0_equals_the_reference() {
    days_equal_the_reference("fixtures", 6);
}

#[test]
fn the_insulin_on_board_of_every_reading_equals_the_reference() {
    let mut tally = Tally::default();
    for day in days("synthetic") {
        let Some(expected) = golden::json(&format!("{}/iob_trace.json", day.path)) else {
            continue;
        };
        let treatments = day.array("treatments");
        let mut profile = day.profile.clone();
        profile.take_insulin_curve(&day.pump);
        // Passes with other insulin curves follow; each begins anew.
        let mut rows = array(&expected);
        let is_new_pass = |pair: &[Value]| number(&pair[1][0]) < number(&pair[0][0]);
        rows.truncate(rows.windows(2).position(is_new_pass).map_or(rows.len(), |end| end + 1));
        let times: Vec<f64> = rows.iter().map(|row| number(&row[0])).collect();
        let found = iob_trace(&treatments, &profile, day.clock(), &times).expect("a trace");
        for (row, iob) in rows.iter().zip(found) {
            let found = serde_json::json!([
                row[0],
                iob.iob,
                iob.activity,
                iob.basal_iob,
                iob.bolus_iob,
                iob.net_basal_insulin,
                iob.bolus_insulin,
            ]);
            let expected = Value::from(array(row).into_iter().take(7).collect::<Vec<_>>());
            tally.compare(&day.path, &found, &expected);
        }
    }
    tally.finish(1000);
}

fn days_equal_the_reference(set: &str, least: usize) {
    let mut tally = Tally::default();
    for day in days(set) {
        let expected = golden::json(&format!("{}/expected_prep.json", day.path));
        let expected = expected.expect("every day has a prep");
        if golden::text(&format!("{}/entries.json", day.path)).is_some() {
            let found = day.prep();
            let found = serde_json::to_value(found).expect("preps are JSON");
            tally.compare(&format!("{} prep", day.path), &found, &expected);
        }
        let found = day.core(&expected).to_value();
        let expected = golden::json(&format!("{}/expected_core.json", day.path));
        tally.compare(
            &format!("{} core", day.path),
            &found,
            &expected.expect("every day has a tuned profile"),
        );
    }
    tally.finish(least);
}

/// The days of all cases; a later day begins with the profile tuned before.
fn days(set: &str) -> Vec<Day> {
    golden::cases(set).into_iter().flat_map(|case| days_of(&case)).collect()
}

fn days_of(case: &str) -> Vec<Day> {
    let about = golden::json(&format!("{case}/case.json")).expect("listed");
    let file = |name: &str| golden::json(&format!("{case}/{name}")).expect("every case has it");
    let is_long = about["days"].as_u64().is_some_and(|days| days > 1);
    let details = array(&about["days_detail"]);
    let path = |detail: &Value| match detail["day"].as_str() {
        Some(day) if is_long => format!("{case}/{day}"),
        _ => case.to_owned(),
    };
    let one = [about.clone()];
    let details = if details.is_empty() { &one[..] } else { &details };
    let mut previous = file("profile.json");
    details
        .iter()
        .map(|detail| {
            let path = path(detail);
            let tuned = golden::json(&format!("{path}/expected_core.json"));
            let given = std::mem::replace(&mut previous, tuned.expect("every day has one"));
            Day {
                zone: Zone::named(about["tz"].as_str().expect("a zone")).expect("a known zone"),
                now: time(&detail["now"]),
                options: PrepOptions {
                    uam_as_basal: about["flags"]["uam_as_basal"] == true,
                    tune_insulin_curve: about["flags"]["tune"] == true,
                },
                profile: profile(&given),
                pump: profile(&file("pumpprofile.json")),
                path,
            }
        })
        .collect()
}

impl Day {
    fn clock(&self) -> Clock<'_> {
        Clock { zone: &self.zone, now: self.now }
    }

    fn array(&self, name: &str) -> Vec<Value> {
        golden::json(&format!("{}/{name}.json", self.path)).as_ref().map(array).unwrap_or_default()
    }

    fn prep(&self) -> Prep {
        prep(&PrepInput {
            profile: &self.profile,
            pump: &self.pump,
            entries: &self.array("entries"),
            treatments: &self.array("treatments"),
            carbs: &self.array("carbs"),
            clock: self.clock(),
            options: self.options,
        })
        .unwrap_or_else(|error| panic!("{}: {error}", self.path))
    }

    fn core(&self, prepared: &Value) -> Profile {
        let prepared: Prep = serde_json::from_value(prepared.clone()).expect("a prep");
        let mut previous = self.profile.clone();
        previous.take_insulin_curve(&self.pump);
        core(&prepared, &previous, &self.pump, &self.zone)
            .unwrap_or_else(|error| panic!("{}: {error}", self.path))
            .profile
    }
}
