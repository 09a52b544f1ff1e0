//! The one place that reads the time.
//!
//! The time is that of tokio's clock, so that a test that pauses it moves runs,
//! retries, timeouts and expirations alike. It knows no dates: those are the
//! system's, which is set by people and servers, and goes on while the machine
//! sleeps. `dates` has which date a moment is.

mod dates;

use std::time::SystemTime;

use jiff::Timestamp;
pub use tokio::time::Instant;

pub(crate) use dates::follow_system;

use crate::moment::Moment;

/// The date and time as the system has it now: for what processes tell each other. A test that pauses the time does
/// not move it.
#[expect(clippy::disallowed_methods, reason = "the clock is what the others read the time from")]
pub(crate) fn system_time() -> Timestamp {
    // A clock beyond the year 9999 says nothing useful.
    Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::MAX)
}

/// The present date and time. It is the system's, also when that was set or the machine has slept, and goes on with
/// the time of a test.
#[must_use]
pub fn now() -> Timestamp {
    follow_system();
    Moment::now().timestamp()
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
        dates::moment_at(timestamp)
    }

    /// The date and time.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        dates::timestamp_of(self)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

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

    #[tokio::test(start_paused = true)]
    async fn the_present_date_goes_on_with_the_time_of_a_test() {
        let before = super::now();
        tokio::time::advance(Duration::from_hours(1)).await;
        let passed = super::now().duration_since(before);
        assert_eq!(passed.as_mins(), 60);
    }
}
