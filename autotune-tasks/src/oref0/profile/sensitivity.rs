//! Looking up the insulin sensitivity. (oref0 `lib/profile/isf.js`)

use serde_json::Value;

use super::super::{
    js::{self, Direction, Key, sort_by_key},
    zone::MINUTES_PER_DAY,
};

/// The insulin sensitivity for each minute of the day, mg/dL per unit.
#[derive(Debug, Clone)]
pub(crate) struct Sensitivities {
    by_minute: Vec<f64>,
}

impl Sensitivities {
    /// `None` for an empty schedule, where the reference cannot go on.
    pub(crate) fn new(entries: &[Value]) -> Option<Self> {
        let mut entries: Vec<(Key, f64)> = entries
            .iter()
            .map(|entry| (Key::of(entry.get("offset")), js::number(entry.get("sensitivity"))))
            .collect();
        sort_by_key(&mut entries, Direction::Ascending, |entry| entry.0);
        let &(first, _) = entries.first()?;
        let &(_, last) = entries.last()?;
        // A schedule that does not begin at midnight makes the reference say −1.
        if first != Key::Number(0.0) {
            return Some(Self { by_minute: vec![-1.0; MINUTES_PER_DAY] });
        }
        let isf_at = |minute: f64| {
            entries
                .windows(2)
                .find_map(|pair| match pair {
                    [(Key::Number(start), isf), (Key::Number(end), _)]
                        if minute >= *start && minute < *end =>
                    {
                        Some(*isf)
                    }
                    _ => None,
                })
                .unwrap_or(last)
        };
        Some(Self { by_minute: (0..MINUTES_PER_DAY).map(|minute| isf_at(js::count(minute))).collect() })
    }

    pub(crate) fn at(&self, minute: usize) -> f64 {
        self.by_minute.get(minute).copied().unwrap_or(f64::NAN)
    }
}
