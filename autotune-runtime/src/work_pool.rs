//! Pools of work, and the queues in them.

use jiff::Timestamp;

/// The pool that there always is, and the queue that there is in each.
pub const DEFAULT: &str = "default";

/// A pool that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewWorkPool {
    /// Its name.
    pub name: String,
    /// How many runs of it there may be at once.
    pub concurrency_limit: Option<u32>,
}

impl NewWorkPool {
    /// A pool without a limit.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        NewWorkPool { name: name.into(), concurrency_limit: None }
    }
}

/// A pool.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkPool {
    /// Its name.
    pub name: String,
    /// How many runs of it there may be at once.
    pub concurrency_limit: Option<u32>,
    /// Whether its runs rest.
    pub paused: bool,
}

/// What changes in a pool; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct WorkPoolPatch {
    /// Whether its runs rest.
    pub paused: Option<bool>,
    /// How many runs of it there may be at once.
    pub concurrency_limit: Option<Option<u32>>,
}

/// A queue that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewWorkQueue {
    /// The pool; it must be there.
    pub pool: String,
    /// Its name.
    pub name: String,
    /// 1 comes first; behind all others if nothing is said.
    pub priority: Option<u32>,
    /// How many runs of it there may be at once.
    pub concurrency_limit: Option<u32>,
}

impl NewWorkQueue {
    /// A queue of the pool `default`, behind all others, without a limit.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        NewWorkQueue { pool: DEFAULT.to_owned(), name: name.into(), priority: None, concurrency_limit: None }
    }
}

/// A queue.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkQueue {
    /// The pool that it is in.
    pub pool: String,
    /// Its name.
    pub name: String,
    /// 1 comes first.
    pub priority: u32,
    /// How many runs of it there may be at once.
    pub concurrency_limit: Option<u32>,
    /// Whether its runs rest.
    pub paused: bool,
    /// How many of its runs are scheduled.
    pub scheduled: u32,
    /// How many of its runs are claimed or running.
    pub running: u32,
    /// When a worker last asked for its runs.
    pub last_polled: Option<Timestamp>,
}

/// What changes in a queue; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct WorkQueuePatch {
    /// Whether its runs rest.
    pub paused: Option<bool>,
    /// 1 comes first.
    pub priority: Option<u32>,
    /// How many runs of it there may be at once.
    pub concurrency_limit: Option<Option<u32>>,
}
