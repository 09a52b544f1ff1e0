//! Instants at an interval.

use std::fmt;
use std::iter;
use std::time::Duration;

use jiff::civil::{DateTime, date};
use jiff::{SignedDuration, Span, Timestamp, Zoned};

use super::ScheduleError;
use super::zone::Zone;
use crate::duration::Exact;

const DAY: u64 = 24 * 60 * 60;
/// From where intervals are counted if nothing is said.
const ANCHOR: DateTime = date(2020, 1, 1).at(0, 0, 0, 0);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Interval {
    length: Duration,
    pub(super) anchor: Option<Timestamp>,
}

impl Interval {
    pub(super) fn new(length: Duration) -> Result<Self, ScheduleError> {
        // A length beyond this leads beyond all instants.
        if length.is_zero() || i64::try_from(length.as_secs()).is_err() {
            return Err(ScheduleError::Interval { given: format!("{}s", length.as_secs_f64()) });
        }
        Ok(Interval { length, anchor: None })
    }

    pub(super) fn length(&self) -> Duration {
        self.length
    }

    pub(super) fn anchor_in(&self, zone: &Zone) -> Timestamp {
        self.anchor.or_else(|| zone.instant(ANCHOR)).unwrap_or_default()
    }

    pub(super) fn after<'a>(
        &self,
        start: Timestamp,
        zone: &'a Zone,
    ) -> Box<dyn Iterator<Item = Timestamp> + 'a> {
        let anchor = self.anchor_in(zone);
        let days = i64::try_from(self.length.as_secs() / DAY).unwrap_or(i64::MAX);
        let rest = Duration::new(self.length.as_secs() % DAY, self.length.subsec_nanos());
        match (days, rest.is_zero()) {
            (0, _) => Box::new(elapsing(anchor, self.length, start)),
            (days, true) => Box::new(daily(anchor.to_zoned(zone.time_zone().clone()), days, start)),
            (days, false) => {
                let rest = SignedDuration::try_from(rest).unwrap_or_default();
                Box::new(mixed(anchor.to_zoned(zone.time_zone().clone()), days, rest, start))
            }
        }
    }
}

/// Less than a day: time that passes.
fn elapsing(anchor: Timestamp, length: Duration, start: Timestamp) -> impl Iterator<Item = Timestamp> {
    let (anchor, length) = (anchor.as_nanosecond(), length.as_nanos().cast_signed());
    let since = start.as_nanosecond() - anchor;
    let first = since.div_euclid(length) + i128::from(since.rem_euclid(length) > 0);
    (first..).map_while(move |k| Timestamp::from_nanosecond(anchor + k * length).ok())
}

/// Whole days: the same local time each time, counted from the anchor, so that a time that the
/// clocks skip once does not stay moved on.
fn daily(anchor: Zoned, days: i64, start: Timestamp) -> impl Iterator<Item = Timestamp> {
    // A day has 23 to 25 hours nearly always: begin two days early.
    let since = start.duration_since(anchor.timestamp()).as_hours() / 24 - 2;
    let mut last = None;
    (since.div_euclid(days)..)
        .map_while(move |k| later(&anchor, k.checked_mul(days)?))
        .map(|at| at.timestamp())
        .skip_while(move |&at| at < start)
        // A day that is skipped as a whole is moved on to the next.
        .filter(move |&at| last.replace(at) != Some(at))
}

/// Days and hours: each is counted from the one before it, since the hours of one decide what the
/// local time of the next is.
fn mixed(
    anchor: Zoned,
    days: i64,
    rest: SignedDuration,
    start: Timestamp,
) -> impl Iterator<Item = Timestamp> {
    let mut first = anchor;
    while first.timestamp() > start
        && let Some(earlier) = first.checked_sub(rest).ok().and_then(|at| later(&at, -days))
    {
        first = earlier;
    }
    iter::successors(Some(first), move |at| later(at, days)?.checked_add(rest).ok())
        .map(|at| at.timestamp())
        .skip_while(move |&at| at < start)
}

fn later(at: &Zoned, days: i64) -> Option<Zoned> {
    at.checked_add(Span::new().try_days(days).ok()?).ok()
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Exact(self.length).fmt(f)
    }
}
