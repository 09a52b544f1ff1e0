//! The state of one run, with what it returned.

use super::{StateName, StateType};

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
    /// Whether code made it, and no run came into it.
    pub(crate) by_hand: bool,
}

impl<R> State<R> {
    /// Of a run that was dropped, or told to stop.
    pub(crate) fn of_cancelled(run: &str) -> Self {
        let message = Some(format!("`{run}` was cancelled"));
        State { name: StateName::Cancelled, run_count: 0, message, result: None, by_hand: false }
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

    /// The function's output, or why there is none: Prefect's `state.result()`.
    ///
    /// An `Err` that the function returned is its output as well.
    ///
    /// ```
    /// # use autotune::prelude::*;
    /// let state: State<u32> = State::crashed("the worker is gone");
    /// assert_eq!(state.try_result().unwrap_err().to_string(), "crashed: the worker is gone");
    /// ```
    pub fn try_result(self) -> Result<R, NoResult> {
        let name = self.name;
        let because =
            |message: Option<String>| message.unwrap_or_else(|| format!("no message, state {name}"));
        self.result.ok_or_else(|| match name.state_type() {
            StateType::Failed => NoResult::Failed(because(self.message)),
            StateType::Crashed => NoResult::Crashed(because(self.message)),
            StateType::Cancelled => NoResult::Cancelled(because(self.message)),
            StateType::Paused => NoResult::Paused,
            _ => NoResult::Unfinished(name),
        })
    }
}

/// Why a state has no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoResult {
    /// The run failed without an output.
    #[error("failed: {0}")]
    Failed(String),
    /// The body panicked.
    #[error("crashed: {0}")]
    Crashed(String),
    /// The run was dropped, or told to stop.
    #[error("cancelled: {0}")]
    Cancelled(String),
    /// The run waits for somebody to resume it.
    #[error("the run is paused: its result is not available")]
    Paused,
    /// The run has not ended.
    #[error("the run is not finished: it is in state {0}")]
    Unfinished(StateName),
}
