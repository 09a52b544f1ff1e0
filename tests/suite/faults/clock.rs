//! A date that jumps or stands still, a file that nobody can write for a while: who lives is not taken for dead, and who
//! is dead is missed. A jump is made by moving the dates in the file the other way.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use autotune::deployment::{DeploymentRun, NewDeployment};
use autotune::embedded::{Store, StoreOptions};
use autotune::flow_run::FlowRun;
use autotune::orchestrator::Orchestrator;
use autotune::prelude::*;
use autotune::proposal::Proposal;
use autotune::worker::{Stop, Worker, WorkerOptions};
use autotune::worker_record::Heartbeat;
use autotune::{Registry, StateType, deploy};
use rusqlite::Connection;
use tempfile::TempDir;
use tokio::sync::Notify;
use tokio::task::yield_now;

const EVERY: Duration = Duration::from_secs(10);
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

struct World(TempDir);

impl World {
    fn new() -> Self {
        World(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self) -> std::path::PathBuf {
        self.0.path().join("autotune.db")
    }

    /// As another process has it, and one that does not wait for others.
    fn handle(&self) -> Arc<dyn Orchestrator> {
        let mut options = StoreOptions::default();
        options.patience = Duration::ZERO;
        Arc::new(Store::open_with(self.path(), options).expect("a database").orchestrator())
    }

    /// The date moves on by so many seconds, and nothing else does.
    fn jump(&self, seconds: i64) {
        let moved = "UPDATE worker SET last_heartbeat = last_heartbeat - ?1 * 1000000000";
        self.connection().execute(moved, [seconds]).expect("moved");
    }

    fn connection(&self) -> Connection {
        Connection::open(self.path()).expect("the database")
    }
}

/// A run of a deployment that the worker `one` runs.
async fn running(orchestrator: &dyn Orchestrator) -> FlowRun {
    let deployment = orchestrator.apply(NewDeployment::new("nightly", "here")).await.expect("a deployment");
    let run = orchestrator.run_deployment(deployment.id, DeploymentRun::default()).await.expect("a run");
    for state in [StateName::Pending, StateName::Running] {
        let verdict = orchestrator.propose(run.id, Proposal::of(state).by("one")).await.expect("an answer");
        assert!(verdict.is_accepted());
    }
    beat(orchestrator, &run).await;
    run
}

async fn beat(orchestrator: &dyn Orchestrator, run: &FlowRun) {
    let mut heartbeat = Heartbeat::new("one", "default", EVERY);
    heartbeat.runs = vec![run.id];
    let orders = orchestrator.heartbeat(&heartbeat).await.expect("orders");
    assert!(orders.lost.is_empty(), "it is still its run");
}

async fn crashed(judge: &dyn Orchestrator) -> u32 {
    judge.tend().await.expect("tended").crashed
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_ahead_takes_no_run_from_a_worker_that_lives() {
    let world = World::new();
    let (worker, judge) = (world.handle(), world.handle());
    let run = running(&*worker).await;
    assert_eq!(crashed(&*judge).await, 0);
    for seconds in [HOUR, DAY] {
        world.jump(seconds);
        // Also not by somebody who has only just begun to look, or by the worker's own process.
        for judge in [&judge, &worker, &world.handle()] {
            assert_eq!(crashed(&**judge).await, 0);
        }
        tokio::time::advance(Duration::from_millis(9_999)).await;
        assert_eq!(crashed(&*judge).await, 0);
        beat(&*worker, &run).await;
        tokio::time::advance(EVERY).await;
        assert_eq!(crashed(&*judge).await, 0);
        beat(&*worker, &run).await;
    }
    world.jump(DAY);
    assert_eq!(crashed(&*judge).await, 0);
    tokio::time::advance(EVERY).await;
    assert_eq!(crashed(&*judge).await, 1, "one that is dead is missed, jump or not");
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_goes_back_neither_kills_a_worker_nor_hides_that_one_is_dead() {
    let world = World::new();
    let (worker, judge) = (world.handle(), world.handle());
    let run = running(&*worker).await;
    assert_eq!(crashed(&*judge).await, 0);
    world.jump(-HOUR);
    for _ in 0..6 {
        assert_eq!(crashed(&*judge).await, 0);
        beat(&*worker, &run).await;
        tokio::time::advance(EVERY).await;
    }
    world.jump(-HOUR);
    assert_eq!(crashed(&*judge).await, 0);
    tokio::time::advance(3 * EVERY).await;
    assert_eq!(crashed(&*judge).await, 0);
    tokio::time::advance(Duration::from_millis(1)).await;
    assert_eq!(crashed(&*judge).await, 1);
    let found = worker.flow_run(run.id).await.expect("read").expect("it is there");
    assert_eq!(found.state.state_name, "AwaitingRetry");
}

#[tokio::test(start_paused = true)]
async fn where_the_clock_stands_still_each_heartbeat_is_another_one() {
    let world = World::new();
    let worker = world.handle();
    let run = running(&*worker).await;
    let mut words = BTreeSet::new();
    for _ in 0..10 {
        beat(&*worker, &run).await;
        let last = "SELECT last_heartbeat FROM worker";
        words.insert(world.connection().query_row(last, [], |row| row.get::<_, i64>(0)).expect("a word"));
    }
    assert_eq!(words.len(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_could_not_speak_while_the_file_was_locked_keeps_its_runs() {
    let world = World::new();
    let (worker, judge) = (world.handle(), world.handle());
    let run = running(&*worker).await;
    assert_eq!(crashed(&*judge).await, 0);
    let other = world.connection();
    other.execute_batch("BEGIN EXCLUSIVE").expect("nobody else writes");
    for _ in 0..12 {
        tokio::time::advance(EVERY / 2).await;
        judge.tend().await.expect_err("it is locked");
    }
    other.execute_batch("COMMIT").expect("nothing was done");
    assert_eq!(crashed(&*judge).await, 0, "it comes first, and the worker has been silent for a minute");
    beat(&*worker, &run).await;
    tokio::time::advance(EVERY).await;
    assert_eq!(crashed(&*judge).await, 0);
}

/// Of a process on this machine the system knows whether it lives; of another one, there are only its heartbeats.
#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_ahead_kills_no_process_of_elsewhere_that_lives() {
    const BEAT: Duration = Duration::from_secs(30);
    let world = World::new();
    let (store, judge) = (store(&world.path()), world.handle());
    let run = crate::store::begin_run(&store);
    let moved = "UPDATE process SET machine = 'elsewhere', heartbeat = heartbeat - 3600 * 1000000000";
    let state = || store.run(run).expect("read").expect("it is there").state_name;
    for _ in 0..3 {
        world.connection().execute(moved, []).expect("moved");
        assert_eq!(crashed(&*judge).await, 0);
        tokio::time::advance(Duration::from_millis(29_999)).await;
        assert_eq!(crashed(&*judge).await, 0);
        assert_eq!(state(), "Running");
    }
    tokio::time::advance(BEAT).await;
    judge.tend().await.expect("tended");
    assert_eq!(state(), "Crashed");
}

static GO: Notify = Notify::const_new();

#[flow]
async fn waits() {
    GO.notified().await;
}

fn worker(orchestrator: Arc<dyn Orchestrator>) -> Worker {
    let mut options = WorkerOptions::default();
    "one".clone_into(&mut options.name);
    Worker::new(orchestrator, Registry::new().flow(waits), options)
}

async fn is_in(orchestrator: &dyn Orchestrator, run: &FlowRun, state: StateType) -> FlowRun {
    loop {
        let found = orchestrator.flow_run(run.id).await.expect("it answers").expect("it is there");
        if found.state.state_type == state {
            return found;
        }
        assert!(!found.state.state_type.is_final(), "{:?}", found.state);
        tokio::time::advance(Duration::from_millis(100)).await;
    }
}

async fn ask(orchestrator: &dyn Orchestrator) -> FlowRun {
    let applied =
        deploy(waits, "by-hand").concurrency_limit(1).apply_to(orchestrator).await.expect("it is right");
    orchestrator
        .run_deployment(applied.id, DeploymentRun::default())
        .await
        .expect("there is such a deployment")
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_run_that_nobody_could_be_told_is_told_later() {
    let world = World::new();
    let orchestrator = world.handle();
    let run = ask(&*orchestrator).await;
    let worker = worker(Arc::clone(&orchestrator));
    let handle = worker.handle();
    let worker = tokio::spawn(worker.run());
    while autotune::flow_runs::find(run.id).is_none() {
        yield_now().await;
    }
    let other = world.connection();
    other.execute_batch("BEGIN EXCLUSIVE").expect("nobody else writes");
    GO.notify_one();
    while autotune::flow_runs::find(run.id).is_some() {
        yield_now().await;
    }
    for _ in 0..100 {
        yield_now().await;
    }
    let found = orchestrator.flow_run(run.id).await.expect("it answers").expect("it is there");
    assert!(!found.state.state_type.is_final(), "{:?}", found.state);
    other.execute_batch("COMMIT").expect("nothing was done");
    is_in(&*orchestrator, &run, StateType::Completed).await;
    handle.stop(Stop::Drain);
    assert_eq!(worker.await.expect("it ends").completed, 1);
}

#[tokio::test(start_paused = true)]
async fn a_worker_takes_up_what_one_of_its_name_had_claimed_before_it_was_killed() {
    let world = World::new();
    let orchestrator = world.handle();
    let run = ask(&*orchestrator).await;
    let claimed = orchestrator.propose(run.id, Proposal::of(StateName::Pending).by("one")).await;
    assert!(claimed.expect("an answer").is_accepted());
    orchestrator.heartbeat(&Heartbeat::new("one", "default", EVERY)).await.expect("orders");

    let worker = worker(world.handle());
    let handle = worker.handle();
    let worker = tokio::spawn(worker.run());
    while autotune::flow_runs::find(run.id).is_none() {
        tokio::time::advance(Duration::from_millis(100)).await;
        yield_now().await;
    }
    GO.notify_one();
    is_in(&*orchestrator, &run, StateType::Completed).await;
    handle.stop(Stop::Drain);
    worker.await.expect("it ends");
    let states = store(&world.path()).states(run.id).expect("read");
    assert!(states.iter().any(|state| state.state_name == "Crashed"), "{states:?}");
}

fn store(path: &Path) -> Store {
    Store::open(path).expect("a database")
}
