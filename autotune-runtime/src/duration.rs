//! Durations as people read them: `1h 30m`, `250ms`.

use std::fmt::{self, Write};
use std::time::Duration;

const UNITS: [(u128, &str); 7] = [
    (86_400_000_000_000, "d"),
    (3_600_000_000_000, "h"),
    (60_000_000_000, "m"),
    (1_000_000_000, "s"),
    (1_000_000, "ms"),
    (1_000, "µs"),
    (1, "ns"),
];

/// Shows a duration exactly, in the units that attributes are written in.
///
/// ```
/// # use std::time::Duration;
/// # use autotune_runtime::duration::Exact;
/// assert_eq!(Exact(Duration::from_secs(5400)).to_string(), "1h 30m");
/// assert_eq!(Exact(Duration::from_millis(1500)).to_string(), "1s 500ms");
/// assert_eq!(format!("{:>5}", Exact(Duration::ZERO)), "   0s");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Exact(pub Duration);

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0.as_nanos();
        if rest == 0 {
            return f.pad("0s");
        }
        let mut text = String::new();
        for (size, unit) in UNITS {
            let count = rest / size;
            rest %= size;
            if count > 0 {
                let space = if text.is_empty() { "" } else { " " };
                write!(text, "{space}{count}{unit}")?;
            }
        }
        f.pad(&text)
    }
}

/// Shows how long something took, to about three digits.
///
/// ```
/// # use std::time::Duration;
/// # use autotune_runtime::duration::Rounded;
/// assert_eq!(Rounded(Duration::from_micros(1_234)).to_string(), "1.23ms");
/// assert_eq!(Rounded(Duration::from_millis(75_400)).to_string(), "1m 15s");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Rounded(pub Duration);

impl fmt::Display for Rounded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.as_secs() >= 60 {
            return Exact(Duration::from_secs(self.0.as_secs())).fmt(f);
        }
        let seconds = self.0.as_secs_f64();
        let (value, unit) = match seconds {
            s if s >= 1.0 => (s, "s"),
            s if s >= 1e-3 => (s * 1e3, "ms"),
            s if s >= 1e-6 => (s * 1e6, "µs"),
            s => (s * 1e9, "ns"),
        };
        let digits = match value {
            v if v >= 100.0 => 0,
            v if v >= 10.0 => 1,
            _ => 2,
        };
        f.pad(&format!("{value:.digits$}{unit}"))
    }
}
