//! Whether a `tracing` subscriber sees runs.

use tracing::Level;

/// The target of the spans and events that the engine itself makes.
pub(crate) const TARGET: &str = "autotune::run";

/// Whether a subscriber wants to see runs.
#[inline]
pub(crate) fn is_traced() -> bool {
    tracing::enabled!(target: TARGET, Level::INFO)
}
