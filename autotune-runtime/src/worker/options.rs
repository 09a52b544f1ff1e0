//! How a worker behaves.

use std::time::Duration;

use uuid::Uuid;

use crate::work_pool;

/// How a worker behaves.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct WorkerOptions {
    /// Its name: no other that lives has it.
    pub name: String,
    /// The pool that it works for.
    pub pool: String,
    /// The queues that it works for; all of the pool if there are none.
    pub queues: Vec<String>,
    /// How many runs it has at once.
    pub limit: u32,
    /// How long it waits before it asks for runs again, at most.
    pub poll: Duration,
    /// How often it tells that it lives; while it has runs, at every poll. After three intervals of silence, its runs have crashed.
    pub heartbeat: Duration,
    /// How often it looks after schedules, late runs and workers that are gone.
    pub tend: Duration,
}

impl Default for WorkerOptions {
    fn default() -> Self {
        let id = Uuid::now_v7().simple().to_string();
        let end = id.get(id.len() - 8..).unwrap_or(&id);
        WorkerOptions {
            name: format!("worker-{}-{end}", std::process::id()),
            pool: work_pool::DEFAULT.to_owned(),
            queues: Vec::new(),
            limit: 10,
            poll: Duration::from_secs(2),
            heartbeat: Duration::from_secs(10),
            tend: Duration::from_secs(5),
        }
    }
}
