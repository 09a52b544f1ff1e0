//! A stretch of time to read.

use jiff::{SignedDuration, Timestamp};

/// The longest stretch that is asked for at once.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// A stretch that is not divided further.
const SHORTEST: SignedDuration = SignedDuration::from_mins(1);

/// A stretch of time: its beginning is part of it, its end is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    from: Timestamp,
    until: Timestamp,
}

impl Period {
    /// The period between two times, in milliseconds.
    #[must_use]
    pub const fn new(from: Timestamp, until: Timestamp) -> Self {
        Self { from, until }
    }

    /// Its first millisecond.
    #[must_use]
    pub const fn first(self) -> Timestamp {
        self.from
    }

    /// Its last millisecond.
    #[must_use]
    pub fn last(self) -> Timestamp {
        self.until.checked_sub(SignedDuration::from_millis(1)).unwrap_or(self.until)
    }

    /// Whether a time lies in it.
    #[must_use]
    pub fn contains(self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }

    /// Its days of 24 hours, oldest first; the last one may be shorter.
    pub(super) fn days(self) -> impl Iterator<Item = Self> {
        let mut from = self.from;
        std::iter::from_fn(move || {
            if from >= self.until {
                return None;
            }
            let until = from.checked_add(DAY).map_or(self.until, |until| until.min(self.until));
            let day = Self { from, until };
            from = until;
            Some(day)
        })
    }

    /// Its older and its newer half; `None` if it is too short for that.
    pub(super) fn halves(self) -> Option<(Self, Self)> {
        let length = self.until.duration_since(self.from);
        if length < SHORTEST {
            return None;
        }
        let middle =
            Timestamp::from_millisecond(self.from.as_millisecond().midpoint(self.until.as_millisecond()));
        let middle = middle.ok()?;
        Some((Self { from: self.from, until: middle }, Self { from: middle, until: self.until }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_halves_leave_nothing_out_and_take_nothing_twice() {
        let period = Period::new(
            "2024-03-09T10:00:00Z".parse().expect("a time"),
            "2024-03-11T22:00:00Z".parse().expect("a time"),
        );
        let days: Vec<Period> = period.days().collect();
        assert_eq!(days.len(), 3);
        assert_eq!((days[0].from, days[2].until), (period.from, period.until));
        assert!(days.windows(2).all(|pair| pair[0].until == pair[1].from));

        let (older, newer) = days[2].halves().expect("twelve hours");
        assert_eq!((older.from, older.until, newer.until), (days[2].from, newer.from, days[2].until));
        assert_eq!(older.last().as_millisecond() + 1, newer.first().as_millisecond());
        let mut half = older;
        while let Some((older, _)) = half.halves() {
            half = older;
        }
        assert!(half.until.duration_since(half.from) < SHORTEST);
    }
}
