//! A suspended run goes on with what it is told.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use autotune::orchestrator::OrchestratorError;
use autotune::prelude::*;
use autotune::{Registry, RunId, StateType, deploy, flow_runs, pause, recorder, results, suspend};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, json};
use tokio::task::yield_now;

use super::{Approval, Asked, all_done_of, done, publication, refusal};
use crate::harness;

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

#[test]
fn a_recorded_run_keeps_its_states_in_order_and_its_persisted_tasks_run_once() {
    const TEST: &str =
        "suspending::resuming::a_recorded_run_keeps_its_states_in_order_and_its_persisted_tasks_run_once";
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
    const TEST: &str = "suspending::resuming::a_run_that_failed_later_is_resumed_by_hand_and_knows_what_it_was_told_and_may_leave_again";
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
