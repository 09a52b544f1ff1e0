//! Looking up the scheduled basal rate. (oref0 `lib/profile/basal.js`)

use serde_json::Value;

use super::super::{
    js::{self, Direction, Key, sort_by_key},
    zone::MINUTES_PER_DAY,
};

/// The basal rate for each minute of the day.
#[derive(Debug, Clone)]
pub(crate) struct Basals {
    by_minute: Vec<f64>,
    last: f64,
}

impl Basals {
    /// `None` for an empty schedule, where the reference cannot go on.
    pub(crate) fn new(entries: &[Value]) -> Option<Self> {
        let mut entries: Vec<(Key, f64, Option<&Value>)> = entries
            .iter()
            .map(|entry| {
                let start = js::number(entry.get("minutes"));
                (Key::of(entry.get("i")), start, entry.get("rate"))
            })
            .collect();
        sort_by_key(&mut entries, Direction::Ascending, |entry| entry.0);
        let &(_, _, last) = entries.last()?;
        // A last rate of zero makes the reference return no rate at all.
        if is_zero(last) {
            return Some(Self { by_minute: vec![f64::NAN; MINUTES_PER_DAY], last: f64::NAN });
        }
        let rate_at = |minute: f64| {
            entries
                .windows(2)
                .find_map(|pair| match pair {
                    [(_, start, rate), (_, end, _)] if minute >= *start && minute < *end => {
                        Some(js::number(*rate))
                    }
                    _ => None,
                })
                .unwrap_or(js::number(last))
        };
        Some(Self {
            by_minute: (0..MINUTES_PER_DAY).map(|minute| js::round3(rate_at(js::count(minute)))).collect(),
            last: js::round3(js::number(last)),
        })
    }

    /// Units per hour; an invalid time gets the last entry's rate.
    pub(crate) fn at(&self, minute: Option<usize>) -> f64 {
        minute.and_then(|minute| self.by_minute.get(minute)).copied().unwrap_or(self.last)
    }
}

/// Whether a rate is the number zero, which no schedule may have.
pub(crate) fn is_zero(rate: Option<&Value>) -> bool {
    rate.and_then(Value::as_f64) == Some(0.0)
}
