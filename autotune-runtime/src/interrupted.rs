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
    /// The run was cancelled before it ended.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// A limit on one of the run's tags lets no run through.
    #[error(transparent)]
    NoSlots(#[from] NoSlots),
    /// A transaction was rolled back, though its code returned a value.
    #[error(transparent)]
    RolledBack(#[from] RolledBack),
    /// Nobody resumed a pause in time.
    #[error(transparent)]
    PauseTimedOut(#[from] PauseTimedOut),
    /// There is no flow run here that could pause.
    #[error(transparent)]
    CannotPause(#[from] CannotPause),
    /// The flow run was suspended: it has left its process, and goes on when somebody resumes it.
    #[error(transparent)]
    Suspended(#[from] Suspended),
    /// The flow run here cannot be suspended.
    #[error(transparent)]
    CannotSuspend(#[from] CannotSuspend),
    /// A pause was passed with input that its code cannot read.
    #[error(transparent)]
    InvalidInput(#[from] InvalidInput),
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

/// The run was cancelled before it ended.
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

/// Nobody resumed a pause in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PauseTimedOut {
    /// The key of the pause.
    pub key: String,
    /// How long it waited.
    pub timeout: Duration,
}

impl fmt::Display for PauseTimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pause `{}` was not resumed within {}", self.key, Exact(self.timeout))
    }
}

impl std::error::Error for PauseTimedOut {}

/// Why code cannot pause.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CannotPause {
    /// It is outside of any flow run.
    #[error("`pause()` was called outside of a flow: call it in a flow, or in a task of one")]
    OutsideOfFlow,
    /// The flow run in which it was called has ended, or is being cancelled.
    #[error("flow run `{flow_run}` is not running any more, so it cannot pause")]
    NotRunning {
        /// The name of the flow run.
        flow_run: String,
    },
}

/// The flow run has left its process, and goes on when somebody resumes it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("flow run `{flow_run}` is suspended until somebody resumes it")]
pub struct Suspended {
    /// The name of the flow run.
    pub flow_run: String,
}

/// Why a flow run cannot be suspended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CannotSuspend {
    /// The code is outside of any flow run.
    #[error("`suspend()` was called outside of a flow: call it in a flow, or in a task of one")]
    OutsideOfFlow,
    /// Nobody would start the flow run again: it is no run of a deployment that a worker runs.
    #[error(
        "cannot suspend flows without a deployment: let a worker run `{flow_run}`, or wait in the process with `pause()`"
    )]
    WithoutDeployment {
        /// The name of the flow run.
        flow_run: String,
    },
    /// The flow run was called by another one, which is the one to suspend.
    #[error(
        "cannot suspend subflows: suspend the flow that calls `{flow_run}`, or wait in it with `pause()`"
    )]
    InSubflow {
        /// The name of the flow run.
        flow_run: String,
    },
    /// The flow run has ended, or is being cancelled.
    #[error("flow run `{flow_run}` is not running any more, so it cannot be suspended")]
    NotRunning {
        /// The name of the flow run.
        flow_run: String,
    },
    /// The orchestrator did not take the flow run back.
    #[error("flow run `{flow_run}` cannot be suspended: {message}")]
    Refused {
        /// The name of the flow run.
        flow_run: String,
        /// What the orchestrator says.
        message: String,
    },
}

/// Input that does not fit what a pause asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidInput {
    /// The key of the pause.
    pub key: String,
    /// The way to the place in the input that is wrong; empty if it is about all of it.
    pub path: String,
    /// What is wrong, never the value.
    pub message: String,
}

impl fmt::Display for InvalidInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let InvalidInput { key, path, message } = self;
        match path.as_str() {
            "" => write!(f, "input of pause `{key}`: {message}"),
            path => write!(f, "`{path}` in the input of pause `{key}`: {message}"),
        }
    }
}

impl std::error::Error for InvalidInput {}
