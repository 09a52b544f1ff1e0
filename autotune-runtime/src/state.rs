//! The states of a run, as Prefect has them: the type drives logic, the name is
//! for people.

mod by_hand;
mod ended;
mod returned;

use std::fmt;

pub use ended::{NoResult, State};
pub use returned::{Conclusion, ReturnedStates};

/// What a state means to the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum StateType {
    /// Will run later.
    Scheduled,
    /// Submitted, not running yet.
    Pending,
    /// The body runs.
    Running,
    /// Waits for somebody to resume it.
    Paused,
    /// Asked to stop.
    Cancelling,
    /// Ended with a result.
    Completed,
    /// Ended with an error.
    Failed,
    /// Ended by a panic, or by the end of its process.
    Crashed,
    /// Ended because somebody asked for it.
    Cancelled,
}

impl StateType {
    /// All types.
    pub const ALL: [StateType; 9] = [
        StateType::Scheduled,
        StateType::Pending,
        StateType::Running,
        StateType::Paused,
        StateType::Cancelling,
        StateType::Completed,
        StateType::Failed,
        StateType::Crashed,
        StateType::Cancelled,
    ];

    /// The type, as Prefect writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            StateType::Scheduled => "SCHEDULED",
            StateType::Pending => "PENDING",
            StateType::Running => "RUNNING",
            StateType::Paused => "PAUSED",
            StateType::Cancelling => "CANCELLING",
            StateType::Completed => "COMPLETED",
            StateType::Failed => "FAILED",
            StateType::Crashed => "CRASHED",
            StateType::Cancelled => "CANCELLED",
        }
    }

    /// Whether a run in this state has ended for good.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, StateType::Completed | StateType::Failed | StateType::Crashed | StateType::Cancelled)
    }
}

/// What a state is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StateName {
    /// Will run later.
    Scheduled,
    /// Failed, and waits to be tried again.
    AwaitingRetry,
    /// Submitted, not running yet.
    Pending,
    /// Did not run, because a run that it waits for did not complete.
    NotReady,
    /// The first attempt runs.
    Running,
    /// A later attempt runs.
    Retrying,
    /// Waits in a pause, until somebody resumes it.
    Paused,
    /// Waits for somebody to resume it, and no process has it.
    Suspended,
    /// Was suspended, and goes on as soon as a worker takes it.
    Resuming,
    /// Asked to stop, and not ended yet.
    Cancelling,
    /// Ended with a result.
    Completed,
    /// Ended with the result of an earlier run.
    Cached,
    /// Had ended with a result, which its transaction has undone.
    RolledBack,
    /// Ended with an error.
    Failed,
    /// The last attempt took longer than its timeout.
    TimedOut,
    /// Ended by a panic.
    Crashed,
    /// Dropped, or told to stop, before it ended.
    Cancelled,
}

impl StateName {
    /// All names.
    pub const ALL: [StateName; 17] = [
        StateName::Scheduled,
        StateName::AwaitingRetry,
        StateName::Pending,
        StateName::NotReady,
        StateName::Paused,
        StateName::Suspended,
        StateName::Resuming,
        StateName::Running,
        StateName::Retrying,
        StateName::Cancelling,
        StateName::Completed,
        StateName::Cached,
        StateName::RolledBack,
        StateName::Failed,
        StateName::TimedOut,
        StateName::Crashed,
        StateName::Cancelled,
    ];

    /// The type of a state of this name.
    #[must_use]
    pub const fn state_type(self) -> StateType {
        match self {
            StateName::Scheduled | StateName::AwaitingRetry | StateName::Resuming => StateType::Scheduled,
            StateName::Pending | StateName::NotReady => StateType::Pending,
            StateName::Running | StateName::Retrying => StateType::Running,
            StateName::Paused | StateName::Suspended => StateType::Paused,
            StateName::Completed | StateName::Cached | StateName::RolledBack => StateType::Completed,
            StateName::Cancelling => StateType::Cancelling,
            StateName::Failed | StateName::TimedOut => StateType::Failed,
            StateName::Crashed => StateType::Crashed,
            StateName::Cancelled => StateType::Cancelled,
        }
    }

    /// Whether a run in this state has left its process: it has ended, or waits where no process has it.
    #[must_use]
    pub const fn has_left(self) -> bool {
        self.state_type().is_final() || matches!(self, StateName::Suspended)
    }

    /// The name, as Prefect writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            StateName::Scheduled => "Scheduled",
            StateName::AwaitingRetry => "AwaitingRetry",
            StateName::Pending => "Pending",
            StateName::NotReady => "NotReady",
            StateName::Running => "Running",
            StateName::Retrying => "Retrying",
            StateName::Paused => "Paused",
            StateName::Suspended => "Suspended",
            StateName::Resuming => "Resuming",
            StateName::Cancelling => "Cancelling",
            StateName::Completed => "Completed",
            StateName::Cached => "Cached",
            StateName::RolledBack => "RolledBack",
            StateName::Failed => "Failed",
            StateName::TimedOut => "TimedOut",
            StateName::Crashed => "Crashed",
            StateName::Cancelled => "Cancelled",
        }
    }
}

impl fmt::Display for StateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
