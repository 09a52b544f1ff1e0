//! When a failed attempt is tried again: pure functions of the attempt's number.

use std::time::Duration;

/// How long to wait before each retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryDelay {
    /// The same delay each time.
    Fixed(Duration),
    /// One delay per retry; the last one repeats.
    List(&'static [Duration]),
    /// `base`, `2 * base`, `4 * base`, …, never more than `max`.
    ///
    /// As Prefect's `exponential_backoff`, the first delay is `base` itself.
    Exponential {
        /// The first delay.
        base: Duration,
        /// The longest delay.
        max: Option<Duration>,
    },
}

impl RetryDelay {
    /// Try again at once.
    pub const NONE: RetryDelay = RetryDelay::Fixed(Duration::ZERO);

    /// The delay before retry number `retry`, counted from 0.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use autotune_runtime::retry::RetryDelay;
    /// let delay = RetryDelay::Exponential { base: Duration::from_secs(1), max: Some(Duration::from_secs(3)) };
    /// assert_eq!([0, 1, 2].map(|retry| delay.before(retry).as_secs()), [1, 2, 3]);
    /// ```
    #[must_use]
    pub fn before(&self, retry: u32) -> Duration {
        match *self {
            RetryDelay::Fixed(delay) => delay,
            RetryDelay::List(delays) => {
                let index = usize::try_from(retry).unwrap_or(usize::MAX);
                delays.get(index).or(delays.last()).copied().unwrap_or_default()
            }
            RetryDelay::Exponential { base, max } => {
                let factor = 1u32.checked_shl(retry).unwrap_or(u32::MAX);
                base.saturating_mul(factor).min(max.unwrap_or(Duration::MAX))
            }
        }
    }
}

/// A random delay around `delay` whose mean stays `delay`.
///
/// With the factor `f` the result is drawn from an exponential distribution of
/// mean `delay`, truncated to between `delay * log2(k / (k - 1))`, where
/// `k = 2^(1 + f)`, and `delay * (1 + f)`: Prefect's
/// `clamped_poisson_interval`. `uniform` is the random number, in `0.0..1.0`.
///
/// ```
/// # use std::time::Duration;
/// # use autotune_runtime::retry::jittered;
/// let delay = Duration::from_secs(60);
/// assert_eq!(jittered(delay, 0.0, 0.9), delay);
/// assert!(jittered(delay, 0.5, 0.999_999) <= Duration::from_secs(90));
/// ```
#[must_use]
pub fn jittered(delay: Duration, factor: f64, uniform: f64) -> Duration {
    if delay.is_zero() || factor <= 0.0 {
        return delay;
    }
    let (shortest, longest) = (shortest_share(1.0 + factor), 1.0 + factor);
    // Inverse of the exponential's distribution function, between the two ends.
    let (from, to) = (1.0 - (-shortest).exp(), 1.0 - (-longest).exp());
    let share = -(1.0 - (from + (to - from) * uniform)).ln();
    Duration::try_from_secs_f64(delay.as_secs_f64() * share).unwrap_or(delay)
}

/// The lower end of the truncation that keeps the median at the delay.
fn shortest_share(longest: f64) -> f64 {
    // Beyond this the quotient is 1 within the precision of a float.
    if longest >= 50.0 {
        return 0.0;
    }
    let k = longest.exp2();
    (k / (k - 1.0)).log2()
}

#[cfg(test)]
mod tests {
    use super::{RetryDelay, jittered};
    use std::time::Duration;

    const MINUTE: Duration = Duration::from_mins(1);

    #[test]
    fn the_last_delay_of_a_list_repeats() {
        const DELAYS: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(5)];
        let delay = RetryDelay::List(&DELAYS);
        assert_eq!([0, 1, 2, 9].map(|retry| delay.before(retry).as_secs()), [1, 5, 5, 5]);
    }

    #[test]
    fn an_exponential_delay_saturates() {
        let delay = RetryDelay::Exponential { base: MINUTE, max: None };
        assert!(delay.before(40) >= delay.before(31));
    }

    #[test]
    fn jitter_stays_within_its_bounds_and_keeps_the_mean() {
        let draws = 100_000;
        let mut sum = 0.0;
        for i in 0..draws {
            let share = jittered(MINUTE, 0.5, f64::from(i) / f64::from(draws)).as_secs_f64() / 60.0;
            // k = 2^1.5: log2(k / (k - 1)) = 0.6293…
            assert!((0.629..=1.5).contains(&share), "{share}");
            sum += share;
        }
        let mean = sum / f64::from(draws);
        assert!((0.97..=1.03).contains(&mean), "{mean}");
    }

    #[test]
    fn a_huge_factor_is_a_plain_exponential() {
        assert_eq!(jittered(MINUTE, 60.0, 0.0), Duration::ZERO);
    }
}
