//! Schedules: which instants follow a given one.

use std::io::Read;
use std::time::Duration;

use autotune::schedule::{Schedule, ScheduleError, Timestamp};
use flate2::read::GzDecoder;

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

#[test]
fn a_day_that_a_country_skips_gives_no_instant_twice() {
    let daily = Schedule::interval(Duration::from_hours(24))
        .and_then(|daily| daily.timezone("Pacific/Apia"))
        .expect("an interval");
    for schedule in [daily, cron("0 0 * * *", "Pacific/Apia")] {
        let expected = ["2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"];
        assert_eq!(first(&schedule, "2011-12-29T00:00:00Z", 3), expected, "{schedule}");
    }
}

// Prefect forgets the first of March, gives up on the second, and never comes to the third.
#[test]
fn days_that_prefect_loses_are_found() {
    let days = cron("0 0 1,30 * *", "UTC");
    let expected = ["2023-01-30T00:00:00Z", "2023-02-01T00:00:00Z", "2023-03-01T00:00:00Z"];
    assert_eq!(first(&days, "2023-01-30T00:00:00Z", 3), expected);
    let monday = first(&cron("0 0 30 2 mon", "UTC"), "2023-01-30T00:00:00Z", 1);
    assert_eq!(monday, ["2023-02-06T00:00:00Z"]);
    let either = Schedule::rrule("FREQ=MONTHLY;BYDAY=MO,2TU").expect("a rule");
    let expected = ["2023-02-06T00:00:00Z", "2023-02-13T00:00:00Z", "2023-02-14T00:00:00Z"];
    assert_eq!(first(&either, "2023-02-01T00:00:00Z", 3), expected);
}

#[test]
fn a_schedule_that_never_comes_has_no_instants() {
    assert_eq!(cron("0 0 30 2 *", "UTC").after(at("2026-01-01T00:00:00Z")).next(), None);
}

#[test]
fn json_is_that_of_prefect_both_ways() {
    for text in [
        r#"{"cron":"*/5 * * * *","timezone":"Europe/Amsterdam","day_or":true}"#,
        r#"{"interval":3600.0,"anchor_date":"2026-11-23T05:22:08Z","timezone":"UTC"}"#,
        r#"{"rrule":"FREQ=DAILY;BYHOUR=6","timezone":"UTC"}"#,
    ] {
        let schedule: Schedule = serde_json::from_str(text).expect("a schedule");
        let json = serde_json::to_value(&schedule).expect("a schedule has a JSON form");
        assert_eq!(json, serde_json::from_str::<serde_json::Value>(text).expect("JSON"));
    }
}

/// What Prefect says; `answers.py` beside it says how it was asked.
const ANSWERS: &[u8] = include_bytes!("schedules/answers.txt.gz");
/// Beyond it there are no answers.
const LAST: &str = "2036-12-31T23:59:59Z";

#[test]
fn answers_are_those_of_prefect() {
    let (mut answers, mut wrong) = (String::new(), Vec::new());
    GzDecoder::new(ANSWERS).read_to_string(&mut answers).expect("packed text");
    for line in answers.lines() {
        let fields: Vec<_> = line.split('\t').collect();
        let &[schedule, start, expected] = fields.as_slice() else { panic!("three fields: {line}") };
        let ours = match serde_json::from_str::<Schedule>(schedule) {
            Ok(schedule) => packed(schedule.between(at(start), at(LAST)).take(12)),
            Err(_) => "!".to_owned(),
        };
        if ours != expected {
            wrong.push(format!("{schedule} from {start}\n  Prefect {expected}\n  we      {ours}"));
        }
    }
    assert!(answers.lines().count() > 2000);
    assert!(wrong.is_empty(), "{} answers differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// The first instant, then the differences with how often each repeats.
fn packed(instants: impl Iterator<Item = Timestamp>) -> String {
    let seconds: Vec<_> = instants.map(Timestamp::as_second).collect();
    let Some(first) = seconds.first() else { return "-".to_owned() };
    let steps: Vec<_> = seconds.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let runs = steps.chunk_by(|a, b| a == b).map(|run| format!("{}*{}", run[0], run.len()));
    std::iter::once(first.to_string()).chain(runs).collect::<Vec<_>>().join(" ")
}
