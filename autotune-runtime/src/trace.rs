//! Whether a `tracing` subscriber sees runs.

use tracing::Level;
use tracing::level_filters::LevelFilter;

/// The target of the spans and events that the engine itself makes.
pub(crate) const TARGET: &str = "autotune::run";

/// Whether a subscriber wants to see runs.
///
/// Where nobody subscribes, it is one comparison: this is a part of every call that is made.
#[inline]
pub(crate) fn is_traced() -> bool {
    Level::INFO <= LevelFilter::current() && is_wanted()
}

#[inline(never)]
fn is_wanted() -> bool {
    tracing::enabled!(target: TARGET, Level::INFO)
}
