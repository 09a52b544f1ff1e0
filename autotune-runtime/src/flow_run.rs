//! A flow run as an orchestrator keeps it.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::deployment::DeploymentId;
use crate::id::RunId;
use crate::record::{StateFilter, StateRecord};
use crate::state::StateName;

/// A flow run that is to be made.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct NewFlowRun {
    /// The flow.
    pub flow: String,
    /// The version of the flow, if it has one.
    pub version: Option<String>,
    /// The name of the run; one is made where there is none.
    pub name: Option<String>,
    /// What the flow is called with.
    pub parameters: Map<String, Value>,
    /// The run's tags.
    pub tags: Vec<String>,
    /// Its first state: `Scheduled` or `Pending`.
    pub state: StateName,
    /// For `Scheduled`: when it is to run; now if nothing is said.
    pub due: Option<Timestamp>,
    /// The deployment that it is a run of.
    pub deployment: Option<DeploymentId>,
    /// The pool and queue whose workers may run it.
    pub queue: Option<(String, String)>,
    /// The run that called it.
    pub parent: Option<RunId>,
    /// A second run of the same key is the first one.
    pub idempotency_key: Option<String>,
}

impl NewFlowRun {
    /// A run of a flow, that begins now.
    #[must_use]
    pub fn of(flow: impl Into<String>) -> Self {
        NewFlowRun {
            flow: flow.into(),
            version: None,
            name: None,
            parameters: Map::new(),
            tags: Vec::new(),
            state: StateName::Pending,
            due: None,
            deployment: None,
            queue: None,
            parent: None,
            idempotency_key: None,
        }
    }
}

/// A flow run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FlowRun {
    /// The id of the run.
    pub id: RunId,
    /// The flow.
    pub flow: String,
    /// The version of the flow, if it has one.
    pub version: Option<String>,
    /// The name of the run.
    pub name: String,
    /// What the flow is called with, secrets hidden.
    pub parameters: Map<String, Value>,
    /// The run's tags.
    pub tags: Vec<String>,
    /// The state that it is in.
    pub state: StateRecord,
    /// How often its body was started.
    pub run_count: u32,
    /// When it is or was to begin.
    pub expected: Timestamp,
    /// When it started, if it has.
    pub started: Option<Timestamp>,
    /// The deployment that it is a run of.
    pub deployment: Option<DeploymentId>,
    /// The pool and queue whose workers may run it.
    pub queue: Option<(String, String)>,
    /// While it is suspended: the key of the pause in which it waits.
    pub pause_key: Option<String>,
    /// The worker that has claimed it.
    pub worker: Option<String>,
    /// The run that called it.
    pub parent: Option<RunId>,
    /// Whether a schedule made it.
    pub is_auto_scheduled: bool,
}

/// Which flow runs are wanted.
#[derive(Debug, Clone, Default)]
pub struct FlowRunFilter {
    /// Only runs of this flow.
    pub flow: Option<String>,
    /// Only runs of this deployment.
    pub deployment: Option<DeploymentId>,
    /// Only runs in one of these states; in any if there are none.
    pub states: Vec<StateFilter>,
    /// Only runs that are or were expected then or later.
    pub since: Option<Timestamp>,
    /// Only runs that are or were expected before.
    pub until: Option<Timestamp>,
    /// At most as many.
    pub limit: Option<u32>,
}
