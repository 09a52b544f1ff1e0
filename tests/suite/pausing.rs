//! Flow runs that wait for somebody. Time is virtual.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use autotune::flow_runs::{self, FlowRunError, OpenPause};
use autotune::prelude::*;
use autotune::{FlowRunInfo, pause};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep};

use crate::harness;

/// The open pauses of the flow run of this name, when there are so many.
async fn pauses_of(name: &str, count: usize) -> Vec<OpenPause> {
    loop {
        let open: Vec<_> =
            flow_runs::paused().into_iter().filter(|pause| pause.flow_run().name() == name).collect();
        if open.len() == count {
            return open;
        }
        yield_now().await;
    }
}

async fn paused(name: &str) -> FlowRunInfo {
    let run = pauses_of(name, 1).await.remove(0).flow_run().clone();
    while run.state_name() != StateName::Paused {
        yield_now().await;
    }
    run
}

#[task]
async fn step() -> u32 {
    1
}

#[flow]
async fn waits_a_little(after: &'static AtomicU32) -> anyhow::Result<()> {
    pause().timeout(Duration::from_millis(100)).await?;
    after.fetch_add(1, Ordering::SeqCst);
    Ok(())
}

// PAU-01
#[tokio::test(start_paused = true)]
async fn a_pause_that_nobody_resumes_in_time_fails_the_flow() {
    static AFTER: AtomicU32 = AtomicU32::new(0);
    harness::record();
    let error = waits_a_little(&AFTER).named("nobody came").await.expect_err("nobody came");
    assert_eq!(error.to_string(), "pause `1` was not resumed within 100ms");
    assert!(matches!(error.downcast_ref(), Some(Interrupted::PauseTimedOut(_))));
    assert_eq!(AFTER.load(Ordering::SeqCst), 0);
    let history = harness::history("nobody came").await;
    assert_eq!(history.of("waits_a_little"), [StateName::Running, StateName::Paused, StateName::Failed]);
    assert!(flow_runs::paused().iter().all(|pause| pause.flow_run().name() != "nobody came"));
}

#[flow]
async fn pauses_twice() -> anyhow::Result<u32> {
    let mut steps = step().await + step().await;
    pause().key("do-not-repeat").await?;
    steps += step().await;
    pause().key("do-not-repeat").await?;
    Ok(steps + step().await + step().await)
}

// PAU-02
#[tokio::test(start_paused = true)]
async fn a_key_that_was_resumed_once_is_passed_from_then_on() {
    harness::record();
    let start = Instant::now();
    let flow = pauses_twice().named("pauses twice");
    let resume = async {
        let run = paused("pauses twice").await;
        sleep(Duration::from_mins(1)).await;
        flow_runs::resume(run.id()).expect("it is paused");
        assert_eq!(
            flow_runs::resume(run.id()),
            Err(FlowRunError::NotPaused { name: "pauses twice".to_owned(), key: None })
        );
    };
    let (steps, ()) = tokio::join!(flow, resume);
    assert_eq!((steps.expect("it was resumed"), start.elapsed().as_secs()), (5, 60));
    let states = [StateName::Running, StateName::Paused, StateName::Running, StateName::Completed];
    assert_eq!(harness::history("pauses twice").await.of("pauses_twice"), states);
}

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct FlowInput {
    /// How many.
    x: u32,
    #[serde(default)]
    tokens: Vec<String>,
}

#[flow]
async fn asks() -> anyhow::Result<FlowInput> {
    Ok(pause().for_input().await?)
}

