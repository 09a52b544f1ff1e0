//! Retries, their delays and their conditions. Time is virtual.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use autotune::prelude::*;
use tokio::time::Instant;

use StateName::{AwaitingRetry, Completed, Failed, Retrying, Running};

use crate::harness;

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
enum LoadError {
    #[error("the server answered {0}")]
    Http(u16),
}

#[task(retries = 3, retry_delay = "60s")]
async fn unavailable(tries: &AtomicU32) -> Result<(), LoadError> {
    tries.fetch_add(1, Ordering::Relaxed);
    Err(LoadError::Http(503))
}

#[tokio::test(start_paused = true)]
async fn three_retries_are_four_attempts_a_minute_apart() {
    let (tries, start) = (AtomicU32::new(0), Instant::now());
    assert_eq!(unavailable(&tries).await, Err(LoadError::Http(503)));
    assert_eq!(tries.load(Ordering::Relaxed), 4);
    assert_eq!(start.elapsed().as_secs(), 180);
}

#[tokio::test(start_paused = true)]
async fn a_call_may_choose_other_retries_and_another_delay() {
    let (tries, start) = (AtomicU32::new(0), Instant::now());
    let state = unavailable(&tries).retries(1).retry_delay(Duration::from_secs(5)).state().await;
    assert_eq!((state.name(), state.run_count()), (StateName::Failed, 2));
    assert_eq!(start.elapsed().as_secs(), 5);
}

#[task(retries = 3, retry_delay = ["1s", "5s"])]
async fn listed(tries: &AtomicU32) -> Result<(), LoadError> {
    tries.fetch_add(1, Ordering::Relaxed);
    Err(LoadError::Http(503))
}

// RTY-04
#[tokio::test(start_paused = true)]
async fn the_last_delay_of_a_list_repeats() {
    let start = Instant::now();
    let _ = listed(&AtomicU32::new(0)).await;
    assert_eq!(start.elapsed().as_secs(), 1 + 5 + 5);
}

#[task(retries = 4, retry_delay = exponential("1s", max = "5s"))]
async fn backing_off() -> Result<(), LoadError> {
    Err(LoadError::Http(503))
}

#[tokio::test(start_paused = true)]
async fn an_exponential_delay_starts_at_its_base_and_is_capped() {
    let start = Instant::now();
    let _ = backing_off().await;
    assert_eq!(start.elapsed().as_secs(), 1 + 2 + 4 + 5);
}

#[task(retries = 1, retry_delay = "60s", retry_jitter_factor = 0.5)]
async fn jittery() -> Result<(), LoadError> {
    Err(LoadError::Http(503))
}

// RTY-10
#[tokio::test(start_paused = true)]
async fn jitter_stays_within_the_clamped_distribution_and_keeps_the_mean() {
    let (draws, mut sum) = (2_000, 0.0);
    for _ in 0..draws {
        let start = Instant::now();
        let _ = jittery().await;
        // 60 s * log2(k / (k - 1)), where k = 2^1.5; and 60 s * 1.5. Timers end on a millisecond.
        let delay = start.elapsed().as_secs_f64();
        assert!((37.7..=90.01).contains(&delay), "{delay}");
        sum += delay;
    }
    let mean = sum / f64::from(draws);
    assert!((57.0..=63.0).contains(&mean), "the mean is that of the delay: {mean}");
}

#[task(retries = 5, retry_condition = |error| matches!(error, LoadError::Http(500..)))]
async fn choosy(status: u16, tries: &AtomicU32) -> Result<(), LoadError> {
    tries.fetch_add(1, Ordering::Relaxed);
    Err(LoadError::Http(status))
}

// RTY-08
#[tokio::test]
async fn only_errors_that_meet_the_condition_are_retried() {
    for (status, attempts) in [(404, 1), (503, 6)] {
        let tries = AtomicU32::new(0);
        let _ = choosy(status, &tries).await;
        assert_eq!(tries.load(Ordering::Relaxed), attempts, "{status}");
    }
}

#[task(retries = 2)]
async fn second_time_lucky(tries: &AtomicU32) -> Result<u32, LoadError> {
    match tries.fetch_add(1, Ordering::Relaxed) {
        0 => Err(LoadError::Http(503)),
        _ => Ok(autotune::run().expect("inside a run").run_count()),
    }
}

#[tokio::test]
async fn a_run_that_succeeds_at_last_is_completed() {
    let tries = AtomicU32::new(0);
    let state = second_time_lucky(&tries).state().await;
    assert_eq!(state.name(), StateName::Completed);
    assert_eq!(state.run_count(), 2);
    assert_eq!(state.into_result(), Some(Ok(2)));
}

#[flow]
async fn retrying(tries: &AtomicU32) -> Result<u32, LoadError> {
    unavailable(&AtomicU32::new(0)).retries(1).await.ok();
    second_time_lucky(tries).await
}

// RTY-02
#[tokio::test(start_paused = true)]
async fn an_immediate_retry_has_no_state_awaiting_retry() {
    harness::record();
    retrying(&AtomicU32::new(0)).named("immediate").await.expect("the second attempt succeeds");
    let history = harness::history("immediate").await;
    assert_eq!(history.of("unavailable"), [Running, AwaitingRetry, Retrying, Failed]);
    assert_eq!(history.of("second_time_lucky"), [Running, Retrying, Completed]);
}

#[flow(retries = 1, retry_delay = "10s")]
async fn twice(tries: &AtomicU32) -> Result<u32, LoadError> {
    tries.fetch_add(1, Ordering::Relaxed);
    let inner = AtomicU32::new(0);
    let _ = unavailable(&inner).await;
    let attempts = inner.load(Ordering::Relaxed);
    if tries.load(Ordering::Relaxed) == 1 { Err(LoadError::Http(500)) } else { Ok(attempts) }
}

// FRT-03
#[tokio::test(start_paused = true)]
async fn a_flow_is_retried_and_its_tasks_have_all_their_retries_again() {
    let start = Instant::now();
    assert_eq!(twice(&AtomicU32::new(0)).await, Ok(4));
    assert_eq!(start.elapsed().as_secs(), 180 + 10 + 180);
}
