//! How a run ends that returns states: its own, or those of others.

use autotune::prelude::*;
use autotune::{Calls, NoResult, TaskFuture};

use crate::harness;

#[task]
async fn works() -> Result<u32, String> {
    Ok(1)
}

#[task]
async fn fails() -> Result<u32, String> {
    Err("no data".to_owned())
}

#[task]
async fn panics() -> Result<u32, String> {
    panic!("out of range")
}

type TaskState = State<Result<u32, String>>;

/// The name and the message of a state.
fn said<R>(state: &State<R>) -> (StateName, &str) {
    (state.name(), state.message().unwrap_or_default())
}

// RUN-06
#[tokio::test]
async fn a_state_made_by_hand_is_the_last_state_of_its_run() {
    #[task]
    async fn returns_failed() -> State<bool> {
        State::failed("Test returned state").with_result(true)
    }

    harness::record();
    let state = returns_failed().named("by hand").state().await;
    assert_eq!(said(&state), (StateName::Failed, "Test returned state"));
    let returned = state.into_result().expect("it returned");
    assert_eq!(returned.into_result(), Some(true));
    let history = harness::history("by hand").await;
    assert_eq!(history.of("returns_failed"), [StateName::Failed]);
    assert_eq!(history.states[0].message.as_deref(), Some("Test returned state"));
    // A direct call gives what was returned, and is no error.
    assert!(returns_failed().await.is_failed());
}

// FIN-01
#[tokio::test]
async fn a_flow_that_returns_the_state_of_a_failed_task_has_failed() {
    #[flow]
    async fn returns_it() -> TaskState {
        fails().state().await
    }

    let state = returns_it().state().await;
    assert_eq!(said(&state), (StateName::Failed, "1/1 states failed."));
    assert_eq!(state.result().and_then(State::message), Some("no data"));
}

// FIN-02 FIN-04
#[tokio::test]
async fn a_flow_that_returns_states_has_failed_if_one_of_them_has() {
    #[flow]
    async fn tuple() -> (TaskState, TaskState, TaskState) {
        (fails().state().await, panics().state().await, works().state().await)
    }

    #[flow]
    async fn list(again: usize) -> anyhow::Result<Vec<TaskState>> {
        let mut states = Vec::new();
        for _ in 0..again {
            states.push(works().state().await);
        }
        Ok(states)
    }

    let state = tuple().state().await;
    assert_eq!(said(&state), (StateName::Failed, "2/3 states failed."));
    assert!(state.result().is_some_and(|(_, _, last)| last.is_completed()));
    assert_eq!(said(&list(2).state().await), (StateName::Completed, "All states completed."));
    assert_eq!(said(&list(0).state().await), (StateName::Completed, ""));
}

// FUT-02
#[tokio::test]
async fn a_flow_that_returns_what_it_submitted_ends_as_those_runs_do() {
    #[flow]
    async fn one(works_out: bool) -> TaskFuture<Result<u32, String>> {
        if works_out { works().submit() } else { fails().submit() }
    }

    #[flow]
    async fn group() -> Calls<Result<u32, String>> {
        [works().submit(), fails().submit(), works().submit()].into_iter().collect()
    }

    let state = one(true).state().await;
    assert_eq!(said(&state), (StateName::Completed, "All states completed."));
    assert_eq!(state.into_result().expect("it returned").await, Ok(1));
    assert_eq!(said(&one(false).state().await), (StateName::Failed, "1/1 states failed."));
    assert_eq!(said(&group().state().await), (StateName::Failed, "1/3 states failed."));
}

// FIN-06 X-FIN-03
#[tokio::test]
async fn cancelled_counts_more_than_paused_and_paused_more_than_failed() {
    #[flow]
    async fn ends(states: Vec<State<u32>>) -> Vec<State<u32>> {
        states
    }

    let paused = || State::paused("later");
    let completed = || State::completed(1);
    for (states, expected) in [
        (vec![completed(), paused()], (StateName::Paused, "1/2 states paused.")),
        (vec![paused(), State::failed("no")], (StateName::Paused, "1/2 states paused.")),
        (
            vec![State::failed("no"), State::cancelled("stop"), paused()],
            (StateName::Cancelled, "1/3 states cancelled."),
        ),
        (vec![State::crashed("gone"), State::failed("no")], (StateName::Failed, "2/2 states failed.")),
    ] {
        assert_eq!(said(&ends(states).state().await), expected);
    }
}

