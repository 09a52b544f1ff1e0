//! Whether those who say now and then that they live have fallen silent.
//!
//! Their last word has a date, but dates jump: a clock is put right, a machine sleeps,
//! and everybody seems to have been silent for hours. And while nobody can write, nobody can
//! say a word. Whoever looks more than once therefore also goes by how long it has seen
//! the same last word itself, by a clock that only goes on.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::moment::Moment;

/// After how many intervals without a word somebody is taken for dead.
pub(super) const MISSED: u32 = 3;

/// What this process has seen of others.
#[derive(Debug, Default)]
pub(super) struct Silence {
    heard: Mutex<HashMap<Other, Heard>>,
}

/// For how long it is remembered when somebody was heard.
const REMEMBERED: Duration = Duration::from_hours(24);

/// Somebody who says that it lives.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Other {
    /// The process of this row.
    Process(i64),
    /// The worker of this name.
    Worker(String),
}

#[derive(Debug, Clone, Copy)]
struct Heard {
    word: Timestamp,
    /// When this process saw it first.
    seen: Moment,
}

/// Who judges.
#[derive(Debug, Clone, Copy)]
pub(super) enum Judge<'a> {
    /// It looks once, and has only dates to go by.
    Passing,
    /// It looks again and again.
    Resident(&'a Silence),
}

impl Judge<'_> {
    /// Whether somebody is taken for dead whose last `word` of one each `interval` is that.
    pub(super) fn is_dead(self, other: Other, word: Timestamp, interval: Duration, now: Timestamp) -> bool {
        let by_date = Duration::try_from(now.duration_since(word)).unwrap_or_default();
        let seen = match self {
            Judge::Passing => None,
            Judge::Resident(silence) => Some(silence.seen(other, word)),
        };
        is_too_long(by_date, seen, interval)
    }
}

impl Silence {
    /// For how long this process has seen that this was the last word of somebody.
    fn seen(&self, other: Other, word: Timestamp) -> Duration {
        let now = Moment::now();
        let mut heard = self.lock();
        match heard.get(&other) {
            Some(known) if known.word == word => now.since(known.seen),
            _ => {
                heard.retain(|_, heard| now.since(heard.seen) < REMEMBERED);
                heard.insert(other, Heard { word, seen: now });
                Duration::ZERO
            }
        }
    }

    /// Somebody has said this word just now, through this very process.
    pub(super) fn hear(&self, other: Other, word: Timestamp) {
        self.lock().insert(other, Heard { word, seen: Moment::now() });
    }

    /// Nothing could be written: nobody could say a word, and all silence begins anew.
    pub(super) fn forget(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Other, Heard>> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The rule. A date alone may have jumped ahead, so that one more interval has to be seen to pass; and it may have gone
/// back, where what was seen is enough.
fn is_too_long(by_date: Duration, seen: Option<Duration>, interval: Duration) -> bool {
    let limit = interval.saturating_mul(MISSED);
    match seen {
        None => by_date > limit,
        Some(seen) => seen > limit || (by_date > limit && seen >= interval),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::{SignedDuration, Timestamp};

    use super::{Judge, Other, Silence};

    const INTERVAL: Duration = Duration::from_secs(10);
    const HOUR: SignedDuration = SignedDuration::from_hours(1);

    fn worker() -> Other {
        Other::Worker("one".to_owned())
    }

    fn date() -> Timestamp {
        Timestamp::from_second(1_800_000_000).expect("a date")
    }

    #[test]
    fn who_looks_once_goes_by_the_date() {
        let is_dead = |seconds| {
            Judge::Passing.is_dead(worker(), date(), INTERVAL, date() + Duration::from_secs(seconds))
        };
        assert!(!is_dead(30) && is_dead(31));
        assert!(!Judge::Passing.is_dead(worker(), date(), INTERVAL, date() - HOUR), "the clock went back");
    }

    #[tokio::test(start_paused = true)]
    async fn a_date_that_jumps_ahead_does_not_kill_who_speaks_within_an_interval() {
        let silence = Silence::default();
        let is_dead = |word, now| Judge::Resident(&silence).is_dead(worker(), word, INTERVAL, now);
        assert!(!is_dead(date(), date() + HOUR), "it is seen for the first time");
        tokio::time::advance(Duration::from_millis(9_999)).await;
        assert!(!is_dead(date(), date() + HOUR));
        assert!(!is_dead(date() + HOUR, date() + HOUR), "it has spoken");
        tokio::time::advance(INTERVAL).await;
        assert!(!is_dead(date() + HOUR, date() + HOUR + INTERVAL));
        assert!(is_dead(date() + HOUR, date() + HOUR + HOUR), "it has not, this time");
    }

    #[tokio::test(start_paused = true)]
    async fn a_date_that_goes_back_or_stands_still_does_not_keep_the_dead_alive() {
        for now in [date() - HOUR, date()] {
            let silence = Silence::default();
            let is_dead = || Judge::Resident(&silence).is_dead(worker(), date(), INTERVAL, now);
            assert!(!is_dead());
            tokio::time::advance(3 * INTERVAL).await;
            assert!(!is_dead());
            tokio::time::advance(Duration::from_millis(1)).await;
            assert!(is_dead());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn silence_while_nobody_can_write_does_not_count() {
        let silence = Silence::default();
        let later = date() + HOUR;
        let is_dead = || Judge::Resident(&silence).is_dead(worker(), date(), INTERVAL, later);
        assert!(!is_dead());
        tokio::time::advance(10 * INTERVAL).await;
        silence.forget();
        assert!(!is_dead());
        tokio::time::advance(INTERVAL).await;
        assert!(is_dead());
    }
}