// PAU-03
#[tokio::test(start_paused = true)]
async fn a_pause_asks_for_input_of_a_type_and_says_of_which() {
    let answer = async {
        let run = paused("asks").await;
        let pauses = pauses_of("asks", 1).await;
        assert_eq!(pauses[0].key(), "1");
        assert_eq!(pauses[0].expires(), Some(pauses[0].since() + Duration::from_hours(1)));
        let schema = pauses[0].schema().expect("it asks for input");
        assert_eq!(schema["properties"]["x"]["description"], "How many.");
        flow_runs::resume_with(run.id(), &FlowInput { x: 42, tokens: Vec::new() })
    };
    let (input, resumed) = tokio::join!(asks().named("asks"), answer);
    resumed.expect("the input fits");
    assert_eq!(input.expect("it was resumed").x, 42);
}

#[tokio::test(start_paused = true)]
async fn input_that_does_not_fit_is_refused_and_its_value_is_not_shown() {
    let answer = async {
        let id = paused("asks in vain").await.id();
        let missing = flow_runs::resume(id).expect_err("it asks for input");
        assert_eq!(
            missing.to_string(),
            "pause `1` of flow run `asks in vain` asks for input: give it with `resume_with`"
        );
        for (input, expected) in [
            (json!({ "x": "hunter2, expected by me" }), "`x` in the input of pause `1`: expected u32"),
            (json!({ "x": -5 }), "`x` in the input of pause `1`: expected u32"),
            (json!({ "x": 1, "tokens": [7] }), "`tokens[0]` in the input of pause `1`: expected a string"),
            (json!({}), "input of pause `1`: missing field `x`"),
            (json!("hunter2"), "input of pause `1`: expected struct FlowInput"),
        ] {
            let error = flow_runs::resume_with_json(id, input).expect_err("it does not fit");
            assert_eq!(error.to_string(), expected);
        }
        assert_eq!(paused("asks in vain").await.state_name(), StateName::Paused);
        flow_runs::resume_with_json(id, json!({ "x": 1 })).expect("it fits");
    };
    let (input, ()) = tokio::join!(asks().named("asks in vain"), answer);
    assert_eq!(input.expect("it was resumed in the end"), FlowInput { x: 1, tokens: Vec::new() });
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_asks_for_nothing_takes_no_input() {
    let answer = async {
        let id = paused("takes none").await.id();
        let error = flow_runs::resume_with(id, &7).expect_err("nobody asked");
        assert_eq!(error.to_string(), "input of pause `do-not-repeat`: this pause takes none");
        flow_runs::resume(id)
    };
    let (steps, resumed) = tokio::join!(pauses_twice().named("takes none"), answer);
    assert!(steps.is_ok() && resumed.is_ok());
}

#[task]
async fn approve(key: &'static str) -> anyhow::Result<&'static str> {
    pause().key(key).await?;
    Ok(key)
}

#[flow]
async fn approves_both() -> anyhow::Result<Vec<&'static str>> {
    ["first", "second"].into_iter().map(approve).submit_all().results().await
}

#[tokio::test(start_paused = true)]
async fn tasks_pause_their_flow_until_the_last_of_them_is_resumed() {
    harness::record();
    let resume = async {
        let pauses = pauses_of("approves both", 2).await;
        let run = pauses[0].flow_run().clone();
        let several = flow_runs::resume(run.id()).expect_err("which one?");
        assert_eq!(
            several.to_string(),
            "flow run `approves both` waits in several pauses: choose one with \
             `flow_runs::paused_at(id, \"first\")`, or another of first, second"
        );
        flow_runs::paused_at(run.id(), "second").expect("it is open").resume().expect("it is open");
        sleep(Duration::from_secs(1)).await;
        assert_eq!(run.state_name(), StateName::Paused);
        assert_eq!(
            flow_runs::paused_at(run.id(), "second").map(drop).expect_err("it is not open").to_string(),
            "flow run `approves both` is not paused at `second`"
        );
        flow_runs::resume(run.id()).expect("one is left");
    };
    let (both, ()) = tokio::join!(approves_both().named("approves both"), resume);
    assert_eq!(both.expect("both were resumed"), ["first", "second"]);
    let states = [StateName::Running, StateName::Paused, StateName::Running, StateName::Completed];
    assert_eq!(harness::history("approves both").await.of("approves_both"), states);
}

#[flow(retries = 1)]
async fn fails_after_its_pause() -> anyhow::Result<u32> {
    let input: u32 = pause().for_input().await?;
    anyhow::ensure!(autotune::run().is_some_and(|run| run.run_count() == 2), "once");
    Ok(input)
}

#[tokio::test(start_paused = true)]
async fn a_later_attempt_passes_what_was_resumed_with_the_same_input() {
    let resume = async { flow_runs::resume_with(paused("fails once").await.id(), &7) };
    let (output, _) = tokio::join!(fails_after_its_pause().named("fails once"), resume);
    assert_eq!(output.expect("it is not asked twice"), 7);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_cancelled_while_it_is_paused_ends_cancelled() {
    harness::record();
    let cancel = async {
        let run = paused("cancelled in a pause").await;
        run.cancel().expect("it is running");
        assert!(flow_runs::resume(run.id()).is_err());
    };
    let (state, ()) = tokio::join!(pauses_twice().named("cancelled in a pause").state(), cancel);
    assert_eq!(state.name(), StateName::Cancelled);
    let states = [StateName::Running, StateName::Paused, StateName::Cancelling, StateName::Cancelled];
    assert_eq!(harness::history("cancelled in a pause").await.of("pauses_twice"), states);
}

#[flow]
async fn waits_for_nobody() -> anyhow::Result<&'static str> {
    match pause().timeout(Duration::from_secs(1)).await {
        Ok(()) => Ok("approved"),
        Err(Interrupted::PauseTimedOut(_)) => {
            yield_now().await;
            Ok("nobody minds")
        }
        Err(error) => Err(error.into()),
    }
}

// X-PAU-01
#[tokio::test(start_paused = true)]
async fn a_pause_whose_time_is_up_cannot_be_resumed() {
    let flow = waits_for_nobody().named("too late").submit();
    let pause = pauses_of("too late", 1).await.remove(0);
    assert_eq!(flow.await.expect("it goes on"), "nobody minds");
    assert!(matches!(pause.resume(), Err(FlowRunError::NotPaused { .. })));

    // Nor can one whose flow has not been told yet that the time is up.
    let mut flow = Box::pin(waits_for_nobody().named("not told yet"));
    assert!(tokio::time::timeout(Duration::ZERO, &mut flow).await.is_err());
    tokio::time::advance(Duration::from_secs(2)).await;
    let error = pauses_of("not told yet", 1).await[0].resume().expect_err("its time is up");
    assert_eq!(
        error.to_string(),
        "pause `1` of flow run `not told yet` has timed out, and can no longer be resumed"
    );
    assert_eq!(flow.await.expect("it goes on"), "nobody minds");
}

// X-PAU-02
#[tokio::test(start_paused = true)]
async fn only_a_running_flow_can_pause() {
    let error = approve("outside").await.expect_err("there is no flow");
    assert_eq!(
        error.to_string(),
        "`pause()` was called outside of a flow: call it in a flow, or in a task of one"
    );

    #[flow]
    async fn lets_a_pause_out() -> pause::Pause<()> {
        pause()
    }

    let error = lets_a_pause_out().named("over").await.await.expect_err("its flow has ended");
    assert_eq!(error.to_string(), "flow run `over` is not running any more, so it cannot pause");
}

#[task(timeout = "10s")]
async fn impatient() -> anyhow::Result<()> {
    Ok(pause().await?)
}

#[flow]
async fn calls_an_impatient_task() -> anyhow::Result<()> {
    impatient().await
}

#[tokio::test(start_paused = true)]
async fn the_timeout_of_a_task_goes_on_while_it_pauses() {
    let error = calls_an_impatient_task().await.expect_err("an hour is longer than 10 seconds");
    assert_eq!(error.to_string(), "timed out after 10s");
}
