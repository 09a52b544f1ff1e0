//! A flow with its schedules and parameters, ready to be run by a worker.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::schedule::Schedule;
use crate::work_pool;

/// The id of a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeploymentId(pub Uuid);

impl fmt::Display for DeploymentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for DeploymentId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        text.parse().map(DeploymentId)
    }
}

/// A deployment that is to be made, or brought up to date.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct NewDeployment {
    /// The flow.
    pub flow: String,
    /// Its name; the flow and the name are its identity.
    pub name: String,
    /// The version of the flow, if it has one.
    pub version: Option<String>,
    /// What it is for.
    pub description: String,
    /// Tags of its runs.
    pub tags: Vec<String>,
    /// What the flow is called with, where a run does not say otherwise.
    pub parameters: Map<String, Value>,
    /// The JSON Schema that parameters of runs must fit.
    pub parameter_schema: Option<Value>,
    /// When it runs by itself.
    pub schedules: Vec<DeploymentSchedule>,
    /// The pool whose workers run it.
    pub work_pool: String,
    /// The queue in the pool; made if there is none of this name.
    pub work_queue: String,
    /// How many of its runs there may be at once.
    pub concurrency: Option<DeploymentConcurrency>,
    /// Whether its schedules rest. If nothing is said, a deployment that is there stays as it is, so that a pause that
    /// somebody asked for outlives the next [`apply`](crate::orchestrator::Deployments::apply).
    pub paused: Option<bool>,
}

impl NewDeployment {
    /// Of a flow, without schedules, in the default queue.
    #[must_use]
    pub fn new(flow: impl Into<String>, name: impl Into<String>) -> Self {
        NewDeployment {
            flow: flow.into(),
            name: name.into(),
            version: None,
            description: String::new(),
            tags: Vec::new(),
            parameters: Map::new(),
            parameter_schema: None,
            schedules: Vec::new(),
            work_pool: work_pool::DEFAULT.to_owned(),
            work_queue: work_pool::DEFAULT.to_owned(),
            concurrency: None,
            paused: None,
        }
    }
}

/// One of the schedules of a deployment.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DeploymentSchedule {
    /// What it is called, if a deployment has several.
    pub slug: Option<String>,
    /// When.
    pub schedule: Schedule,
    /// Whether it makes runs.
    pub active: bool,
    /// Parameters of its runs, before those of the deployment.
    pub parameters: Map<String, Value>,
    /// What becomes of the times that passed while nobody looked.
    pub catch_up: CatchUp,
}

impl DeploymentSchedule {
    /// A schedule that makes runs, and leaves out what was missed.
    #[must_use]
    pub fn new(schedule: Schedule) -> Self {
        DeploymentSchedule {
            slug: None,
            schedule,
            active: true,
            parameters: Map::new(),
            catch_up: CatchUp::default(),
        }
    }
}

/// What becomes of the times of a schedule that passed while nobody made runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum CatchUp {
    /// They are left out, as Prefect does. Runs that were made ahead are still run, late.
    #[default]
    Skip,
    /// One run is made for all of them: for the latest.
    Latest,
    /// A run is made for each, a hundred at most.
    All,
}

/// How many runs of a deployment there may be at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeploymentConcurrency {
    /// How many.
    pub limit: u32,
    /// What becomes of one more.
    pub collision: CollisionStrategy,
}

impl DeploymentConcurrency {
    /// At most as many, and one more waits.
    #[must_use]
    pub fn new(limit: u32) -> Self {
        DeploymentConcurrency { limit, collision: CollisionStrategy::default() }
    }
}

/// What becomes of a run for which a deployment has no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum CollisionStrategy {
    /// It waits, `AwaitingConcurrencySlot`.
    #[default]
    Enqueue,
    /// It is cancelled.
    CancelNew,
}

/// A deployment as it is kept.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Deployment {
    /// Its id: the same as long as flow and name are.
    pub id: DeploymentId,
    /// What was applied.
    pub spec: NewDeployment,
    /// When it was made.
    pub created: Timestamp,
    /// When it was changed.
    pub updated: Timestamp,
    /// The next time at which it runs by itself.
    pub next: Option<Timestamp>,
}

impl Deployment {
    /// Whether its schedules rest.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.spec.paused.unwrap_or_default()
    }

    /// `flow/name`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.spec.flow, self.spec.name)
    }
}

/// What changes in a deployment; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct DeploymentPatch {
    /// Whether its schedules rest.
    pub paused: Option<bool>,
    /// How many of its runs there may be at once.
    pub concurrency: Option<Option<DeploymentConcurrency>>,
}

/// A run of a deployment that somebody asks for.
#[derive(Debug, Clone, Default)]
pub struct DeploymentRun {
    /// Parameters, before those of the deployment.
    pub parameters: Map<String, Value>,
    /// The name of the run.
    pub name: Option<String>,
    /// Tags, besides those of the deployment.
    pub tags: Vec<String>,
    /// When; now if nothing is said.
    pub due: Option<Timestamp>,
    /// A second run of the same key is the first one.
    pub idempotency_key: Option<String>,
}
