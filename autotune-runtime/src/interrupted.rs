//! The failures of the framework, as a function's error type receives them.

use std::fmt;
use std::time::Duration;

use crate::duration::Exact;
use crate::state::StateName;

/// Why the framework, and not the function, ended a call.
///
/// One `#[from] Interrupted` in an error enum covers all of it; `anyhow::Error`
/// and `Box<dyn Error + Send + Sync>` accept it as it is.
///
/// ```
/// # use autotune_runtime::interrupted::Interrupted;
/// #[derive(Debug, thiserror::Error)]
/// enum LoadError {
///     #[error("the server answered {0}")]
///     Http(u16),
///     #[error(transparent)]
///     Interrupted(#[from] Interrupted),
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Interrupted {
    /// The attempt took longer than its `timeout`.
    #[error(transparent)]
    TimedOut(#[from] TimedOut),
    /// A run named in `wait_for` did not complete, so this one did not start.
    #[error(transparent)]
    NotReady(#[from] NotReady),
    /// A flow was called with parameters that break its own rules.
    #[error(transparent)]
    InvalidParameters(#[from] InvalidParameters),
    /// A submitted call was cancelled before it ended.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// A limit on one of the run's tags lets no run through.
    #[error(transparent)]
    NoSlots(#[from] NoSlots),
    /// A transaction was rolled back, though its code returned a value.
    #[error(transparent)]
    RolledBack(#[from] RolledBack),
}

/// The attempt took longer than its `timeout`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimedOut {
    /// The limit that it exceeded.
    pub timeout: Duration,
}

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "timed out after {}", Exact(self.timeout))
    }
}

impl std::error::Error for TimedOut {}

/// A run named in `wait_for` did not complete.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not started, because upstream run `{upstream}` ended in state {state}")]
pub struct NotReady {
    /// The name of the task or flow that did not complete.
    pub upstream: String,
    /// How it ended.
    pub state: StateName,
}

/// A parameter broke a rule of its `#[garde(..)]` attribute.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid parameter `{parameter}`: {message}")]
pub struct InvalidParameters {
    /// The parameter's name.
    pub parameter: String,
    /// The rule that it breaks, never its value.
    pub message: String,
}

/// A submitted call was cancelled before it ended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` was cancelled")]
pub struct Cancelled {
    /// The name of the task or flow.
    pub name: String,
}

/// A limit on a tag has no slots at all, so a run with the tag would wait for ever.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not started, because limit `{limit}` has no slots: set it to at least 1, or remove it")]
pub struct NoSlots {
    /// The name of the limit.
    pub limit: String,
}

/// A transaction was rolled back, though its code returned a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("rolled back, because `{by}` in it did not succeed")]
pub struct RolledBack {
    /// The task, the transaction or the hook that did not succeed.
    pub by: String,
}
