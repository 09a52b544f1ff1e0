//! The table of durations, as the attribute takes them.

use super::messages;
use crate::item::Kind;
use crate::tests::expanded;

const ITEM: &str = "async fn load() -> Result<u32, Error> { Ok(1) }";

/// `seconds, nanoseconds` of the timeout.
#[track_caller]
fn check(written: &str, expected: &str) {
    let options = format!("timeout = {written}");
    assert_eq!(messages(Kind::Task, &options, ITEM), [""; 0], "{written}");
    let text = expanded(Kind::Task, &options, ITEM).to_string().replace(' ', "");
    let expected = format!("Duration::new({})", expected.replace(' ', ""));
    assert!(text.contains(&expected), "{written}: expected {expected}");
}

#[track_caller]
fn check_error(written: &str, expected: &str) {
    let found = messages(Kind::Task, &format!("timeout = {written}"), ITEM);
    let [message] = found.as_slice() else { panic!("{written}: {found:?}") };
    assert!(message.contains(expected), "{written}: {message}");
}

#[test]
fn a_number_with_a_unit_is_a_duration() {
    check("\"90s\"", "90, 0");
    check("\"5m\"", "300, 0");
    check("\"1h 30m\"", "5400, 0");
    check("\"1h30m\"", "5400, 0");
    check("\"250ms\"", "0, 250_000_000".replace('_', "").as_str());
    check("\"1.5s\"", "1, 500000000");
    check("\"0.1s\"", "0, 100000000");
    check("\"7us\"", "0, 7000");
    check("\"7µs\"", "0, 7000");
    check("\"1 day 2 hours\"", "93600, 0");
    check("\"2w\"", "1209600, 0");
    check("\"1_000s\"", "1000, 0");
}

#[test]
fn a_bare_number_is_answered_with_its_text() {
    check_error("60", "write \"60s\"");
    check_error("1.5", "write \"1.5s\"");
    check_error("60s", "write \"60s\"");
    check_error("5m", "write \"5m\"");
    check_error("60u64", "write \"60s\"");
    check_error("\"60\"", "write \"60s\"");
}

#[test]
fn what_is_no_duration_is_answered_with_examples() {
    check_error("\"\"", "write for example \"30s\"");
    check_error("\"soon\"", "does not start with a number");
    check_error("\"5 parsecs\"", "the units are ms, s, m, h, d, w");
    check_error("\"1.2.3s\"", "is not a number");
    check_error("\".s\"", "is not a number");
    check_error("\"9999999999w\"", "longer than 500 years");
    check_error("-5", "cannot be negative");
    check_error("\"-5s\"", "cannot be negative");
    check_error("true", "a duration is written as");
    check_error("\"0s\"", "a timeout of zero would end every call");
}

#[test]
fn an_expression_is_left_to_the_compiler() {
    let options = "timeout = Duration::from_secs(5)";
    assert_eq!(messages(Kind::Task, options, ITEM), [""; 0]);
    let text = expanded(Kind::Task, options, ITEM).to_string();
    assert!(text.contains("Duration = Duration :: from_secs (5)"), "{text}");
}
