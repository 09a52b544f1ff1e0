//! Writing a schedule of a profile entry in the style it was written in.

use serde_json::{Map, Value};

use super::digits::{in_style_of, number, whole_in_style_of};
use crate::profile_store::Segment;

/// The schedule with each value replaced, and all else kept.
pub(super) fn with_values(schedule: &Value, new: impl Fn(f64) -> f64) -> Value {
    let replace = |old: &Value| in_style_of(Some(old), new(number(Some(old)).unwrap_or(f64::NAN)));
    let Value::Array(entries) = schedule else { return replace(schedule) };
    let replace_in = |entry: &Value| {
        let mut entry = entry.clone();
        if let Some(value) = entry.get_mut("value") {
            *value = replace(value);
        }
        entry
    };
    entries.iter().map(replace_in).collect()
}

/// Other segments in the style of a schedule: the same fields, as numbers or as text.
pub(super) fn in_style(schedule: &Value, segments: &[Segment]) -> Value {
    let first = schedule.get(0);
    let style = |name| first.and_then(|entry| entry.get(name));
    let write = |segment: &Segment| {
        let mut entry = Map::new();
        entry.insert("time".to_owned(), time(segment.minute).into());
        let value = style("value").or_else(|| first.is_none().then_some(schedule));
        entry.insert("value".to_owned(), in_style_of(value, segment.value));
        if let seconds @ Some(_) = style("timeAsSeconds") {
            let start = i64::from(segment.minute) * 60;
            entry.insert("timeAsSeconds".to_owned(), whole_in_style_of(seconds, start));
        }
        Value::Object(entry)
    };
    segments.iter().map(write).collect()
}

/// A minute of the day as profile records write it.
pub(super) fn time(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
