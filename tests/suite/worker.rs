//! Workers, on the orchestrator in a file. Time is virtual, and goes on only where a test says so.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use autotune::deployment::DeploymentRun;
use autotune::embedded::Store;
use autotune::flow_run::{FlowRun, FlowRunFilter};
use autotune::orchestrator::Orchestrator;
use autotune::prelude::*;
use autotune::proposal::Proposal;
use autotune::worker::{Ended, Handle, Lookup, Stop, Worker, WorkerOptions};
use autotune::{FlowDeployment, Registry, RunId, StateType, deploy};
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use tokio::task::{JoinHandle, yield_now};

/// How often each run was begun.
static BEGUN: LazyLock<Mutex<BTreeMap<RunId, u32>>> = LazyLock::new(Mutex::default);

#[flow]
async fn counted(#[garde(range(max = 100))] number: u32) -> anyhow::Result<u32> {
    let id = autotune::run().expect("a run").id();
    *BEGUN.lock().expect("no panic").entry(id).or_default() += 1;
    Ok(number)
}

#[flow]
async fn endless() -> anyhow::Result<()> {
    std::future::pending().await
}

#[flow]
async fn with_secret(#[secret] token: String) -> anyhow::Result<()> {
    anyhow::ensure!(token == "hunter2", "the token is wrong");
    Ok(())
}

pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) orchestrator: Arc<dyn Orchestrator>,
    _folder: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path().join("autotune.db")).expect("a database");
        World { orchestrator: Arc::new(store.orchestrator()), store, _folder: folder }
    }

    fn worker(&self, name: &str, secret: Option<&'static str>) -> (Handle, JoinHandle<Ended>) {
        let registry = Registry::new().flow(counted).flow(endless).flow(with_secret);
        self.worker_of(registry, name, secret)
    }

    pub(crate) fn worker_of(
        &self,
        registry: Registry,
        name: &str,
        secret: Option<&'static str>,
    ) -> (Handle, JoinHandle<Ended>) {
        let mut options = WorkerOptions::default();
        name.clone_into(&mut options.name);
        options.limit = 4;
        let worker = Worker::new(Arc::clone(&self.orchestrator), registry, options)
            .secrets(Lookup::new(move |name| secret.filter(|_| name == "AUTOTUNE_TOKEN").map(Into::into)));
        (worker.handle(), tokio::spawn(worker.run()))
    }

    pub(crate) async fn ask(&self, deployment: &FlowDeployment, parameters: &[(&str, Value)]) -> FlowRun {
        let applied = deployment.apply_to(&*self.orchestrator).await.expect("it is right");
        let parameters: Map<_, _> =
            parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let run = DeploymentRun { parameters, ..DeploymentRun::default() };
        self.orchestrator.run_deployment(applied.id, run).await.expect("there is such a deployment")
    }

    pub(crate) async fn is_in(&self, id: RunId, state: StateType) -> FlowRun {
        loop {
            let run = self.orchestrator.flow_run(id).await.expect("it answers").expect("it is there");
            if run.state.state_type == state {
                return run;
            }
            assert!(!run.state.state_type.is_final(), "{:?}", run.state);
            yield_now().await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn two_workers_share_runs_and_each_runs_once() {
    let world = World::new();
    let deployment = deploy(counted, "many");
    let mut runs = Vec::new();
    for number in 0..50 {
        runs.push(world.ask(&deployment, &[("number", json!(number))]).await.id);
    }
    let (one, two) = (world.worker("one", None), world.worker("two", None));
    for id in &runs {
        world.is_in(*id, StateType::Completed).await;
    }
    one.0.stop(Stop::Drain);
    two.0.stop(Stop::Drain);
    let (one, two) = (one.1.await.expect("it ends"), two.1.await.expect("it ends"));
    assert_eq!(one.completed + two.completed, 50);
    let begun = BEGUN.lock().expect("no panic");
    assert!(runs.iter().all(|id| begun.get(id) == Some(&1)));
}

#[tokio::test(start_paused = true)]
async fn a_run_by_hand_completes_and_the_worker_takes_its_leave() {
    let world = World::new();
    let run = world.ask(&deploy(counted, "x").parameter("number", 7).expect("it fits"), &[]).await;
    let (handle, worker) = world.worker("one", None);
    world.is_in(run.id, StateType::Completed).await;
    handle.stop(Stop::Drain);
    assert_eq!(worker.await.expect("it ends").completed, 1);
    let left = world.orchestrator.workers().await.expect("it answers");
    assert!(left.iter().all(|worker| !worker.is_online), "it has taken its leave");
}

#[tokio::test(start_paused = true)]
async fn a_secret_comes_from_the_environment_of_the_worker() {
    let world = World::new();
    let deployment = deploy(with_secret, "x");
    let run = world.ask(&deployment, &[]).await;
    let (handle, worker) = world.worker("without", None);
    let crashed = world.is_in(run.id, StateType::Crashed).await;
    let message = crashed.state.message.unwrap_or_default();
    assert!(message.contains("set the variable AUTOTUNE_TOKEN where the worker runs"), "{message}");
    handle.stop(Stop::Drain);
    worker.await.expect("it ends");

    let run = world.ask(&deployment, &[]).await;
    let (handle, worker) = world.worker("with", Some("hunter2"));
    world.is_in(run.id, StateType::Completed).await;
    handle.stop(Stop::Drain);
    worker.await.expect("it ends");
    let runs = world.orchestrator.flow_runs(&FlowRunFilter::default()).await.expect("it answers");
    assert!(runs.iter().all(|run| !format!("{run:?}").contains("hunter2")));
}

#[tokio::test(start_paused = true)]
async fn a_run_is_cancelled_from_outside() {
    let world = World::new();
    let run = world.ask(&deploy(endless, "x"), &[]).await;
    let (handle, worker) = world.worker("one", None);
    while autotune::flow_runs::find(run.id).is_none() {
        yield_now().await;
    }
    let cancelling = Proposal::of(StateName::Cancelling);
    world.orchestrator.propose(run.id, cancelling).await.expect("it answers");
    // The worker hears it when it asks next.
    tokio::time::advance(Duration::from_secs(10)).await;
    world.is_in(run.id, StateType::Cancelled).await;
    handle.stop(Stop::Drain);
    assert_eq!(worker.await.expect("it ends").others, 1);
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_drains_waits_for_what_it_runs_and_a_second_word_cancels_it() {
    let world = World::new();
    let run = world.ask(&deploy(endless, "x"), &[]).await;
    let (handle, worker) = world.worker("one", None);
    while autotune::flow_runs::find(run.id).is_none() {
        yield_now().await;
    }
    handle.stop(Stop::Drain);
    for _ in 0..100 {
        yield_now().await;
    }
    assert!(!worker.is_finished());
    handle.stop(Stop::Cancel);
    assert_eq!(worker.await.expect("it ends").others, 1);
    world.is_in(run.id, StateType::Cancelled).await;
}
