//! A number over the day.

use std::{collections::BTreeMap, fmt};

use serde_json::Value;

use super::ProfileRefusal;

/// Minutes of a day.
const DAY: u16 = 1440;

/// A number over the day: its first segment begins at midnight.
#[derive(Clone, PartialEq)]
pub struct Schedule {
    segments: Vec<Segment>,
}

/// A part of a schedule.
#[derive(Clone, Copy, PartialEq)]
pub struct Segment {
    /// Minutes after midnight at which it begins.
    pub minute: u16,
    /// The number until the next segment.
    pub value: f64,
}

/// A schedule with the same shape, whose first number is a tuned one.
///
/// The analysis tunes one number. Every segment is multiplied by what that one
/// was changed by, so that differences between times of the day are kept.
///
/// ```
/// use autotune_tasks::profile_store::{Schedule, scale};
/// use serde_json::json;
///
/// let isf = json!([{ "time": "00:00", "value": 40 }, { "time": "12:00", "value": 60 }]);
/// let tuned = scale(&Schedule::read("sens", Some(&isf))?, 44.0);
/// assert_eq!(tuned.values().collect::<Vec<_>>(), [44.0, 66.0]);
/// # Ok::<(), autotune_tasks::profile_store::ProfileRefusal>(())
/// ```
#[must_use]
pub fn scale(schedule: &Schedule, first: f64) -> Schedule {
    let ratio = first / schedule.first();
    let mut scaled = schedule.map(|value| value * ratio);
    if let Some(segment) = scaled.segments.first_mut() {
        // Multiplying and dividing again may be off in the last place.
        segment.value = first;
    }
    scaled
}

impl Schedule {
    /// Reads a schedule of a profile document: a list of times and values, or one
    /// number for the whole day, as old documents have it.
    ///
    /// Of entries for the same time the last one counts, as in Nightscout.
    pub fn read(field: &'static str, json: Option<&Value>) -> Result<Self, ProfileRefusal> {
        let refused = |problem| ProfileRefusal::Schedule { field, problem };
        let entries = match json {
            None | Some(Value::Null) => return Err(refused("is missing")),
            Some(Value::Array(entries)) => entries.as_slice(),
            Some(number) => {
                let value = number_in(number).ok_or(refused("is no schedule"))?;
                return Self::new(field, &[Segment { minute: 0, value }]);
            }
        };
        let segments = entries.iter().map(|entry| {
            let value =
                entry.get("value").and_then(number_in).ok_or(refused("has an entry without a number"))?;
            let minute = minute_of(entry).ok_or(refused("has an entry without a time of day"))?;
            Ok(Segment { minute, value })
        });
        Self::new(field, &segments.collect::<Result<Vec<_>, ProfileRefusal>>()?)
    }

    fn new(field: &'static str, segments: &[Segment]) -> Result<Self, ProfileRefusal> {
        let refused = |problem| Err(ProfileRefusal::Schedule { field, problem });
        if segments.iter().any(|segment| !segment.value.is_finite() || segment.value <= 0.0) {
            return refused("has a number that is not above zero");
        }
        let by_minute: BTreeMap<u16, f64> =
            segments.iter().map(|segment| (segment.minute, segment.value)).collect();
        match by_minute.keys().next() {
            None => refused("is empty"),
            Some(0) => {
                let segments =
                    by_minute.into_iter().map(|(minute, value)| Segment { minute, value }).collect();
                Ok(Self { segments })
            }
            Some(_) => refused("does not begin at midnight"),
        }
    }

    /// The same number all day.
    pub(super) fn all_day(value: f64) -> Self {
        Self { segments: vec![Segment { minute: 0, value }] }
    }

    /// The segments, from midnight on.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The numbers, from midnight on.
    pub fn values(&self) -> impl Iterator<Item = f64> {
        self.segments.iter().map(|segment| segment.value)
    }

    /// The number at midnight.
    #[must_use]
    pub fn first(&self) -> f64 {
        self.segments.first().map_or(f64::NAN, |segment| segment.value)
    }

    /// The number at a minute of the day.
    #[must_use]
    pub fn at(&self, minute: u16) -> f64 {
        let reached = self.segments.iter().take_while(|segment| segment.minute <= minute);
        reached.last().map_or_else(|| self.first(), |segment| segment.value)
    }

    /// The same times with other numbers.
    #[must_use]
    pub fn map(&self, change: impl Fn(f64) -> f64) -> Self {
        let changed = |segment: &Segment| Segment { minute: segment.minute, value: change(segment.value) };
        Self { segments: self.segments.iter().map(changed).collect() }
    }

