//! What any orchestrator answers: written against the trait. Another one is tried by another line in [`each`].

mod deployments;
mod life;
mod limits;
mod queues;
mod variables;
mod workers;

use std::time::Duration;

use autotune::StateName;
use autotune::embedded::Store;
use autotune_runtime::flow_run::{FlowRun, NewFlowRun};
use autotune_runtime::moment::Moment;
use autotune_runtime::orchestrator::Orchestrator;
use autotune_runtime::proposal::{Proposal, Verdict};
use autotune_runtime::schedule::Timestamp;
use autotune_runtime::worker_record::Poll;
use tempfile::TempDir;

/// Where an orchestrator keeps what it knows: several handles may be had on it.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Place(tempfile::tempdir().expect("a folder"))
    }

    /// As another process has it.
    fn handle(&self) -> Box<dyn Orchestrator> {
        let store = Store::open(self.0.path().join("autotune.db")).expect("a database");
        Box::new(store.orchestrator())
    }
}

fn now() -> Timestamp {
    Moment::now().timestamp()
}

/// A run of `nightly` that a worker of the default queue may begin.
async fn scheduled(orchestrator: &dyn Orchestrator) -> FlowRun {
    let mut run = NewFlowRun::of("nightly");
    run.state = StateName::Scheduled;
    run.queue = Some(("default".to_owned(), "default".to_owned()));
    orchestrator.create_flow_run(run).await.expect("a run")
}

async fn propose(orchestrator: &dyn Orchestrator, run: &FlowRun, state: StateName) -> Verdict {
    orchestrator.propose(run.id, Proposal::of(state)).await.expect("an answer")
}

async fn claim(orchestrator: &dyn Orchestrator, run: &FlowRun, worker: &str) -> Verdict {
    orchestrator.propose(run.id, Proposal::of(StateName::Pending).by(worker)).await.expect("an answer")
}

async fn present(orchestrator: &dyn Orchestrator, run: &FlowRun) -> FlowRun {
    orchestrator.flow_run(run.id).await.expect("read").expect("the run")
}

/// The names of what is due by now, first come first.
async fn due(orchestrator: &dyn Orchestrator, limit: u32) -> Vec<FlowRun> {
    let poll = Poll::new("default", now() + Duration::from_secs(1), limit);
    orchestrator.due_runs(&poll).await.expect("read")
}
