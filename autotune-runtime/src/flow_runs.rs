//! The flow runs of this process, as seen from outside: which there are, and how
//! they are cancelled and resumed.
//!
//! ```
//! use autotune::{flow_runs, prelude::*};
//! # use std::time::Duration;
//!
//! #[flow]
//! async fn watch() -> anyhow::Result<()> {
//!     std::future::pending().await
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
//! let watching = watch().submit();
//! # tokio::task::yield_now().await;
//! for run in flow_runs::running() {
//!     flow_runs::cancel(run.id())?;
//! }
//! assert!(matches!(watching.state().await.name(), StateName::Cancelled));
//! # anyhow::Ok(()) })?;
//! # anyhow::Ok(())
//! ```
//!
//! # Cancelling
//!
//! A run that is asked to stop is `Cancelling`: its body is dropped where it waits, the
//! calls that it submitted are cancelled, and so are its subflows. When they have ended,
//! `on_cancellation` hooks are called, and the run is `Cancelled`. Whoever awaits it gets
//! [`Interrupted::Cancelled`](crate::interrupted::Interrupted::Cancelled), if its error type
//! is `From<Interrupted>`; else the call panics. `.state()` gives `Cancelled` either way.
//!
//! Rust stops a body only where it waits. One that computes without an `.await` runs on to the
//! next one, and a `blocking` body to its end, though nobody waits for it.

mod paused;

use serde::Serialize;
use serde_json::Value;

use crate::context::FlowRunInfo;
use crate::id::RunId;
use crate::interrupted::InvalidInput;
use crate::scope;
use crate::state::StateName;

pub use paused::{OpenPause, paused, paused_at};

/// The flow runs of this process that have begun and not ended, in the order in which they began.
#[must_use]
pub fn running() -> Vec<FlowRunInfo> {
    scope::running().into_iter().map(FlowRunInfo).collect()
}

/// The flow run of this id, while it runs in this process.
#[must_use]
pub fn find(id: RunId) -> Option<FlowRunInfo> {
    scope::find(id).map(FlowRunInfo)
}

/// Asks a flow run to stop: see [Cancelling](self#cancelling).
///
/// It does not wait for the end of the run. Asking twice is no error.
pub fn cancel(id: RunId) -> Result<(), FlowRunError> {
    known(id)?.cancel()
}

/// Stops a flow run that is not this process's any more, without a word to anybody.
pub(crate) fn abandon(id: RunId) {
    for scope in scope::running().into_iter().filter(|scope| scope.is_within(id)) {
        scope.silence();
        // One that has just ended needs no telling.
        let _ = scope.control().cancel();
    }
}

/// Lets a flow run go on that waits in a pause.
///
/// If it waits in several, choose one of them with [`paused_at`]. A run that is suspended is in no process: it is
/// resumed by [`FlowRuns::resume`](crate::orchestrator::FlowRuns::resume).
pub fn resume(id: RunId) -> Result<(), FlowRunError> {
    known(id)?.resume(None, None)
}

/// Lets a flow run go on, with the input that its pause asks for.
pub fn resume_with(id: RunId, input: &impl Serialize) -> Result<(), FlowRunError> {
    known(id)?.resume(None, Some(paused::to_json(input)?))
}

/// As [`resume_with`], with input that is JSON already.
pub fn resume_with_json(id: RunId, input: Value) -> Result<(), FlowRunError> {
    known(id)?.resume(None, Some(input))
}

/// As [`resume_with_json`], in the pause of this key where there are several, or without input where it asks for none.
#[cfg_attr(not(feature = "sqlite"), expect(dead_code, reason = "for those who ask from another process"))]
pub(crate) fn resume_at(id: RunId, key: Option<&str>, input: Option<Value>) -> Result<(), FlowRunError> {
    known(id)?.resume(key, input)
}

fn known(id: RunId) -> Result<FlowRunInfo, FlowRunError> {
    find(id).ok_or(FlowRunError::NotFound { id })
}

impl FlowRunInfo {
    /// Asks the run to stop: see [Cancelling](crate::flow_runs#cancelling).
    ///
    /// An error says that it has ended already.
    pub fn cancel(&self) -> Result<(), FlowRunError> {
        let ended = |state| FlowRunError::Ended { name: self.name(), state };
        self.0.control().cancel().map_err(ended)
    }
}

/// Why a flow run was not cancelled or resumed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FlowRunError {
    /// No run of this id runs in this process.
    #[error("no flow run {id} is running in this process: it has ended, or is another's")]
    NotFound {
        /// The id.
        id: RunId,
    },
    /// The run has ended.
    #[error("flow run `{name}` has ended already, in state {state}")]
    Ended {
        /// The name of the run.
        name: String,
        /// How it ended.
        state: StateName,
    },
    /// The run waits in no pause, or in none of this key.
    #[error("flow run `{name}` is not paused{}", at(key.as_deref()))]
    NotPaused {
        /// The name of the run.
        name: String,
        /// The key of the pause that was asked for.
        key: Option<String>,
    },
    /// The run waits in several pauses, and none of them was chosen.
    #[error(
        "flow run `{name}` waits in several pauses: choose one with `flow_runs::paused_at(id, {:?})`, or another of {}",
        keys.first().map(String::as_str).unwrap_or_default(), keys.join(", ")
    )]
    Several {
        /// The name of the run.
        name: String,
        /// The keys of the pauses.
        keys: Vec<String>,
    },
    /// The time of the pause is up.
    #[error("pause `{key}` of flow run `{name}` has timed out, and can no longer be resumed")]
    Expired {
        /// The name of the run.
        name: String,
        /// The key of the pause.
        key: String,
    },
    /// The pause asks for input, and was given none.
    #[error("pause `{key}` of flow run `{name}` asks for input: give it with `resume_with`")]
    InputMissing {
        /// The name of the run.
        name: String,
        /// The key of the pause.
        key: String,
    },
    /// The input does not fit what the pause asks for.
    #[error(transparent)]
    InvalidInput(#[from] InvalidInput),
}

fn at(key: Option<&str>) -> String {
    key.map(|key| format!(" at `{key}`")).unwrap_or_default()
}