    /// What happened at some time of the day happens so many minutes later.
    pub(super) fn later_by(&self, minutes: i32) -> Self {
        let minutes = u16::try_from(minutes.rem_euclid(i32::from(DAY))).expect("less than a day");
        let moved = |segment: &Segment| ((segment.minute + minutes) % DAY, segment.value);
        let mut by_minute: BTreeMap<u16, f64> = self.segments.iter().map(moved).collect();
        by_minute.entry(0).or_insert_with(|| self.at((DAY - minutes) % DAY));
        Self { segments: by_minute.into_iter().map(|(minute, value)| Segment { minute, value }).collect() }
    }
}

/// A schedule is shown as its length: its numbers are nobody's business.
impl fmt::Debug for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Schedule({} segments)", self.segments.len())
    }
}

impl fmt::Debug for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Segment(at {:02}:{:02})", self.minute / 60, self.minute % 60)
    }
}

/// A number, or text that is one.
pub(super) fn number_in(json: &Value) -> Option<f64> {
    json.as_f64().or_else(|| json.as_str()?.trim().parse().ok())
}

/// The time of an entry; as in Nightscout, `time` counts before `timeAsSeconds`.
fn minute_of(entry: &Value) -> Option<u16> {
    let written = entry.get("time").and_then(Value::as_str).and_then(|text| {
        let mut parts = text.trim().split(':');
        let hour: u16 = parts.next()?.parse().ok()?;
        let minute: u16 = parts.next()?.parse().ok()?;
        (minute < 60 && hour < 24).then_some(hour * 60 + minute)
    });
    written.or_else(|| {
        let seconds = entry.get("timeAsSeconds").and_then(number_in)?;
        let minute = crate::oref0::js::index(seconds / 60.0)?;
        u16::try_from(minute).ok().filter(|minute| *minute < DAY)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn schedules_are_read_however_they_are_written() {
        let expected = [(0, 1.0), (90, 1.5), (1080, 0.8)];
        for json in [
            json!([{ "time": "00:00", "value": 1 }, { "time": "01:30", "value": 1.5 }, { "time": "18:00", "value": 0.8 }]),
            json!([
                { "time": "18:00", "value": "0.8", "timeAsSeconds": "64800" },
                { "time": "00:00", "value": "1.00", "timeAsSeconds": "0" },
                { "time": "01:30:00", "value": " 1.5" },
            ]),
            json!([
                { "timeAsSeconds": 0, "value": 9 }, { "timeAsSeconds": "5400", "value": 1.5 },
                { "timeAsSeconds": 64800, "value": 0.8 }, { "timeAsSeconds": 0, "value": 1 },
            ]),
        ] {
            let schedule = Schedule::read("basal", Some(&json)).expect("a schedule");
            let found: Vec<(u16, f64)> =
                schedule.segments().iter().map(|segment| (segment.minute, segment.value)).collect();
            assert_eq!(found, expected);
        }
        let old = Schedule::read("sens", Some(&json!("40"))).expect("one number");
        assert_eq!(old.values().collect::<Vec<_>>(), [40.0]);
    }

    #[test]
    fn schedules_with_a_hole_are_refused() {
        for (json, expected) in [
            (Value::Null, "is missing"),
            (json!([]), "is empty"),
            (json!({}), "is no schedule"),
            (json!([{ "time": "01:00", "value": 1 }]), "does not begin at midnight"),
            (json!([{ "time": "00:00" }]), "without a number"),
            (json!([{ "time": "24:00", "value": 1 }]), "without a time of day"),
            (json!([{ "value": 1 }]), "without a time of day"),
            (json!([{ "time": "00:00", "value": 0 }]), "is not above zero"),
            (json!([{ "time": "00:00", "value": "NaN" }]), "is not above zero"),
        ] {
            let error = Schedule::read("basal", Some(&json)).expect_err(expected).to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn a_schedule_can_begin_later() {
        let json = json!([{ "time": "00:00", "value": 1 }, { "time": "06:00", "value": 2 }]);
        let schedule = Schedule::read("basal", Some(&json)).expect("a schedule");
        for hours in [-23, -6, -1, 0, 1, 6, 18, 23] {
            let later = schedule.later_by(hours * 60);
            for minute in 0..DAY {
                let before = (i32::from(minute) - hours * 60).rem_euclid(i32::from(DAY));
                let expected = schedule.at(u16::try_from(before).expect("a minute"));
                assert!((later.at(minute) - expected).abs() < 1e-12, "{hours} {minute}");
            }
        }
    }
}
