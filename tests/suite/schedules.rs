//! Schedules: which instants follow a given one.

use std::time::Duration;

use autotune::schedule::{Schedule, ScheduleError, Timestamp};

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

/// The first of the instants from `start` on, in UTC.
fn first(schedule: &Schedule, start: &str, count: usize) -> Vec<String> {
    schedule.after(at(start)).take(count).map(|at| at.to_string()).collect()
}

fn cron(expression: &str, zone: &str) -> Schedule {
    Schedule::cron(expression).and_then(|cron| cron.timezone(zone)).expect("a cron expression")
}

fn hours(day: &str, hours: &[u8]) -> Vec<String> {
    hours.iter().map(|hour| format!("{day}T{hour:02}:00:00Z")).collect()
}

// SCH-01
#[test]
fn a_schedule_has_one_kind() {
    let both = serde_json::from_str::<Schedule>(r#"{"cron": "0 0 * * *", "interval": 60}"#);
    let error = both.expect_err("two kinds").to_string();
    assert!(error.contains("only one schedule type can be defined"), "{error}");
}

// SCH-02
#[test]
fn a_cron_expression_that_is_none_or_random_is_an_error() {
    for wrong in ["", "wrong", "* * * *", "61 * * * *", "* * 0 * *", "* * * * mon#6", "*/0 * * * *"] {
        assert!(Schedule::cron(wrong).is_err(), "{wrong}");
    }
    for random in ["R * * * *", "* H * * *"] {
        assert!(matches!(Schedule::cron(random), Err(ScheduleError::CronRandom { .. })), "{random}");
    }
    assert!(matches!(Schedule::cron("0 0 2 * * *"), Err(ScheduleError::CronSeconds { .. })));
    assert!(matches!(
        Schedule::cron("@daily").and_then(|daily| daily.timezone("Europe/Berln")),
        Err(ScheduleError::TimeZone { .. })
    ));
}

// SCH-03
#[test]
fn the_start_itself_is_included() {
    let daily = cron("0 0 * * *", "UTC");
    assert_eq!(first(&daily, "2026-01-01T00:00:00Z", 1), ["2026-01-01T00:00:00Z"]);
    assert_eq!(first(&daily, "2026-01-01T00:00:00.000001Z", 1), ["2026-01-02T00:00:00Z"]);
}

// SCH-04
#[test]
fn an_hourly_cron_leaves_out_the_hour_that_is_skipped() {
    let hourly = cron("0 * * * *", "America/New_York");
    assert_eq!(first(&hourly, "2018-03-11T04:00:00Z", 5), hours("2018-03-11", &[4, 5, 6, 7, 8]));
}

// SCH-06
#[test]
fn a_start_between_midnight_and_the_change_keeps_the_local_time() {
    let daily = cron("10 0 * * *", "America/Montreal");
    let days = (14..19).map(|day| format!("2023-03-{day}T04:10:00Z")).collect::<Vec<_>>();
    assert_eq!(first(&daily, "2023-03-13T05:00:00Z", 5), days);
}

// SCH-07
#[test]
fn a_daily_interval_keeps_its_local_time() {
    let daily = Schedule::interval(Duration::from_hours(24))
        .and_then(|daily| daily.anchor(at("2018-03-09T14:00:00Z")))
        .and_then(|daily| daily.timezone("America/New_York"))
        .expect("an interval");
    let expected = ["2018-03-09T14:00:00Z", "2018-03-10T14:00:00Z", "2018-03-11T13:00:00Z"];
    assert_eq!(first(&daily, "2018-03-09T14:00:00Z", 3), expected);
}

// X-SCH-01
#[test]
fn keywords_names_and_ranges_that_go_round_are_accepted() {
    for right in ["@daily", "* * * * MON", "30 8 * * sat-sun"] {
        assert!(Schedule::cron(right).is_ok(), "{right}");
    }
}

// X-SCH-02
#[test]
fn an_interval_in_json_is_in_seconds() {
    let interval: Schedule = serde_json::from_str(r#"{"interval": 1.5}"#).expect("a schedule");
    assert_eq!(interval, Schedule::interval(Duration::from_millis(1500)).expect("an interval"));
}

// X-SCH-03
#[test]
fn an_hourly_interval_is_every_hour_that_passes() {
    let hourly = Schedule::interval(Duration::from_hours(1))
        .and_then(|hourly| hourly.timezone("America/New_York"))
        .expect("an interval");
    assert_eq!(first(&hourly, "2018-03-11T04:00:00Z", 5), hours("2018-03-11", &[4, 5, 6, 7, 8]));
    assert_eq!(first(&hourly, "2018-11-04T04:00:00Z", 4), hours("2018-11-04", &[4, 5, 6, 7]));
}

// X-SCH-04
#[test]
fn an_interval_that_is_not_positive_is_an_error() {
    assert!(Schedule::interval(Duration::ZERO).is_err());
    assert!(serde_json::from_str::<Schedule>(r#"{"interval": -1}"#).is_err());
}

#[test]
fn a_skipped_time_is_moved_on_wherever_one_begins_to_look() {
    let rrule = Schedule::rrule("DTSTART:20180101T023000\nRRULE:FREQ=DAILY")
        .and_then(|rule| rule.timezone("America/New_York"))
        .expect("a rule");
    for schedule in [cron("30 2 * * *", "America/New_York"), rrule] {
        for start in ["2018-03-11T00:00:00Z", "2018-03-11T07:20:00Z"] {
            let expected = ["2018-03-11T07:30:00Z", "2018-03-12T06:30:00Z"];
            assert_eq!(first(&schedule, start, 2), expected, "{schedule} from {start}");
        }
    }
}
