//! Those who run what is scheduled.

use super::Answer;
use crate::flow_run::FlowRun;
use crate::id::RunId;
use crate::worker_record::{Heartbeat, Orders, Poll, WorkerRecord};

/// Those who run what is scheduled.
pub trait Workers {
    /// The runs that a worker may begin now: those of the first queue first, no more than the limits of queue, pool
    /// and deployment leave room for.
    ///
    /// They are not the worker's yet: it claims one by proposing `Pending` in its own name. Of several workers, one
    /// is accepted.
    fn due_runs<'a>(&'a self, poll: &'a Poll) -> Answer<'a, Vec<FlowRun>>;

    /// Tells that a worker lives, and that it still runs what it has claimed. The answer is what it should do.
    ///
    /// A worker that is silent for three intervals is taken for dead, and its runs have crashed.
    fn heartbeat<'a>(&'a self, heartbeat: &'a Heartbeat) -> Answer<'a, Orders>;

    /// A worker ends, with nothing left to run.
    fn leave<'a>(&'a self, worker: &'a str) -> Answer<'a, ()>;

    /// All workers that were heard of in the last day.
    fn workers(&self) -> Answer<'_, Vec<WorkerRecord>>;

    /// The runs of a worker that were left behind by an earlier process of its: none it runs now.
    fn runs_of<'a>(&'a self, worker: &'a str) -> Answer<'a, Vec<RunId>>;
}
