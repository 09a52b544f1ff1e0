//! The states of a run, as Prefect has them: the type drives logic, the name is
//! for people.

use std::fmt;

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
    /// Asked to stop, and not ended yet.
    Cancelling,
    /// Ended with a result.
    Completed,
    /// Ended with the result of an earlier run.
    Cached,
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
    /// The type of a state of this name.
    #[must_use]
    pub const fn state_type(self) -> StateType {
        match self {
            StateName::Scheduled | StateName::AwaitingRetry => StateType::Scheduled,
            StateName::Pending | StateName::NotReady => StateType::Pending,
            StateName::Running | StateName::Retrying => StateType::Running,
            StateName::Paused => StateType::Paused,
            StateName::Cancelling => StateType::Cancelling,
            StateName::Completed | StateName::Cached => StateType::Completed,
            StateName::Failed | StateName::TimedOut => StateType::Failed,
            StateName::Crashed => StateType::Crashed,
            StateName::Cancelled => StateType::Cancelled,
        }
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
            StateName::Cancelling => "Cancelling",
            StateName::Completed => "Completed",
            StateName::Cached => "Cached",
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

/// How a run ended, with the function's own output where it returned one.
///
/// What `.state()` gives: an `Err` or a panic is a part of it, never an early
/// return.
///
/// ```
/// # use autotune::prelude::*;
/// #[task]
/// async fn load(url: &str) -> Result<String, String> {
///     Err(format!("{url} is down"))
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let state = load("http://x").state().await;
/// if state.is_failed() {
///     warn!("no data: {}", state.message().unwrap_or_default());
/// }
/// # assert_eq!(state.message(), Some("http://x is down"));
/// # });
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug, Clone)]
pub struct State<R> {
    pub(crate) name: StateName,
    pub(crate) run_count: u32,
    pub(crate) message: Option<String>,
    pub(crate) result: Option<R>,
}

impl<R> State<R> {
    pub(crate) fn cancelled(run: &str) -> Self {
        let message = Some(format!("`{run}` was cancelled"));
        State { name: StateName::Cancelled, run_count: 0, message, result: None }
    }

    /// The name of the state.
    #[must_use]
    pub fn name(&self) -> StateName {
        self.name
    }

    /// The type of the state.
    #[must_use]
    pub fn state_type(&self) -> StateType {
        self.name.state_type()
    }

    /// Whether the run has a result: `Completed` or `Cached`.
    #[must_use]
    pub fn is_completed(&self) -> bool {
        self.state_type() == StateType::Completed
    }

    /// Whether the run ended with an error: `Failed` or `TimedOut`.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        self.state_type() == StateType::Failed
    }

    /// Whether the body panicked.
    #[must_use]
    pub fn is_crashed(&self) -> bool {
        self.state_type() == StateType::Crashed
    }

    /// How often the body was started; 0 for a cached result.
    #[must_use]
    pub fn run_count(&self) -> u32 {
        self.run_count
    }

    /// The error or the panic's message, where there is one.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The function's output; `None` after a panic or a cancellation.
    #[must_use]
    pub fn result(&self) -> Option<&R> {
        self.result.as_ref()
    }

    /// The function's output, by value.
    #[must_use]
    pub fn into_result(self) -> Option<R> {
        self.result
    }
}
