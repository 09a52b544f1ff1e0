//! Timeouts of attempts. Time is virtual.

use std::future::pending;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use autotune::interrupted::TimedOut;
use autotune::prelude::*;
use tokio::time::Instant;

#[derive(Debug, PartialEq, thiserror::Error)]
enum LoadError {
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

#[task(timeout = "1m 30s")]
async fn endless() -> Result<(), LoadError> {
    pending().await
}

// TMO-01
#[tokio::test(start_paused = true)]
async fn an_attempt_that_takes_too_long_hands_back_interrupted() {
    let start = Instant::now();
    let error = endless().await.expect_err("it never ends");
    let timeout = Duration::from_secs(90);
    assert_eq!(error, LoadError::Interrupted(TimedOut { timeout }.into()));
    assert_eq!(error.to_string(), "timed out after 1m 30s");
    assert_eq!(start.elapsed(), timeout);
}

// TMO-02
#[tokio::test(start_paused = true)]
async fn its_state_is_timed_out_and_its_type_failed() {
    let state = endless().state().await;
    assert_eq!(state.name(), StateName::TimedOut);
    assert!(state.is_failed());
    assert_eq!(state.message(), Some("timed out after 1m 30s"));
}

#[task(retries = 2, retry_delay = "1m", timeout = "10s")]
async fn slow(tries: &AtomicU32) -> Result<(), LoadError> {
    tries.fetch_add(1, Ordering::Relaxed);
    pending().await
}

#[tokio::test(start_paused = true)]
async fn the_limit_is_per_attempt_and_excludes_the_delays() {
    let (tries, start) = (AtomicU32::new(0), Instant::now());
    let state = slow(&tries).state().await;
    assert_eq!((state.name(), state.run_count()), (StateName::TimedOut, 3));
    assert_eq!(start.elapsed().as_secs(), 10 + 60 + 10 + 60 + 10);
}

#[task(retries = 2, timeout = "10s", retry_condition = |error| !matches!(error, LoadError::Interrupted(_)))]
async fn resigned(tries: &AtomicU32) -> Result<(), LoadError> {
    tries.fetch_add(1, Ordering::Relaxed);
    pending().await
}

#[tokio::test(start_paused = true)]
async fn the_retry_condition_is_asked_about_timeouts_too() {
    let tries = AtomicU32::new(0);
    let _ = resigned(&tries).await;
    assert_eq!(tries.load(Ordering::Relaxed), 1);
}

#[task]
async fn open_ended() -> anyhow::Result<()> {
    pending().await
}

#[tokio::test(start_paused = true)]
async fn a_call_may_be_given_a_timeout() {
    let error = open_ended().timeout(Duration::from_secs(1)).await.expect_err("it never ends");
    assert!(matches!(error.downcast_ref(), Some(Interrupted::TimedOut(_))));
}

#[task]
async fn quick() -> anyhow::Result<u32> {
    tokio::time::sleep(Duration::from_secs(1)).await;
    Ok(1)
}

// X-TMO-02
#[tokio::test(start_paused = true)]
async fn what_ends_in_time_is_left_alone() {
    assert_eq!(quick().timeout(Duration::from_secs(2)).await.expect("in time"), 1);
}

#[flow(timeout = "5s")]
async fn impatient() -> anyhow::Result<()> {
    open_ended().await
}

#[tokio::test(start_paused = true)]
async fn a_flow_has_a_timeout_as_well() {
    assert_eq!(impatient().state().await.name(), StateName::TimedOut);
}

// OPT-04
#[tokio::test(start_paused = true)]
async fn a_call_may_lift_the_limit_of_its_task() {
    #[task(timeout = "1s")]
    async fn slow() -> anyhow::Result<u64> {
        tokio::time::sleep(std::time::Duration::from_hours(1)).await;
        Ok(1)
    }

    slow().await.expect_err("it takes an hour");
    assert_eq!(slow().timeout(None).await.expect("it may take an hour"), 1);
}
