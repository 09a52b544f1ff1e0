//! How good the data is, counted.

use autotune_tasks::quality::{EntryCounts, LeftOutReason, Quality, Requirements, Role, Shortfall};
use serde_json::json;

use crate::{
    analysis::{self, Analysis, REPORTED, week},
    golden::array,
};

#[test]
fn every_reading_of_the_week_is_counted_once() {
    let week = week();
    let quality = week.quality();
    assert_eq!(quality.days.len(), 7);
    assert_eq!(quality.left_out, []);
    for (day, (_, prepared)) in quality.days.iter().zip(&week.days) {
        assert_eq!((day.coverage.percent(), day.coverage.readings), (100, 289));
        assert_eq!(day.gaps, []);
        let counts = &day.counts;
        assert_eq!(counts.entries.all, 289);
        assert_eq!(counts.basal + counts.isf + counts.csf + counts.unused, 289);
        assert_eq!(counts.basal_by_hour.iter().sum::<usize>(), prepared.basal.len());
    }
}

#[test]
fn the_sums_are_those_of_the_recommendation() {
    let report = week().report().expect("a recommendation");
    let (total, recommendation) = (&report.quality.total, &report.recommendation);
    assert_eq!(total.isf, recommendation.isf.points);
    assert_eq!(total.csf, recommendation.csf.points);
    assert_eq!(total.carb_ratio, recommendation.carb_ratio.points);
    // Each basal reading decides about the three hours before it.
    let points: usize = recommendation.basals.iter().map(|basal| basal.change.points).sum();
    assert_eq!(3 * total.basal, points);
}

#[test]
fn the_roles_of_the_readings_are_those_of_the_analysis() {
    for (name, analysis, report) in &*REPORTED {
        for (day, (_, prepared)) in report.days.iter().zip(&analysis.days) {
            let count = |role| day.readings.iter().filter(|reading| reading.role == role).count();
            let used = prepared.basal.len() + prepared.isf.len() + prepared.csf.len();
            let shown = count(Role::Basal) + count(Role::Sensitivity) + count(Role::Carbs);
            assert!(shown <= used, "{name}: {shown} of {used}");
            assert!(shown + count(Role::Unannounced) >= used, "{name}");
            assert!(count(Role::LeftOut) >= 5, "{name}: the newest reading and those without a past");
            assert!(day.readings.is_sorted_by_key(|reading| reading.at), "{name}");
        }
    }
}

#[test]
fn unannounced_meals_are_found_on_a_day_without_carbs() {
    let counted = |name| one_day(name).total.unannounced_meals;
    assert!(counted("synthetic/c01_all_uam") >= 2);
    assert_eq!(counted("synthetic/c01_all_uam"), counted("synthetic/c02_all_uam_as_basal"));
    assert_eq!(one_day("synthetic/c01_all_uam").total.carb_ratio, 0);
}

#[test]
fn doubled_readings_and_error_codes_are_counted_apart() {
    let doubled = one_day("synthetic/d03_duplicates_bucketed").total.entries;
    assert_eq!(doubled, EntryCounts { all: 399, readings: 399, duplicates: 111, ..EntryCounts::default() });
    let low = one_day("synthetic/d04_low_error_codes").total.entries;
    assert_eq!(low, EntryCounts { all: 249, readings: 237, below_39: 12, ..EntryCounts::default() });
}

#[test]
fn gaps_calibrations_and_left_out_days_are_seen() {
    let analysis = week_without(|hour| (10.0..14.0).contains(&hour), |hour| hour < 12.0);
    let quality = analysis.quality();
    let holed = &quality.days[1];
    let gap = holed.longest_gap().expect("a gap");
    assert_eq!((holed.gaps.len(), gap.minutes()), (1, 245));
    assert_eq!(holed.coverage.percent(), 83);
    assert_eq!(quality.days.len(), 6);
    let [left_out] = &quality.left_out[..] else { panic!("{:?}", quality.left_out) };
    assert_eq!(left_out.date.to_string(), "2024-03-09");
    assert!(matches!(left_out.reason, LeftOutReason::Coverage { percent: 51 }), "{}", left_out.reason);
    assert_eq!((quality.total.entries.calibrations, quality.total.entries.finger_sticks), (1, 1));

    let table = quality.to_string();
    assert!(table.contains("2024-03-08       83 %      245 min"), "{table}");
    assert!(table.contains("2024-03-09 was left out: readings for only 51 % of the day"), "{table}");
    assert!(table.contains("calibrations 1, finger sticks 1"), "{table}");
}

