//! A point in time.

use std::time::Duration;

use tokio::time::Instant;

/// A point in time, as the clock gave it.
///
/// What it is as date and time is worked out when somebody asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(Instant);

impl Moment {
    pub(crate) fn from_instant(instant: Instant) -> Self {
        Moment(instant)
    }

    pub(crate) fn instant(self) -> Instant {
        self.0
    }

    /// How long after `earlier` this moment is; zero if it is before.
    #[must_use]
    pub fn since(self, earlier: Moment) -> Duration {
        self.0.saturating_duration_since(earlier.0)
    }

    /// The moment `later` after this one; `None` if that is beyond what a clock can show.
    #[must_use]
    pub fn plus(self, later: Duration) -> Option<Moment> {
        self.0.checked_add(later).map(Moment)
    }
}
