//! `wait_for`: runs that others wait for.

use std::sync::atomic::{AtomicBool, Ordering};

use autotune::allow_failure;
use autotune::prelude::*;
use tokio::task::yield_now;

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
enum StepError {
    #[error("step {0} failed")]
    Failed(u32),
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

#[task]
async fn step(number: u32) -> Result<u32, StepError> {
    yield_now().await;
    if number == 13 { Err(StepError::Failed(number)) } else { Ok(number) }
}

#[task]
async fn notes(seen: &AtomicBool) -> Result<(), StepError> {
    seen.store(true, Ordering::SeqCst);
    Ok(())
}

#[tokio::test]
async fn a_call_starts_when_those_it_waits_for_have_completed() {
    let (first, second) = (step(1).submit(), step(2).submit());
    let group = (3..6).map(step).submit_all();
    let last = step(9).wait_for((&first, [&second], &group)).await;
    assert!(first.is_finished() && second.is_finished());
    assert!(group.futures().iter().all(TaskFuture::is_finished));
    assert_eq!(last, Ok(9));
}

// DEP-01
#[tokio::test]
async fn a_failed_upstream_makes_the_dependant_not_ready_and_keeps_its_body_from_running() {
    let seen = AtomicBool::new(false);
    let failing = step(13).submit();
    let state = notes(&seen).wait_for(&failing).state().await;
    assert_eq!((state.name(), state.run_count()), (StateName::NotReady, 0));
    assert_eq!(state.message(), Some("not started, because upstream run `step` ended in state Failed"));
    assert!(!seen.load(Ordering::SeqCst));
    assert_eq!(failing.await, Err(StepError::Failed(13)));
}

#[tokio::test]
async fn not_ready_passes_on() {
    let failing = step(13).submit();
    let second = step(2).wait_for(&failing).submit();
    let third = step(3).wait_for(&second).state().await;
    assert_eq!(third.name(), StateName::NotReady);
}

#[tokio::test]
async fn a_cancelled_upstream_counts_as_not_completed() {
    let upstream = step(1).submit();
    upstream.cancel();
    assert_eq!(step(2).wait_for(&upstream).state().await.name(), StateName::NotReady);
}

// DEP-03
#[tokio::test]
async fn a_failure_that_is_allowed_does_not_hold_the_dependant_back() {
    let (failing, fine) = (step(13).submit(), step(1).submit());
    assert_eq!(step(2).wait_for((allow_failure(&failing), &fine)).await, Ok(2));
    let not_ready = step(3).wait_for(&failing).submit();
    assert_eq!(step(4).wait_for(allow_failure(&not_ready)).await, Ok(4));
}

#[tokio::test]
async fn a_cancellation_is_not_a_failure_that_can_be_allowed() {
    let upstream = step(1).submit();
    upstream.cancel();
    let state = step(2).wait_for(allow_failure(&upstream)).state().await;
    assert_eq!(state.name(), StateName::NotReady);
}

#[tokio::test(start_paused = true)]
async fn a_run_starts_when_what_it_waits_for_has_ended() {
    #[task]
    async fn hour() {
        tokio::time::sleep(std::time::Duration::from_hours(1)).await;
    }

    #[task]
    async fn after() -> anyhow::Result<()> {
        tokio::time::sleep(std::time::Duration::from_mins(1)).await;
        Ok(())
    }

    #[flow]
    async fn waits() -> anyhow::Result<()> {
        let first = hour().submit();
        after().wait_for(&first).await
    }

    crate::harness::record();
    waits().named("waits for an hour").await.expect("it works");
    let history = crate::harness::history("waits for an hour").await;
    let seen = history.states.iter().filter(|seen| seen.definition == "after");
    let lasted: Vec<_> = seen.map(|seen| (seen.state, seen.at.since(seen.started).as_secs())).collect();
    assert_eq!(lasted, [(StateName::Running, 0), (StateName::Completed, 60)]);
}
