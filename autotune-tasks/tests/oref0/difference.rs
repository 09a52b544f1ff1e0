//! Where two JSON values differ.

use serde_json::Value;

/// The path to the first difference, with both sides.
///
/// Numbers are compared as `f64`, objects as maps, arrays in order.
pub(crate) fn first_difference(found: &Value, expected: &Value) -> Option<String> {
    difference("$", Some(found), Some(expected))
}

fn difference(path: &str, found: Option<&Value>, expected: Option<&Value>) -> Option<String> {
    match (found, expected) {
        (Some(Value::Number(a)), Some(Value::Number(b))) if a.as_f64() == b.as_f64() => None,
        (Some(Value::Array(a)), Some(Value::Array(b))) => {
            (0..a.len().max(b.len())).find_map(|i| difference(&format!("{path}[{i}]"), a.get(i), b.get(i)))
        }
        (Some(Value::Object(a)), Some(Value::Object(b))) => a
            .keys()
            .chain(b.keys())
            .find_map(|key| difference(&format!("{path}.{key}"), a.get(key), b.get(key))),
        (a, b) if a == b => None,
        (a, b) => Some(format!("{path}: found {}, expected {}", show(a), show(b))),
    }
}

fn show(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".to_owned(), Value::to_string)
}

/// Collects differences of many cases and fails with all of them.
#[derive(Default)]
pub(crate) struct Tally {
    count: usize,
    failures: Vec<String>,
}

impl Tally {
    pub(crate) fn compare(&mut self, case: &str, found: &Value, expected: &Value) {
        self.check(case, first_difference(found, expected));
    }

    pub(crate) fn check(&mut self, case: &str, difference: Option<String>) {
        self.count += 1;
        self.failures.extend(difference.map(|difference| format!("{case}: {difference}")));
    }

    #[track_caller]
    pub(crate) fn finish(self, least: usize) {
        assert!(self.count >= least, "only {} cases, expected {least}", self.count);
        assert!(
            self.failures.is_empty(),
            "{} of {} differ:\n{}",
            self.failures.len(),
            self.count,
            self.failures.join("\n")
        );
    }
}

#[test]
fn a_difference_is_named_by_its_path() {
    let found = serde_json::json!({"a": [1, {"b": 2.5}]});
    let expected = serde_json::json!({"a": [1.0, {"b": 2.25}]});
    assert_eq!(first_difference(&found, &expected).as_deref(), Some("$.a[1].b: found 2.5, expected 2.25"));
    assert_eq!(first_difference(&found, &found), None);
}
