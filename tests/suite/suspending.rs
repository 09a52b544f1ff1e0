//! Flow runs that leave their process while they wait for somebody. Time is virtual, and goes on only where a test says
//! so.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use autotune::deployment::DeploymentRun;
use autotune::flow_run::FlowRun;
use autotune::orchestrator::OrchestratorError;
use autotune::prelude::*;
use autotune::proposal::{Proposal, Verdict};
use autotune::worker::{Ended, Handle, Stop};
use autotune::{
    FlowDeployment, Registry, RunId, StateType, deploy, flow_runs, pause, recorder, results, suspend,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tokio::sync::{Notify, Semaphore};
use tokio::task::{JoinHandle, yield_now};

use crate::harness;
use crate::worker::World;

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Approval {
    /// Whether it may be published.
    approved: bool,
    #[serde(default)]
    copies: u8,
}

/// What was done, in order.
static DONE: LazyLock<Mutex<Vec<String>>> = LazyLock::new(Mutex::default);

fn done(what: impl Into<String>) {
    DONE.lock().expect("no panic").push(what.into());
}

fn all_done_of(page: &str) -> Vec<String> {
    let done = DONE.lock().expect("no panic");
    done.iter().filter(|what| what.ends_with(page)).cloned().collect()
}

/// A worker that is at work, until it is told to stop.
struct AtWork(Handle, JoinHandle<Ended>);

impl AtWork {
    async fn stop(self) -> Ended {
        self.0.stop(Stop::Drain);
        // Time goes on by itself where everything only waits.
        while !self.1.is_finished() {
            yield_now().await;
        }
        self.1.await.expect("it ends")
    }

    /// Stops when something has happened.
    async fn stop_after<T>(self, what: impl Future<Output = T>) -> T {
        let happened = what.await;
        self.stop().await;
        happened
    }
}

/// A deployment of one of these flows, and one run of it.
struct Asked {
    world: World,
    run: FlowRun,
}

impl Asked {
    async fn of(deployment: FlowDeployment) -> Self {
        let world = World::new();
        let run = world.ask(&deployment, &[]).await;
        Asked { world, run }
    }

    fn worker(&self, name: &str) -> AtWork {
        let registry = Registry::new()
            .flow(publish)
            .flow(asks_below)
            .flow(tells_where_it_comes_from)
            .flow(asks_twice)
            .flow(fails_once_after_it)
            .flow(counts)
            .flow(leaves_much_behind)
            .flow(needs_luck)
            .flow(waits_to_be_let);
        let (handle, worker) = self.world.worker_of(registry, 4, name, None);
        AtWork(handle, worker)
    }

    /// The run, once a worker has suspended it.
    async fn suspended(&self) -> FlowRun {
        let run = self.world.is_in(self.run.id, StateType::Paused).await;
        assert_eq!(run.state.state_name, "Suspended");
        // Until its thread is gone as well.
        while flow_runs::find(self.run.id).is_some() {
            yield_now().await;
        }
        run
    }

    async fn resume(&self, key: Option<&str>, input: Option<Value>) -> Result<Verdict, OrchestratorError> {
        self.world.orchestrator.resume(self.run.id, key, input).await
    }

    /// Resumes it, some time later, and lets the workers look again.
    async fn resumed(&self, input: Option<Value>) {
        tokio::time::advance(Duration::from_secs(1)).await;
        let verdict = self.resume(None, input).await.expect("it fits");
        assert!(verdict.is_accepted(), "{verdict:?}");
        tokio::time::advance(Duration::from_secs(3)).await;
    }

    async fn completed(&self) -> FlowRun {
        self.world.is_in(self.run.id, StateType::Completed).await
    }

    async fn states(&self) -> Vec<String> {
        let states = self.world.orchestrator.states(self.run.id).await.expect("read");
        states.into_iter().map(|state| state.state_name).collect()
    }
}

fn refusal(verdict: Result<Verdict, OrchestratorError>) -> String {
    match verdict {
        Ok(Verdict::Reject { reason, .. }) => reason,
        Ok(other) => panic!("{other:?}"),
        Err(error) => error.to_string(),
    }
}

#[task(persist_result)]
async fn draft(page: String) -> anyhow::Result<String> {
    yield_now().await;
    done(format!("drafted {page}"));
    Ok(format!("draft of {page}"))
}

#[flow]
async fn publish(page: String) -> anyhow::Result<String> {
    let draft = draft(page.clone()).await?;
    let approval = suspend().key("approve").timeout(Duration::from_mins(5)).for_input::<Approval>().await?;
    anyhow::ensure!(approval.approved, "nobody wants it");
    done(format!("published {} copies of {page}", approval.copies));
    Ok(draft)
}

fn publication(page: &str) -> FlowDeployment {
    deploy(publish, "by-hand").parameter("page", page).expect("it fits")
}

// PAU-06
#[tokio::test(start_paused = true)]
async fn a_suspended_run_leaves_its_process_and_another_worker_goes_on_with_the_input() {
    let asked = Asked::of(publication("the sun")).await;
    let one = asked.worker("one");
    let run = asked.suspended().await;
    assert_eq!((run.state.state_type, run.worker.as_deref()), (StateType::Paused, None));
    assert_eq!(run.pause_key.as_deref(), Some("approve"));
    assert_eq!(run.state.due, Some(run.state.at + Duration::from_mins(5)));
    let ended = one.stop().await;
    assert_eq!((ended.suspended, ended.completed, ended.others), (1, 0, 0));

    let orchestrator = &asked.world.orchestrator;
    let schema = orchestrator.input(run.id, "suspended-approve-schema").await.expect("read").expect("kept");
    assert_eq!(schema["properties"]["approved"]["description"], "Whether it may be published.");
    asked.resumed(Some(json!({ "approved": true, "copies": 7 }))).await;
    assert_eq!(asked.world.is_in(run.id, StateType::Scheduled).await.state.state_name, "Resuming");

    let two = asked.worker("two");
    asked.completed().await;
    assert_eq!(two.stop().await.completed, 1);
    assert_eq!(all_done_of("the sun").last().map(String::as_str), Some("published 7 copies of the sun"));
}

#[tokio::test(start_paused = true)]
async fn input_that_does_not_fit_is_refused_where_it_is_given_and_its_value_is_not_shown() {
    let asked = Asked::of(publication("the moon")).await;
    let worker = asked.worker("one");
    let before = asked.suspended().await;
    for (input, expected) in [
        (
            json!({ "approved": "hunter2" }),
            "`approved` in the input of pause `approve`: expected true or false",
        ),
        (
            json!({ "approved": true, "copies": 256 }),
            "`copies` in the input of pause `approve`: expected at most 255",
        ),
        (json!({ "copies": 1 }), "input of pause `approve`: missing field `approved`"),
        (json!(["hunter2"]), "input of pause `approve`: expected an object"),
    ] {
        let error = asked.resume(None, Some(input)).await.expect_err("it does not fit");
        assert!(matches!(error, OrchestratorError::InvalidInput(_)));
        assert_eq!(error.to_string(), expected);
    }
    let missing = refusal(asked.resume(None, None).await);
    assert!(
        missing.starts_with("input of pause `approve`: it is missing; asked for is {\"approved\":"),
        "{missing}"
    );
    let elsewhere = refusal(asked.resume(Some("letter"), Some(json!({ "approved": true }))).await);
    assert_eq!(elsewhere, "the run is suspended at `approve`, and not at `letter`");
    tokio::time::advance(Duration::from_secs(3)).await;
    assert_eq!(asked.suspended().await, before);

    // What the store says to those who are in no hurry to await is the same.
    let refused =
        asked.world.store.resume_pause(before.id, None, Some(json!(7))).expect_err("it does not fit");
    assert_eq!(refused.to_string(), "input of pause `approve`: expected an object");
    asked
        .world
        .store
        .resume_pause(before.id, Some("approve"), Some(json!({ "approved": true })))
        .expect("it fits");
    tokio::time::advance(Duration::from_secs(3)).await;
    asked.completed().await;
    let over = refusal(asked.resume(None, Some(json!({ "approved": true }))).await);
    assert_eq!(over, "the run is Completed, and not Suspended");
    worker.stop().await;
}

#[flow]
async fn asks_of_itself() -> anyhow::Result<()> {
    Ok(suspend().await?)
}

#[flow]
async fn asks_below() -> anyhow::Result<()> {
    asks_of_itself().await
}

#[task]
async fn asks_in_a_task() -> anyhow::Result<()> {
    Ok(suspend().await?)
}

// PAU-05
#[tokio::test(start_paused = true)]
async fn a_flow_without_a_deployment_a_subflow_and_code_outside_of_flows_cannot_be_suspended() {
    let error = asks_of_itself().named("alone").await.expect_err("nobody would start it again");
    assert_eq!(
        error.to_string(),
        "cannot suspend flows without a deployment: let a worker run `alone`, or wait in the process with `pause()`"
    );
    assert!(matches!(error.downcast_ref(), Some(Interrupted::CannotSuspend(_))));
    let error = asks_in_a_task().await.expect_err("there is no flow");
    assert_eq!(
        error.to_string(),
        "`suspend()` was called outside of a flow: call it in a flow, or in a task of one"
    );

    let asked = Asked::of(deploy(asks_below, "x")).await;
    let worker = asked.worker("one");
    let failed = asked.world.is_in(asked.run.id, StateType::Failed).await;
    let message = failed.state.message.unwrap_or_default();
    assert!(
        message.starts_with("cannot suspend subflows: suspend the flow that calls `asks_of_itself-"),
        "{message}"
    );
    worker.stop().await;
}

#[flow]
async fn tells_where_it_comes_from() -> anyhow::Result<()> {
    #[task]
    async fn of_a_task() -> Option<autotune::deployment::DeploymentId> {
        autotune::run().and_then(|run| run.deployment_id())
    }

    let own = autotune::run().and_then(|run| run.deployment_id());
    anyhow::ensure!(own.is_some() && of_a_task().await == own, "it is run by a worker");
    anyhow::ensure!(
        autotune::run().and_then(|run| run.flow_run()).and_then(|run| run.deployment_id()) == own
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_run_knows_its_deployment_where_a_worker_runs_it() {
    let asked = Asked::of(deploy(tells_where_it_comes_from, "x")).await;
    let worker = asked.worker("one");
    asked.completed().await;
    worker.stop().await;
    assert!(tells_where_it_comes_from().await.is_err(), "it is called");
}

#[tokio::test(start_paused = true)]
async fn a_run_that_nobody_resumes_in_time_has_failed() {
    let asked = Asked::of(publication("the comet")).await;
    asked.worker("one").stop_after(asked.suspended()).await;
    tokio::time::advance(Duration::from_mins(5) - Duration::from_nanos(1)).await;
    assert_eq!(asked.world.orchestrator.tend().await.expect("tended").timed_out, 0);
    tokio::time::advance(Duration::from_millis(1)).await;
    let tended = asked.world.orchestrator.tend().await.expect("tended");
    assert_eq!((tended.timed_out, tended.crashed), (1, 0));
    let failed = asked.world.is_in(asked.run.id, StateType::Failed).await;
    assert_eq!(failed.state.message.as_deref(), Some("pause `approve` was not resumed in time"));
    let late = refusal(asked.resume(None, Some(json!({ "approved": true }))).await);
    assert_eq!(late, "the run is Failed, and not Suspended");
}

#[tokio::test(start_paused = true)]
async fn a_run_whose_time_is_up_is_not_resumed_though_nobody_has_ended_it_yet() {
    let asked = Asked::of(publication("the star")).await;
    asked.worker("one").stop_after(asked.suspended()).await;
    tokio::time::advance(Duration::from_mins(5)).await;
    let late = refusal(asked.resume(None, Some(json!({ "approved": true }))).await);
    assert_eq!(late, "the pause has timed out, and the run can no longer go on");
    asked.world.is_in(asked.run.id, StateType::Failed).await;
}

#[tokio::test(start_paused = true)]
async fn a_suspended_run_is_cancelled_at_once() {
    let asked = Asked::of(publication("the cloud")).await;
    asked.worker("one").stop_after(asked.suspended()).await;
    let cancelling = Proposal::of(StateName::Cancelling);
    let verdict = asked.world.orchestrator.propose(asked.run.id, cancelling).await.expect("it answers");
    assert!(matches!(verdict, Verdict::Reject { state, .. } if state.state_type == StateType::Cancelled));
    assert_eq!(refusal(asked.resume(None, Some(json!(1))).await), "the run is Cancelled, and not Suspended");
}

#[tokio::test(start_paused = true)]
async fn a_suspended_run_neither_dies_with_its_worker_nor_holds_a_place() {
    let asked = Asked::of(publication("one of two").concurrency_limit(1)).await;
    let AtWork(_, gone) = asked.worker("gone");
    asked.suspended().await;
    // It does not take its leave.
    gone.abort();
    tokio::time::advance(Duration::from_mins(2)).await;
    assert_eq!(asked.world.orchestrator.tend().await.expect("tended").crashed, 0);
    assert_eq!(asked.world.store.mark_crashed().expect("looked"), 0);
    asked.suspended().await;

    let deployment = asked.run.deployment.expect("it is a run of one");
    let other = asked.world.orchestrator.run_deployment(deployment, DeploymentRun::default()).await;
    let other = Asked { run: other.expect("there is such a deployment"), ..asked };
    other.worker("next").stop_after(other.suspended()).await;
}

#[flow]
async fn asks_twice() -> anyhow::Result<()> {
    let first: String = pause().for_input().await?;
    done(format!("heard {first} of the twins"));
    let second: String = suspend().for_input().await?;
    done(format!("heard {second} of the twins"));
    suspend().await?;
    done(format!("heard {first} and {second} of the twins"));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn pauses_and_suspensions_that_were_resumed_are_passed_by_their_numbers_with_the_same_input() {
    let asked = Asked::of(deploy(asks_twice, "x")).await;
    let worker = asked.worker("one");
    let id: RunId = asked.run.id;
    while flow_runs::paused_at(id, "1").is_err() {
        yield_now().await;
    }
    flow_runs::resume_with(id, &"the first").expect("it fits");
    assert_eq!(asked.suspended().await.pause_key.as_deref(), Some("2"));
    asked.resumed(Some(json!("the second"))).await;
    while asked
        .world
        .orchestrator
        .flow_run(id)
        .await
        .expect("read")
        .expect("it is there")
        .pause_key
        .as_deref()
        != Some("3")
    {
        yield_now().await;
    }
    asked.suspended().await;
    let unasked = refusal(asked.resume(None, Some(json!(1))).await);
    assert_eq!(unasked, "input of pause `3`: this pause takes none");
    asked.resumed(None).await;
    asked.completed().await;
    worker.stop().await;
    let expected = [
        "heard the first of the twins",
        "heard the first of the twins",
        "heard the second of the twins",
        "heard the first of the twins",
        "heard the second of the twins",
        "heard the first and the second of the twins",
    ];
    assert_eq!(all_done_of("the twins"), expected);
}

#[flow(retries = 1)]
async fn fails_once_after_it() -> anyhow::Result<u32> {
    static ATTEMPTS: AtomicU32 = AtomicU32::new(0);
    suspend().key("first").await?;
    suspend().key("second").await?;
    let attempt = ATTEMPTS.fetch_add(1, Ordering::SeqCst);
    anyhow::ensure!(attempt > 0, "the first time");
    Ok(autotune::run().map_or(0, |run| run.run_count()))
}

#[tokio::test(start_paused = true)]
async fn a_suspension_takes_no_retry_away() {
    use StateName::{Completed, Retrying, Running, Suspended};
    harness::record();
    let asked = Asked::of(deploy(fails_once_after_it, "x")).await;
    let worker = asked.worker("one");
    asked.suspended().await;
    asked.resumed(None).await;
    while asked.states().await.iter().filter(|state| *state == "Suspended").count() < 2 {
        yield_now().await;
    }
    asked.suspended().await;
    asked.resumed(None).await;
    asked.completed().await;
    worker.stop().await;
    assert_eq!(
        harness::history(&asked.run.name).await.of("fails_once_after_it"),
        [Running, Suspended, Running, Suspended, Running, Retrying, Completed]
    );
}

/// Fewer than ten, which a JSON Schema does not know.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(try_from = "u32")]
#[schemars(with = "u32")]
struct Few(u32);

impl TryFrom<u32> for Few {
    type Error = &'static str;

    fn try_from(number: u32) -> Result<Self, Self::Error> {
        if number < 10 { Ok(Few(number)) } else { Err("too many") }
    }
}

#[flow]
async fn counts() -> anyhow::Result<()> {
    let few: Few = suspend().key("few").for_input().await?;
    done(format!("counted {} sheep", few.0));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn input_that_only_the_type_refuses_suspends_the_run_again_and_says_why() {
    let asked = Asked::of(deploy(counts, "x")).await;
    let worker = asked.worker("one");
    assert_eq!(asked.suspended().await.state.message, None);
    asked.resumed(Some(json!(70))).await;
    while asked.states().await.iter().filter(|state| *state == "Suspended").count() < 2 {
        yield_now().await;
    }
    let again = asked.suspended().await;
    assert_eq!(again.state.message.as_deref(), Some("input of pause `few`: not a valid value"));
    asked.resumed(Some(json!(7))).await;
    asked.completed().await;
    worker.stop().await;
    assert_eq!(all_done_of("sheep"), ["counted 7 sheep"]);
}

static BEGUN: Semaphore = Semaphore::const_new(0);

#[task(on_cancellation = hooked_task)]
async fn endless() -> anyhow::Result<()> {
    BEGUN.add_permits(1);
    std::future::pending().await
}

#[flow]
async fn endless_below() -> anyhow::Result<()> {
    BEGUN.add_permits(1);
    std::future::pending().await
}

static HOOKS_OF_TASKS: AtomicU32 = AtomicU32::new(0);
static HOOKS_OF_FLOWS: AtomicU32 = AtomicU32::new(0);

async fn hooked_task(_: &autotune::Run, _: &State<anyhow::Result<()>>) {
    HOOKS_OF_TASKS.fetch_add(1, Ordering::SeqCst);
}

async fn hooked_flow(_: &autotune::Run, _: &State<anyhow::Result<()>>) {
    HOOKS_OF_FLOWS.fetch_add(1, Ordering::SeqCst);
}

#[flow(on_cancellation = hooked_flow, on_failure = hooked_flow, on_crashed = hooked_flow, on_completion = hooked_flow)]
async fn leaves_much_behind() -> anyhow::Result<()> {
    let _ = (endless().submit(), endless_below().named("left behind").submit());
    let _both = BEGUN.acquire_many(2).await?;
    asks_in_a_task().await
}

#[tokio::test(start_paused = true)]
async fn what_a_suspended_run_has_submitted_is_cancelled_and_no_hook_of_the_flow_is_called() {
    harness::record();
    let asked = Asked::of(deploy(leaves_much_behind, "x")).await;
    asked.worker("one").stop_after(asked.suspended()).await;
    let history = harness::history(&asked.run.name).await;
    assert_eq!(history.of("leaves_much_behind"), [StateName::Running, StateName::Suspended]);
    for called in ["endless", "asks_in_a_task"] {
        assert_eq!(history.of(called).last(), Some(&StateName::Cancelled), "{called}");
    }
    let below = harness::history("left behind").await;
    assert_eq!(below.of("endless_below").last(), Some(&StateName::Cancelled));
    assert_eq!((HOOKS_OF_TASKS.load(Ordering::SeqCst), HOOKS_OF_FLOWS.load(Ordering::SeqCst)), (1, 0));
}

static LET: Notify = Notify::const_new();

#[flow]
async fn waits_to_be_let() -> anyhow::Result<()> {
    LET.notified().await;
    Ok(suspend().await?)
}

#[tokio::test(start_paused = true)]
async fn a_run_that_was_cancelled_before_it_has_left_is_cancelled_and_not_suspended() {
    let asked = Asked::of(deploy(waits_to_be_let, "x")).await;
    let worker = asked.worker("one");
    while flow_runs::find(asked.run.id).is_none_or(|run| run.state_name() != StateName::Running) {
        yield_now().await;
    }
    let cancelling = Proposal::of(StateName::Cancelling);
    let verdict = asked.world.orchestrator.propose(asked.run.id, cancelling).await.expect("it answers");
    assert!(verdict.is_accepted());
    // The worker has not been told of it when the flow goes on.
    LET.notify_one();
    asked.world.is_in(asked.run.id, StateType::Cancelled).await;
    assert_eq!(worker.stop().await.others, 1);
    assert!(!asked.states().await.contains(&"Suspended".to_owned()));
}

#[test]
fn a_recorded_run_keeps_its_states_in_order_and_its_persisted_tasks_run_once() {
    const TEST: &str =
        "suspending::a_recorded_run_keeps_its_states_in_order_and_its_persisted_tasks_run_once";
    harness::in_a_process_of_its_own(TEST, &[], async || {
        tokio::time::pause();
        // No two states at one instant.
        tokio::spawn(async {
            loop {
                tokio::time::advance(Duration::from_micros(1)).await;
            }
        });
        let asked = Asked::of(publication("the record")).await;
        recorder::install(asked.world.store.recorder().expect("a recorder")).expect("the only one");
        results::install(asked.world.store.results().expect("results")).expect("the only ones");
        let worker = asked.worker("one");
        asked.suspended().await;
        asked.resumed(Some(json!({ "approved": true }))).await;
        let run = asked.completed().await;
        worker.stop().await;
        assert_eq!((run.run_count, run.pause_key), (2, None));
        let states =
            ["Scheduled", "Pending", "Running", "Suspended", "Resuming", "Pending", "Running", "Completed"];
        assert_eq!(asked.states().await, states);
        assert_eq!(all_done_of("the record"), ["drafted the record", "published 0 copies of the record"]);
    });
}

static LUCK: AtomicBool = AtomicBool::new(false);

#[flow]
async fn needs_luck() -> anyhow::Result<()> {
    let approval: Approval = suspend().for_input().await?;
    done(format!("tried {} copies with luck", approval.copies));
    anyhow::ensure!(LUCK.load(Ordering::SeqCst), "no luck");
    Ok(suspend().await?)
}

#[test]
fn a_run_that_failed_later_is_resumed_by_hand_and_knows_what_it_was_told_and_may_leave_again() {
    const TEST: &str = "suspending::a_run_that_failed_later_is_resumed_by_hand_and_knows_what_it_was_told_and_may_leave_again";
    harness::in_a_process_of_its_own(TEST, &[], async || {
        tokio::time::pause();
        let asked = Asked::of(deploy(needs_luck, "x")).await;
        recorder::install(asked.world.store.recorder().expect("a recorder")).expect("the only one");
        let worker = asked.worker("one");
        asked.suspended().await;
        let registry = Registry::new().flow(needs_luck);
        let by_hand = || asked.world.store.resume(&registry, asked.run.id, Map::new());
        let early = by_hand().err().map(|error| error.to_string()).unwrap_or_default();
        assert!(early.contains("is suspended, and goes on when its pause is resumed"), "{early}");
        asked.resumed(Some(json!({ "approved": true, "copies": 3 }))).await;
        asked.world.is_in(asked.run.id, StateType::Failed).await;
        worker.stop().await;

        LUCK.store(true, Ordering::SeqCst);
        let outcome = by_hand().expect("it has failed").await;
        assert_eq!(outcome.state, StateName::Suspended);
        assert_eq!(all_done_of("luck"), ["tried 3 copies with luck"; 2]);
        assert_eq!(asked.suspended().await.pause_key.as_deref(), Some("2"));
    });
}
