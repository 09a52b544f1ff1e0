//! Why slots were not taken, and why limits were not set.

use std::time::Duration;

use crate::duration::Exact;
use crate::orchestrator::OrchestratorError;

/// Why no slots were taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LimitError {
    /// There is no limit of this name, and there should be.
    #[error("there is no limit `{name}`; set it with `limits::set({name:?}, 2)`")]
    Unknown {
        /// The name.
        name: String,
    },
    /// The limit is lower than what was asked for.
    #[error("limit `{name}` has {slots} slots, and {asked} were asked for: they would never be free")]
    TooMany {
        /// The name.
        name: String,
        /// What was asked for.
        asked: usize,
        /// What there is.
        slots: usize,
    },
    /// Slots that nobody would give back were asked for of a limit whose slots do not come back by themselves.
    #[error(
        "limit `{name}` is none of rate, so its slots would never come back; take them with `concurrency`, or say how many come back each second"
    )]
    NoRate {
        /// The name.
        name: String,
    },
    /// The slots were not free in time.
    #[error("no free slots of `{}`: timed out after {}", names.join("`, `"), Exact(*timeout))]
    TimedOut {
        /// The limits.
        names: Vec<String>,
        /// The time.
        timeout: Duration,
    },
    /// The orchestrator could not be asked: its database is locked, or cannot be read.
    #[error("the slots of `{}` cannot be asked for: {message}", names.join("`, `"))]
    Unavailable {
        /// The limits.
        names: Vec<String>,
        /// What the orchestrator says.
        message: String,
    },
}

/// Why a limit for all processes was not set or removed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetLimitError {
    /// The program has no orchestrator.
    #[error(
        "there is no orchestrator that could keep a limit for all processes: call `autotune::init()` first, with the feature `sqlite`, or set one of this process with `limits::set`"
    )]
    NoOrchestrator,
    /// The slots of a limit of rate would never come back.
    #[error("limit `{name}` needs slots that come back: more than {per_second} a second")]
    NoRate {
        /// The name.
        name: String,
        /// What was asked for.
        per_second: f64,
    },
    /// The orchestrator did not take it.
    #[error(transparent)]
    Orchestrator(#[from] OrchestratorError),
}
