//! A run leaves its process, and what becomes of it where nobody resumes it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use autotune::deployment::DeploymentRun;
use autotune::prelude::*;
use autotune::proposal::{Proposal, Verdict};
use autotune::{StateType, deploy, flow_runs, suspend};
use serde_json::json;
use tokio::sync::{Notify, Semaphore};
use tokio::task::yield_now;

use super::{Asked, AtWork, all_done_of, publication, refusal};
use crate::harness;

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

fn hooked_task(_: &autotune::Run, _: &State<anyhow::Result<()>>) {
    HOOKS_OF_TASKS.fetch_add(1, Ordering::SeqCst);
}

fn hooked_flow(_: &autotune::Run, _: &State<anyhow::Result<()>>) {
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
