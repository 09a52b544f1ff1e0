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
use autotune::{FlowDeployment, Registry, Run, RunId, State, StateType, deploy};
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, yield_now};

/// How often each run was begun.
static BEGUN: LazyLock<Mutex<BTreeMap<RunId, u32>>> = LazyLock::new(Mutex::default);

#[flow]
async fn counted(#[garde(range(max = 100))] number: u32) -> anyhow::Result<u32> {
    let id = autotune::run().expect("a run").id();
    *BEGUN.lock().expect("no panic").entry(id).or_default() += 1;
    Ok(number)
}

/// Where the runs of a test leave behind what they did.
struct Stage {
    steps: Mutex<Vec<String>>,
    /// Lets runs end.
    may_end: Semaphore,
}

static STAGES: [Stage; 2] =
    [const { Stage { steps: Mutex::new(Vec::new()), may_end: Semaphore::const_new(0) } }; 2];

impl Stage {
    fn steps(&self) -> Vec<String> {
        self.steps.lock().expect("no panic").clone()
    }

    /// Gives a worker time enough to look for more than the run that has begun.
    async fn look_around(&self) {
        while self.steps().is_empty() {
            yield_now().await;
        }
        for _ in 0..60 {
            tokio::time::advance(Duration::from_secs(1)).await;
            yield_now().await;
        }
        assert_eq!(self.steps(), ["first starts"]);
    }
}

#[flow]
async fn stepwise(stage: usize, name: String) -> anyhow::Result<()> {
    let stage = &STAGES[stage];
    let step = |what| stage.steps.lock().expect("no panic").push(format!("{name} {what}"));
    step("starts");
    let _permit = stage.may_end.acquire().await?;
    step("ends");
    Ok(())
}

/// The runs for which the hook of `stumbles` was called.
static STUMBLED: Mutex<Vec<RunId>> = Mutex::new(Vec::new());

fn note(run: &Run, _: &State<Result<(), String>>) {
    STUMBLED.lock().expect("no panic").push(run.id());
}

#[flow(on_failure = note)]
async fn stumbles() -> Result<(), String> {
    Err("a root".to_owned())
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
        self.worker_of(Self::flows(), 4, name, secret)
    }

    fn flows() -> Registry {
        Registry::new().flow(counted).flow(endless).flow(with_secret).flow(stepwise).flow(stumbles)
    }

    /// One that has these flows, and runs so many of them at once.
    pub(crate) fn worker_of(
        &self,
        registry: Registry,
        limit: u32,
        name: &str,
        secret: Option<&'static str>,
    ) -> (Handle, JoinHandle<Ended>) {
        let mut options = WorkerOptions::default();
        name.clone_into(&mut options.name);
        options.limit = limit;
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

/// Asks for two runs, the first of which is due before the second.
async fn ask_for_two(world: &World, stage: usize) -> [FlowRun; 2] {
    let deployment = deploy(stepwise, "x");
    let ask = async |name| world.ask(&deployment, &[("stage", json!(stage)), ("name", json!(name))]).await;
    let first = ask("first").await;
    tokio::time::advance(Duration::from_secs(1)).await;
    [first, ask("second").await]
}

// BGT-03
#[tokio::test(start_paused = true)]
async fn a_worker_with_a_limit_of_one_runs_one_after_the_other() {
    let (world, stage) = (World::new(), &STAGES[0]);
    let [first, second] = ask_for_two(&world, 0).await;
    let (handle, worker) = world.worker_of(World::flows(), 1, "one", None);
    stage.look_around().await;
    world.is_in(second.id, StateType::Scheduled).await;
    stage.may_end.add_permits(1);
    for run in [first, second] {
        world.is_in(run.id, StateType::Completed).await;
    }
    handle.stop(Stop::Drain);
    assert_eq!(worker.await.expect("it ends").completed, 2);
    assert_eq!(stage.steps(), ["first starts", "first ends", "second starts", "second ends"]);
}

// X-BGT-03
#[tokio::test(start_paused = true)]
async fn a_worker_that_is_told_to_stop_leaves_the_next_run_to_others() {
    let (world, stage) = (World::new(), &STAGES[1]);
    let [first, second] = ask_for_two(&world, 1).await;
    let (handle, worker) = world.worker_of(World::flows(), 1, "one", None);
    stage.look_around().await;
    handle.stop(Stop::Drain);
    stage.may_end.add_permits(1);
    assert_eq!(worker.await.expect("it ends").completed, 1);
    world.is_in(first.id, StateType::Completed).await;
    world.is_in(second.id, StateType::Scheduled).await;
    assert_eq!(stage.steps(), ["first starts", "first ends"]);
}

// X-BGT-06
#[tokio::test(start_paused = true)]
async fn the_hooks_of_a_flow_are_called_in_the_worker() {
    let world = World::new();
    let run = world.ask(&deploy(stumbles, "x"), &[]).await;
    let (handle, worker) = world.worker("one", None);
    world.is_in(run.id, StateType::Failed).await;
    handle.stop(Stop::Drain);
    assert_eq!(worker.await.expect("it ends").others, 1);
    assert_eq!(*STUMBLED.lock().expect("no panic"), [run.id]);
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
