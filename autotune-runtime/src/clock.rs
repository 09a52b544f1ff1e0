//! The one place that reads the time.
//!
//! The time is that of tokio's clock, so that a test that pauses it moves runs,
//! retries, timeouts and expirations alike. The date is read from the system
//! once, when somebody first asks for one.

use std::sync::LazyLock;
use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};
pub use tokio::time::Instant;

use crate::moment::Moment;

/// One reading of both clocks.
struct Epoch {
    instant: Instant,
    timestamp: Timestamp,
}

static EPOCH: LazyLock<Epoch> = LazyLock::new(|| Epoch { instant: Instant::now(), timestamp: system_time() });

/// The date and time as the system has it now: for what processes tell each other. Unlike a [`Moment`], it goes
/// on while the system sleeps.
#[expect(clippy::disallowed_methods, reason = "the clock is what the others read the time from")]
pub(crate) fn system_time() -> Timestamp {
    // A clock beyond the year 9999 says nothing useful.
    Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::MAX)
}

impl Moment {
    /// The present moment.
    #[inline]
    #[must_use]
    pub fn now() -> Self {
        Moment::from_instant(Instant::now())
    }

    /// The moment of a date and time; `None` if no clock can show it.
    #[must_use]
    pub fn at(timestamp: Timestamp) -> Option<Self> {
        let epoch = &*EPOCH;
        let since = timestamp.duration_since(epoch.timestamp);
        let instant = if since.is_negative() {
            epoch.instant.checked_sub(since.unsigned_abs())
        } else {
            epoch.instant.checked_add(since.unsigned_abs())
        };
        instant.map(Moment::from_instant)
    }

    /// The date and time.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        let epoch = &*EPOCH;
        let instant = self.instant();
        let after = SignedDuration::try_from(instant.saturating_duration_since(epoch.instant));
        let before = SignedDuration::try_from(epoch.instant.saturating_duration_since(instant));
        let (Ok(after), Ok(before)) = (after, before) else { return Timestamp::MAX };
        epoch.timestamp.saturating_add(after - before).unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use crate::moment::Moment;

    #[test]
    fn a_moment_is_that_of_its_date_and_time_past_or_future() {
        for second in [34_212, 4_000_000_000] {
            let timestamp = Timestamp::from_second(second).expect("a date");
            let moment = Moment::at(timestamp).expect("a clock can show it");
            assert_eq!(moment.timestamp(), timestamp);
        }
    }
}
