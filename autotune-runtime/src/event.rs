//! What a run hands to the recorder.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::artifact::Artifact;
use crate::definition::Definition;
use crate::id::RunId;
use crate::key::Key;
use crate::moment::Moment;
use crate::state::StateName;

/// The run at the root of a batch: a flow run, or a task called outside of any flow.
#[derive(Debug, Clone)]
pub struct Root {
    /// The id of the run.
    pub id: RunId,
    /// The flow, or the task that runs by itself.
    pub definition: &'static Definition,
    /// The run's own name.
    pub name: String,
    /// The flow's parameters, secrets hidden.
    pub parameters: Option<Map<String, Value>>,
    /// The tags of the definition and of the call.
    pub tags: Vec<String>,
    /// For a subflow: the run that called it.
    pub parent: Option<RunId>,
    /// When the run was created.
    pub created: Moment,
}

/// Something that happened in a run.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// A run came into another state.
    State(StateEvent),
    /// The code of a run logged something.
    Log(Box<LogEvent>),
    /// A run shows something to people.
    Artifact(Box<ArtifactEvent>),
    /// A result is to outlive the process: it was committed with its transaction.
    Kept(Box<Kept>),
    /// A run has waited for others, and comes into its first state next.
    Waited(Box<WaitedEvent>),
}

/// A run came into another state.
///
/// A run that ends within its first poll has one event only, its last: it says
/// when it started.
#[derive(Debug)]
pub struct StateEvent {
    /// The task, or the flow for number 0.
    pub definition: &'static Definition,
    /// The number of the call within the root run; 0 is the root run itself.
    pub sequence: u32,
    /// The number of the run that made the call.
    pub parent: u32,
    /// The attempt, counted from 0.
    pub attempt: u32,
    /// The new state.
    pub state: StateName,
    /// When the run started: after those that it waited for.
    pub started: Moment,
    /// When it came into the state.
    pub at: Moment,
    /// What only some events have.
    pub detail: Option<Box<Detail>>,
}

/// What only some state events have.
#[derive(Debug, Default)]
pub struct Detail {
    /// The run's own name, where it has one.
    pub name: Option<String>,
    /// Tags of the call.
    pub tags: Vec<String>,
    /// The error or panic.
    pub message: Option<String>,
    /// For `AwaitingRetry`: how long until the next attempt.
    pub delay: Option<Duration>,
    /// The result, where it outlives the process.
    pub result: Option<Persisted>,
}

/// A result that outlives the process.
#[derive(Debug)]
pub enum Persisted {
    /// It is stored together with the state, or not at all.
    New(Box<Kept>),
    /// An earlier run has left it under this key.
    Earlier(Key),
}

/// A result that is to outlive the process.
#[derive(Clone)]
pub struct Kept {
    /// The number of the call that returned it; none where that was a transaction.
    pub sequence: Option<u32>,
    /// What it is found by.
    pub key: Key,
    /// The value, as [`results`](crate::results) reads it.
    pub value: Vec<u8>,
    /// When it was made.
    pub created: Moment,
    /// Until when it is valid; for ever where there is nothing.
    pub expires: Option<Moment>,
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What the value is, is nobody's business but the program's.
        f.debug_struct("Kept")
            .field("key", &self.key)
            .field("bytes", &self.value.len())
            .finish_non_exhaustive()
    }
}

/// A run has waited for those that its call named in `wait_for`.
#[derive(Debug)]
pub struct WaitedEvent {
    /// The number of the call within the root run.
    pub sequence: u32,
    /// The runs that it has waited for, each once: those that have begun.
    pub runs: BTreeSet<RunId>,
}

/// The code of a run logged something.
#[derive(Debug)]
pub struct LogEvent {
    /// The number of the call within the root run.
    pub sequence: u32,
    /// When.
    pub at: Moment,
    /// How important it is.
    pub level: tracing::Level,
    /// The module that logged it.
    pub target: String,
    /// The message, and the fields behind it.
    pub message: String,
}

/// A run shows something to people.
#[derive(Debug)]
pub struct ArtifactEvent {
    /// The number of the call within the root run.
    pub sequence: u32,
    /// When.
    pub at: Moment,
    /// What is shown.
    pub artifact: Artifact,
}
