//! Submitted calls, what is made of their outputs, and groups of them. Time is virtual.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use autotune::prelude::*;
use tokio::time::{sleep, timeout};

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
enum StepError {
    #[error("step {0} failed")]
    Failed(u32),
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

#[task]
async fn step(number: u32) -> Result<u32, StepError> {
    if number == 13 { Err(StepError::Failed(number)) } else { Ok(number) }
}

#[task]
async fn add_one(number: u32) -> u32 {
    number + 1
}

#[task]
async fn describes(outcomes: Vec<Result<u32, StepError>>) -> String {
    let described = outcomes.into_iter().map(|outcome| match outcome {
        Ok(number) => number.to_string(),
        Err(error) => error.to_string(),
    });
    described.collect::<Vec<_>>().join(", ")
}

// FUT-04
#[tokio::test]
async fn what_follows_a_failed_call_does_not_run_and_its_flow_does_not_complete() {
    static RAN: AtomicBool = AtomicBool::new(false);

    #[task]
    async fn follows() -> Result<u32, StepError> {
        RAN.store(true, Ordering::SeqCst);
        Ok(1)
    }

    #[flow]
    async fn one_after_the_other() -> Result<u32, StepError> {
        let failing = step(13).submit();
        follows().wait_for(&failing).submit().await
    }

    let failing = step(13).submit();
    let state = follows().wait_for(&failing).submit().state().await;
    assert_eq!((state.name(), state.state_type()), (StateName::NotReady, autotune::StateType::Pending));
    assert!(!one_after_the_other().state().await.is_completed());
    assert!(!RAN.load(Ordering::SeqCst));
}

// FUT-05
#[tokio::test]
async fn the_output_of_a_submitted_call_is_an_argument_as_any_other() {
    #[flow]
    async fn chained() -> Result<u32, StepError> {
        let first = step(1).submit();
        Ok(add_one(first.await?).submit().await)
    }

    assert_eq!(chained().await, Ok(2));
}

// FUT-06
#[tokio::test]
async fn a_task_that_takes_a_result_is_given_the_error_of_a_failed_call() {
    #[task]
    async fn forgives(outcome: Result<u32, StepError>) -> Option<StepError> {
        outcome.err()
    }

    let failing = step(13).submit();
    assert_eq!(forgives(failing.await).submit().await, Some(StepError::Failed(13)));
}

// FUT-07
#[tokio::test]
async fn errors_may_stand_among_values_in_a_list() {
    let failing = step(13).submit();
    assert_eq!(describes(vec![failing.await, Ok(1), Ok(2)]).submit().await, "step 13 failed, 1, 2");
}

#[task]
async fn sleeps(for_seconds: u64) -> u64 {
    sleep(Duration::from_secs(for_seconds)).await;
    for_seconds
}

// FUT-10
#[tokio::test(start_paused = true)]
async fn an_output_that_is_not_there_in_time_can_be_asked_for_again() {
    let mut future = sleeps(60).submit();
    timeout(Duration::from_secs(1), &mut future).await.expect_err("it takes a minute");
    assert_eq!(future.await, 60);
}

// FUT-11
#[tokio::test]
async fn a_submitted_call_that_fails_gives_the_error_of_its_own_function() {
    assert_eq!(step(13).submit().await, Err(StepError::Failed(13)));
}

// FUT-12
#[tokio::test]
async fn the_state_of_a_failed_call_has_the_error_as_a_value() {
    let state = step(13).submit().state().await;
    assert!(state.is_failed());
    assert_eq!(state.into_result(), Some(Err(StepError::Failed(13))));
}

// FUT-16
#[tokio::test(start_paused = true)]
async fn who_waits_for_outputs_in_order_may_set_a_time_for_it() {
    let calls = [1, 2, 3600, 3, 4, 5].into_iter().map(sleeps).submit_all();
    let mut completed = calls.as_completed().timeout(Duration::from_secs(10));
    let mut outputs = Vec::new();
    let unfinished = loop {
        match completed.next().await.expect("the time is up before the last") {
            Ok(output) => outputs.push(output),
            Err(unfinished) => break unfinished,
        }
    };
    assert_eq!(outputs, [1, 2, 3, 4, 5]);
    assert_eq!(unfinished.to_string(), "1 (of 6) futures unfinished");
    assert!(completed.next().await.is_none(), "that was the last word");
}

#[tokio::test(start_paused = true)]
async fn what_has_ended_is_given_even_if_there_is_no_time_to_wait() {
    let calls = [1, 2].into_iter().map(sleeps).submit_all();
    sleep(Duration::from_secs(5)).await;
    let mut completed = calls.as_completed().timeout(Duration::ZERO);
    assert_eq!(completed.next().await, Some(Ok(1)));
    assert_eq!(completed.next().await, Some(Ok(2)));
    assert_eq!(completed.next().await, None);
}

// FUT-20
#[tokio::test]
async fn a_group_gives_the_error_of_each_call_in_its_place() {
    let outputs = [1, 13, 3].into_iter().map(step).submit_all().await;
    assert_eq!(outputs, [Ok(1), Err(StepError::Failed(13)), Ok(3)]);
}

// DEP-05
#[tokio::test]
async fn a_subflow_waits_for_runs_as_a_task_does() {
    #[flow]
    async fn child(number: u32) -> Result<u32, StepError> {
        Ok(number)
    }

    #[flow]
    async fn parent(upstream: u32) -> (State<Result<u32, StepError>>, State<Result<u32, StepError>>) {
        let upstream = step(upstream).submit();
        let child = child(2).wait_for(&upstream).state().await;
        (child, step(1).state().await)
    }

    let state = parent(13).state().await;
    assert_eq!((state.name(), state.message()), (StateName::Failed, Some("1/2 states are not final.")));
    assert_eq!(state.into_result().expect("it returned").0.name(), StateName::NotReady);
    assert!(parent(1).state().await.is_completed());
}
