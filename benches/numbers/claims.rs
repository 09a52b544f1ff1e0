//! How fast workers get their runs from an orchestrator.

use std::path::Path;
use std::thread;

use autotune::StateName;
use autotune::embedded::Store;
use autotune_runtime::clock::Instant;
use autotune_runtime::deployment::{DeploymentRun, NewDeployment};
use autotune_runtime::moment::Moment;
use autotune_runtime::orchestrator::Orchestrator;
use autotune_runtime::proposal::Proposal;
use autotune_runtime::worker_record::Poll;

use crate::ratio::Row;

const RUNS: u32 = 4_000;
/// For how many runs a worker has room.
const ROOM: u32 = 10;

/// The rows of one worker, and of two with a connection each to the same file.
pub(crate) fn by_workers(print: &mut dyn FnMut(Row)) {
    for (what, workers) in [("flow runs claimed by a worker", 1), ("by two workers of one file", 2)] {
        let folder = tempfile::tempdir().expect("a folder for the database");
        let path = folder.path().join("autotune.db");
        schedule(&path);
        let start = Instant::now();
        let claimed: u32 = thread::scope(|scope| {
            let path = &path;
            let workers = (0..workers).map(|number| scope.spawn(move || claim_all(path, number)));
            let workers: Vec<_> = workers.collect();
            workers.into_iter().map(|worker| worker.join().expect("a worker ends")).sum()
        });
        let per_second = f64::from(claimed) / start.elapsed().as_secs_f64();
        print(Row {
            what,
            floor: "per second through `Orchestrator`, each asked for and accepted",
            measured: format!("{per_second:.0}/s"),
            bar: "≥ 1000/s".to_owned(),
            holds: per_second >= 1e3 && claimed == RUNS,
            note: format!("{:.0} µs a run, {claimed} of {RUNS} claimed once", 1e6 / per_second),
        });
    }
}

/// Makes runs that are due.
fn schedule(path: &Path) {
    let orchestrator = Store::open(path).expect("a database").orchestrator();
    block_on(async {
        let orchestrator: &dyn Orchestrator = &orchestrator;
        let deployment = orchestrator.apply(NewDeployment::new("nightly", "here")).await.expect("applied");
        for _ in 0..RUNS {
            let run = DeploymentRun::default();
            orchestrator.run_deployment(deployment.id, run).await.expect("a run");
        }
    });
}

/// Claims what is due, as a worker does; how many runs it got.
fn claim_all(path: &Path, worker: u32) -> u32 {
    let orchestrator = Store::open(path).expect("a database").orchestrator();
    let name = format!("worker-{worker}");
    block_on(async {
        let orchestrator: &dyn Orchestrator = &orchestrator;
        let mut claimed = 0;
        loop {
            let poll = Poll::new("default", Moment::now().timestamp(), ROOM);
            let due = orchestrator.due_runs(&poll).await.expect("an answer");
            if due.is_empty() {
                return claimed;
            }
            for run in due {
                let claim = Proposal::of(StateName::Pending).by(name.clone());
                let verdict = orchestrator.propose(run.id, claim).await.expect("a verdict");
                claimed += u32::from(verdict.is_accepted());
            }
        }
    })
}

fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime can be built").block_on(future)
}
