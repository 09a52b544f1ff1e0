//! What is known of runs, as it is read later.

mod stats;

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::definition::Kind;
use crate::deployment::DeploymentId;
use crate::id::RunId;
use crate::state::StateType;

pub use stats::{FlowStats, StatsBy, StatsFilter};

/// A run, as it is now.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RunRecord {
    /// The id of the run.
    pub id: RunId,
    /// The flow run that it belongs to, or it is.
    pub root: RunId,
    /// The number of the call within the root run; 0 is the root run itself.
    pub sequence: u32,
    /// The run that called it.
    pub parent: Option<RunId>,
    /// Task or flow.
    pub kind: Kind,
    /// The name of the task or flow.
    pub definition: String,
    /// The name of the run.
    pub name: String,
    /// The tags of the definition and of the call.
    pub tags: Vec<String>,
    /// The type of its state.
    pub state_type: StateType,
    /// The name of its state, as Prefect writes it.
    pub state_name: String,
    /// When it came into the state.
    pub state_at: Timestamp,
    /// When it started, if it has.
    pub started: Option<Timestamp>,
    /// How often the body was started; 0 for a cached result.
    pub run_count: u32,
    /// When it is to go on, if it waits for a time.
    pub due: Option<Timestamp>,
    /// The error or panic.
    pub message: Option<String>,
    /// The runs that its call named in `wait_for`, and that had begun by the time it started or did not.
    pub waited_for: Vec<RunId>,
}

impl RunRecord {
    /// When it ended, if it has.
    #[must_use]
    pub fn ended(&self) -> Option<Timestamp> {
        self.state_type.is_final().then_some(self.state_at)
    }

    /// How long it took, if it has ended.
    #[must_use]
    pub fn took(&self) -> Option<Duration> {
        let took = self.ended()?.duration_since(self.started?);
        Some(Duration::try_from(took).unwrap_or_default())
    }
}

/// A state that a run was or is in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StateRecord {
    /// The type of the state.
    pub state_type: StateType,
    /// The name of the state, as Prefect writes it.
    pub state_name: String,
    /// When the run came into it.
    pub at: Timestamp,
    /// How often the body had been started.
    pub run_count: u32,
    /// When the run was to go on, if it waited for a time.
    pub due: Option<Timestamp>,
    /// The error or panic.
    pub message: Option<String>,
}

/// A line of the log of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogRecord {
    /// The run that logged it.
    pub run: RunId,
    /// The number of that run within its root run.
    pub sequence: u32,
    /// The name of that run.
    pub run_name: String,
    /// When.
    pub at: Timestamp,
    /// How important it is.
    pub level: tracing::Level,
    /// The module that logged it.
    pub target: String,
    /// The message, and the fields behind it.
    pub message: String,
}

/// Which lines are wanted.
#[derive(Debug, Clone, Default)]
pub struct LogFilter {
    /// Only those that are as important, or more.
    pub level: Option<tracing::Level>,
    /// Only the last so many.
    pub limit: Option<u32>,
}

/// An artifact of a run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ArtifactRecord {
    /// The run that recorded it.
    pub run: RunId,
    /// The root run, and the number of the run within it.
    pub call: (RunId, u32),
    /// When.
    pub at: Timestamp,
    /// What it is, as Prefect writes it: `markdown`, `table`.
    pub kind: String,
    /// Its name across runs, if it has one.
    pub key: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// The text, rows, address or number.
    pub data: Value,
}

/// Which artifacts are wanted; the latest come first.
#[derive(Debug, Clone, Default)]
pub struct ArtifactFilter {
    /// Only those of this run, and of the runs that it called.
    pub run: Option<RunId>,
    /// Only those of this key.
    pub key: Option<String>,
    /// At most as many.
    pub limit: Option<u32>,
}

/// Which runs are wanted; the latest come first.
#[derive(Debug, Clone, Default)]
pub struct RunFilter {
    /// Only runs that no other run of the same flow called: flow runs, and task runs outside of any flow.
    pub roots_only: bool,
    /// Only the runs that this flow run called, and itself.
    pub root: Option<RunId>,
    /// Only runs of the task or flow of this name.
    pub definition: Option<(Kind, String)>,
    /// Only runs of this deployment.
    pub deployment: Option<DeploymentId>,
    /// Only runs of this name, in which `*` stands for anything.
    pub name: Option<String>,
    /// Only runs in this state.
    pub state: Option<StateFilter>,
    /// Whether runs that were made for a time and have not begun are among them.
    pub waiting: Waiting,
    /// Only runs that started then or later. A flow run that ended before it started counts by its end.
    pub since: Option<Timestamp>,
    /// Only runs that started before.
    pub until: Option<Timestamp>,
    /// At most as many.
    pub limit: Option<u32>,
}

/// What becomes of runs that were made for a time, and have not begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Waiting {
    /// They are among the others, behind those that have begun.
    #[default]
    Shown,
    /// They are left out.
    Hidden,
    /// Nothing else is wanted; the next comes first.
    Only,
}

/// How many runs were made for a time, and have not begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct WaitingRuns {
    /// How many.
    pub runs: u64,
    /// How many of them should have begun by now.
    pub late: u64,
    /// When the next of the others is to begin.
    pub next: Option<Timestamp>,
}

/// Which states are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StateFilter {
    /// All of a type.
    Type(StateType),
    /// The one of this name.
    Name(String),
}

impl RunFilter {
    /// All runs.
    #[must_use]
    pub fn all() -> Self {
        RunFilter::default()
    }

    /// Flow runs, and task runs outside of any flow.
    #[must_use]
    pub fn roots() -> Self {
        RunFilter { roots_only: true, ..RunFilter::default() }
    }

    /// Runs of a flow.
    #[must_use]
    pub fn of_flow(name: impl Into<String>) -> Self {
        RunFilter { definition: Some((Kind::Flow, name.into())), ..RunFilter::default() }
    }

    /// Runs of a task.
    #[must_use]
    pub fn of_task(name: impl Into<String>) -> Self {
        RunFilter { definition: Some((Kind::Task, name.into())), ..RunFilter::default() }
    }
}
