//! Workers as an orchestrator knows them, and what the two tell each other.

use std::time::Duration;

use jiff::Timestamp;

use crate::id::RunId;

/// A worker asks for runs.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Poll {
    /// The pool that it works for.
    pub pool: String,
    /// Only runs of these queues; of all if there are none.
    pub queues: Vec<String>,
    /// Only runs of these flows: those that the program has.
    pub flows: Vec<String>,
    /// Runs that are due before.
    pub before: Timestamp,
    /// At most as many.
    pub limit: u32,
}

impl Poll {
    /// For runs of all flows and queues of a pool.
    #[must_use]
    pub fn new(pool: impl Into<String>, before: Timestamp, limit: u32) -> Self {
        Poll { pool: pool.into(), queues: Vec::new(), flows: Vec::new(), before, limit }
    }
}

/// A worker lives.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Heartbeat {
    /// The worker's name: no other that lives has it.
    pub worker: String,
    /// The pool that it works for.
    pub pool: String,
    /// How long until the next heartbeat.
    pub interval: Duration,
    /// What it runs.
    pub runs: Vec<RunId>,
}

impl Heartbeat {
    /// Of a worker that runs nothing.
    #[must_use]
    pub fn new(worker: impl Into<String>, pool: impl Into<String>, interval: Duration) -> Self {
        Heartbeat { worker: worker.into(), pool: pool.into(), interval, runs: Vec::new() }
    }
}

/// What a worker should do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Orders {
    /// Runs to be cancelled.
    pub cancel: Vec<RunId>,
    /// Runs that are not the worker's any more: to be stopped, without a word.
    pub lost: Vec<RunId>,
}

/// A worker.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkerRecord {
    /// Its name.
    pub name: String,
    /// The pool that it works for.
    pub pool: String,
    /// When it was last heard of.
    pub last_heartbeat: Timestamp,
    /// Whether it was heard of within three intervals.
    pub is_online: bool,
    /// How many runs it has claimed.
    pub running: u32,
}