#[test]
fn too_little_data_is_refused_with_every_reason() {
    let quality = one_day("synthetic/d04_low_error_codes");
    let found = quality.days[0].coverage;
    let requirements = Requirements::DEFAULT.with_readings(500).with_coverage_percent(100);
    let refusal = quality.check(&requirements).expect_err("a day is too little");
    assert_eq!(
        refusal.shortfalls,
        [
            Shortfall::Days { found: 1, least: 3 },
            Shortfall::Readings { found: found.readings, least: 500 },
            Shortfall::Coverage { date: quality.days[0].date, percent: found.percent(), least: 100 },
        ]
    );
    let text = refusal.to_string();
    assert!(text.starts_with("too little data for advice: the usable days are 1 of the 3"), "{text}");
    assert_eq!(quality.check(&Requirements::DEFAULT.with_days(1)), Ok(()));
    assert_eq!(week().quality().check(&Requirements::DEFAULT), Ok(()));
}

#[test]
fn days_are_refused_before_they_are_tuned_with() {
    let low = analysis::case("synthetic/d04_low_error_codes").expect("a case");
    let date = low.days[0].0.date;
    let requirements = Requirements::DEFAULT.with_days(1);
    assert_eq!(requirements.with_readings(237).check_days(&low.history, &[date]), Ok(()));
    // There are 249 entries, but twelve of them are error codes.
    let refusal = requirements.with_readings(238).check_days(&low.history, &[date]).expect_err("too few");
    assert_eq!(refusal.shortfalls, [Shortfall::Readings { found: 237, least: 238 }]);
    let empty = date.yesterday().and_then(jiff::civil::Date::yesterday).expect("a date");
    let refusal = requirements.check_days(&low.history, &[empty]).expect_err("no readings");
    assert_eq!(refusal.shortfalls, [Shortfall::Coverage { date: empty, percent: 0, least: 70 }]);
}

#[test]
fn data_that_can_tune_nothing_is_refused() {
    let mut quality = one_day("synthetic/d01_noisy");
    let total = &mut quality.total;
    (total.basal, total.isf, total.csf, total.carb_ratio) = (0, 0, 0, 0);
    let refusal = quality.check(&Requirements::DEFAULT.with_days(1)).expect_err("nothing is usable");
    assert_eq!(refusal.shortfalls, [Shortfall::NothingUsable]);
}

#[test]
fn the_quality_survives_json() {
    let quality = week().quality();
    let text = serde_json::to_string(&quality).expect("quality is JSON");
    assert_eq!(serde_json::from_str::<Quality>(&text).expect("read back"), quality);
    assert_eq!(serde_json::to_value(&quality).expect("JSON")["days"][0]["coverage"]["quarters"], json!(96));
}

fn one_day(case: &str) -> Quality {
    analysis::case(case).unwrap_or_else(|| panic!("{case} can be tuned")).quality()
}

/// The sample week without some hours of its second and third day, with two entries that
/// are no readings on the second.
fn week_without(second: fn(f64) -> bool, third: fn(f64) -> bool) -> Analysis {
    const HOUR: f64 = 3_600_000.0;
    let week = week().history;
    let dates = week.full_days();
    let start = |day: usize| week.day(dates[day]).window().start;
    let (first_hole, second_hole) = (start(1), start(2));
    let at = |entry: &serde_json::Value| entry["date"].as_f64().expect("a date");
    let mut entries: Vec<serde_json::Value> =
        dates.iter().flat_map(|date| array(&json!(week.day(*date).entries))).collect();
    entries.dedup_by(|a, b| at(a).total_cmp(&at(b)).is_eq());
    let lies = |entry: &serde_json::Value, start: f64, hours: fn(f64) -> bool| {
        let hour = (at(entry) - start) / HOUR;
        (0.0..24.0).contains(&hour) && hours(hour)
    };
    entries.retain(|entry| !lies(entry, first_hole, second) && !lies(entry, second_hole, third));
    for (kind, field) in [("cal", "slope"), ("mbg", "mbg")] {
        entries.push(json!({"type": kind, "date": first_hole + HOUR, field: 111}));
    }
    let treatments = dates.iter().flat_map(|date| array(&json!(week.day(*date).treatments))).collect();
    let history = autotune_tasks::history::History::new(
        week.profile().clone(),
        week.pump().clone(),
        week.zone().clone(),
        entries,
        treatments,
    )
    .expect("entries");
    let days = history.full_days();
    Analysis::of(history, &days, autotune_tasks::oref0::PrepOptions::default()).expect("six days")
}
