//! Which date and time a moment is.
//!
//! Both clocks are read at once, and again from time to time. Where the system's date has not gone on as the time has
//! (it was set, or the machine has slept), moments from then on have the new dates; those before keep theirs. A
//! process that serves for months so runs its flows when they are due, and is not taken for dead by another one.

use std::sync::{LazyLock, PoisonError, RwLock};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::system_time;
use crate::moment::Moment;

/// By how much the two clocks may differ.
const TOLERANCE: Duration = Duration::from_millis(100);

/// Two readings that are further apart were interrupted, and say nothing.
const AT_ONCE: Duration = Duration::from_millis(1);

/// How many readings are kept; with one more, the first is forgotten.
const READINGS: usize = 64;

static DATES: LazyLock<RwLock<Dates>> = LazyLock::new(|| RwLock::new(Dates(vec![read()])));

pub(super) fn timestamp_of(moment: Moment) -> Timestamp {
    DATES.read().unwrap_or_else(PoisonError::into_inner).timestamp_of(moment.instant())
}

pub(super) fn moment_at(timestamp: Timestamp) -> Option<Moment> {
    DATES.read().unwrap_or_else(PoisonError::into_inner).instant_at(timestamp).map(Moment::from_instant)
}

/// Lets the dates of moments from now on be those of the system, whatever has become of it. Who asks for the dates of
/// many moments calls it now and then.
pub(crate) fn follow_system() {
    let reading = read();
    if DATES.read().unwrap_or_else(PoisonError::into_inner).differ_from(reading) {
        DATES.write().unwrap_or_else(PoisonError::into_inner).follow(reading);
    }
}

/// One reading of both clocks.
#[derive(Debug, Clone, Copy)]
struct Reading {
    instant: Instant,
    timestamp: Timestamp,
}

/// Reads both clocks at once. The time is not that of a test, which the system's date knows nothing of.
#[expect(clippy::disallowed_types, reason = "the clock is what the others read the time from")]
fn read() -> Reading {
    let mut narrowest: Option<(Duration, Reading)> = None;
    for _ in 0..8 {
        let before = std::time::Instant::now();
        let timestamp = system_time();
        let width = before.elapsed();
        if narrowest.is_none_or(|(known, _)| width < known) {
            narrowest = Some((width, Reading { instant: Instant::from_std(before), timestamp }));
        }
        if width < AT_ONCE {
            break;
        }
    }
    narrowest.expect("it was read at least once").1
}

/// Readings in their order, at least one. Each holds until the next.
#[derive(Debug)]
struct Dates(Vec<Reading>);

impl Dates {
    fn timestamp_of(&self, instant: Instant) -> Timestamp {
        let reading = self.0.iter().rev().find(|reading| reading.instant <= instant).unwrap_or(&self.0[0]);
        let after = SignedDuration::try_from(instant.saturating_duration_since(reading.instant));
        let before = SignedDuration::try_from(reading.instant.saturating_duration_since(instant));
        let (Ok(after), Ok(before)) = (after, before) else { return Timestamp::MAX };
        reading.timestamp.saturating_add(after - before).unwrap_or(Timestamp::MAX)
    }

    /// By the last reading: who asks when something will be, means the present dates.
    fn instant_at(&self, timestamp: Timestamp) -> Option<Instant> {
        let reading = self.last();
        let since = timestamp.duration_since(reading.timestamp);
        if since.is_negative() {
            reading.instant.checked_sub(since.unsigned_abs())
        } else {
            reading.instant.checked_add(since.unsigned_abs())
        }
    }

    fn differ_from(&self, reading: Reading) -> bool {
        let expected = self.timestamp_of(reading.instant);
        reading.timestamp.duration_since(expected).unsigned_abs() > TOLERANCE
    }

    fn follow(&mut self, reading: Reading) {
        // Somebody else may have been faster, or have read later.
        if !self.differ_from(reading) || reading.instant < self.last().instant {
            return;
        }
        if self.0.len() == READINGS {
            self.0.remove(0);
        }
        self.0.push(reading);
    }

    fn last(&self) -> Reading {
        self.0[self.0.len() - 1]
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::{SignedDuration, Timestamp};
    use tokio::time::Instant;

    use super::{Dates, READINGS, Reading};

    /// A reading so many seconds after the first, and what the system's date was then.
    fn reading(first: Instant, seconds: u64, date: i64) -> Reading {
        let timestamp = Timestamp::from_second(date).expect("a date");
        Reading { instant: first + Duration::from_secs(seconds), timestamp }
    }

    fn seconds(dates: &Dates, at: Instant) -> i64 {
        dates.timestamp_of(at).as_second()
    }

    #[test]
    fn a_machine_that_has_slept_has_new_dates_from_then_on_and_the_old_ones_before() {
        let first = Instant::now();
        let mut dates = Dates(vec![reading(first, 0, 1_000)]);
        dates.follow(reading(first, 10, 9_010));
        let at = |after| first + Duration::from_secs(after);
        assert_eq!(
            [seconds(&dates, at(5)), seconds(&dates, at(10)), seconds(&dates, at(20))],
            [1_005, 9_010, 9_020]
        );
        let due = dates.instant_at(Timestamp::from_second(9_060).expect("a date"));
        assert_eq!(due, Some(at(60)));
    }

    #[test]
    fn a_date_that_was_set_back_is_followed_and_one_that_goes_on_is_left_alone() {
        let first = Instant::now();
        let mut dates = Dates(vec![reading(first, 0, 10_000)]);
        dates.follow(reading(first, 60, 10_060));
        let mut late = reading(first, 70, 10_070);
        late.timestamp += SignedDuration::from_millis(99);
        dates.follow(late);
        assert_eq!(dates.0.len(), 1);
        dates.follow(reading(first, 80, 6_480));
        assert_eq!(seconds(&dates, first + Duration::from_secs(90)), 6_490);
    }

    #[test]
    fn a_reading_that_comes_too_late_does_not_undo_a_later_one() {
        let first = Instant::now();
        let mut dates = Dates(vec![reading(first, 0, 1_000)]);
        dates.follow(reading(first, 10, 5_000));
        dates.follow(reading(first, 9, 3_000));
        assert_eq!(seconds(&dates, first + Duration::from_secs(10)), 5_000);
    }

    #[test]
    fn a_clock_that_never_stands_still_takes_no_memory() {
        let first = Instant::now();
        let mut dates = Dates(vec![reading(first, 0, 0)]);
        for hour in 1..1_000 {
            dates.follow(reading(first, hour, 3_600 * i64::try_from(hour).expect("it is small")));
        }
        assert_eq!(dates.0.len(), READINGS);
        assert_eq!(seconds(&dates, first + Duration::from_secs(999)), 999 * 3_600);
    }
}
