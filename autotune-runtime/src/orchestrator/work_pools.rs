//! Pools of work, and the queues in them.

use super::Answer;
use crate::work_pool::{NewWorkPool, NewWorkQueue, WorkPool, WorkPoolPatch, WorkQueue, WorkQueuePatch};

/// Pools of work, and the queues in them.
///
/// There is always a pool `default` with a queue `default`; each pool has a queue `default`.
pub trait WorkPools {
    /// Makes a pool.
    fn create_work_pool(&self, pool: NewWorkPool) -> Answer<'_, WorkPool>;

    /// All pools, by name.
    fn work_pools(&self) -> Answer<'_, Vec<WorkPool>>;

    /// Changes what the patch names.
    fn change_work_pool<'a>(&'a self, pool: &'a str, patch: WorkPoolPatch) -> Answer<'a, WorkPool>;

    /// Makes a queue. One that takes the priority of another moves that one, and those behind it, back.
    fn create_work_queue(&self, queue: NewWorkQueue) -> Answer<'_, WorkQueue>;

    /// The queues of a pool, by priority; of all pools if none is named.
    fn work_queues<'a>(&'a self, pool: Option<&'a str>) -> Answer<'a, Vec<WorkQueue>>;

    /// Changes what the patch names.
    fn change_work_queue<'a>(
        &'a self,
        pool: &'a str,
        queue: &'a str,
        patch: WorkQueuePatch,
    ) -> Answer<'a, WorkQueue>;

    /// Removes a queue; whether there was one. `default` stays.
    fn delete_work_queue<'a>(&'a self, pool: &'a str, queue: &'a str) -> Answer<'a, bool>;
}