// FIN-05
#[tokio::test]
async fn a_run_that_did_not_start_is_not_final() {
    #[task]
    async fn next() -> anyhow::Result<u32> {
        Ok(1)
    }

    #[flow]
    async fn cascade() -> (State<Result<u32, String>>, State<anyhow::Result<u32>>, State<anyhow::Result<u32>>)
    {
        let upstream = fails().submit();
        let first = next().wait_for(&upstream).state().await;
        let second = next().wait_for(&upstream).state().await;
        drop(upstream);
        (works().state().await, first, second)
    }

    assert_eq!(said(&cascade().state().await), (StateName::Failed, "2/3 states are not final."));
}

// FIN-09
#[tokio::test]
async fn anything_but_states_alone_is_a_plain_value() {
    #[flow]
    async fn mixed() -> (u32, TaskState) {
        (1, fails().state().await)
    }

    #[flow]
    async fn mapped() -> std::collections::HashMap<&'static str, TaskState> {
        [("a", fails().state().await)].into()
    }

    assert_eq!(said(&mixed().state().await), (StateName::Completed, ""));
    assert_eq!(said(&mapped().state().await), (StateName::Completed, ""));
}

#[tokio::test]
async fn a_returned_failure_is_tried_again_and_a_returned_cancellation_is_not() {
    use std::sync::atomic::{AtomicU32, Ordering};

    #[task(retries = 2)]
    async fn returns(attempts: &AtomicU32, state: State<u32>) -> Result<State<u32>, String> {
        attempts.fetch_add(1, Ordering::Relaxed);
        Ok(state)
    }

    for (state, expected) in
        [(State::failed("no"), 3), (State::cancelled("stop"), 1), (State::completed(1), 1)]
    {
        let attempts = AtomicU32::new(0);
        let ended = returns(&attempts, state.clone()).state().await;
        assert_eq!((ended.name(), attempts.into_inner()), (state.name(), expected));
    }
}

// HOK-10
#[tokio::test]
async fn a_returned_state_calls_the_hooks_of_that_state() {
    use std::sync::Mutex;
    static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

    fn see(what: &str, state: &State<State<u32>>) {
        SEEN.lock().expect("nobody panics").push(format!("{what} {}", state.message().unwrap_or_default()));
    }

    fn first(_: &autotune::Run, state: &State<State<u32>>) {
        see("first", state);
    }

    fn second(_: &autotune::Run, state: &State<State<u32>>) {
        see("second", state);
    }

    #[flow(on_crashed = [first, second], on_cancellation = first)]
    async fn ends(state: State<u32>) -> State<u32> {
        state
    }

    ends(State::crashed("gone")).await;
    ends(State::cancelled("stopped")).await;
    ends(State::completed(1)).await;
    assert_eq!(*SEEN.lock().expect("nobody panics"), ["first gone", "second gone", "first stopped"]);
}

// FIN-13, X-FIN-04
#[test]
fn a_state_without_a_result_says_why_there_is_none() {
    let why = |state: State<u32>| state.try_result().expect_err("there is no result");
    assert_eq!(why(State::failed("no data")), NoResult::Failed("no data".to_owned()));
    assert_eq!(why(State::crashed("gone")), NoResult::Crashed("gone".to_owned()));
    assert_eq!(why(State::cancelled("stop")), NoResult::Cancelled("stop".to_owned()));
    assert_eq!(why(State::paused("later")).to_string(), "the run is paused: its result is not available");
    assert_eq!(State::completed(1).try_result(), Ok(1));
}

// FIN-14
#[tokio::test]
async fn a_run_that_did_not_start_has_an_error_and_no_result() {
    #[task]
    async fn next() -> anyhow::Result<u32> {
        Ok(1)
    }

    let upstream = fails().submit();
    let state = next().wait_for(&upstream).state().await;
    assert_eq!(state.name(), StateName::NotReady);
    let error = state.try_result().expect("the framework speaks for the function").expect_err("it never ran");
    assert!(matches!(error.downcast_ref(), Some(Interrupted::NotReady(_))), "{error:?}");
}
