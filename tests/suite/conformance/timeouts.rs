//! Flows that take too long. Time is virtual.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use autotune::interrupted::TimedOut;
use autotune::prelude::*;
use tokio::time::sleep;

#[flow(timeout = "100ms")]
async fn counts(seconds: &AtomicU32, step: Duration) -> Result<(), Interrupted> {
    loop {
        sleep(step).await;
        seconds.fetch_add(1, Ordering::Relaxed);
    }
}

// TMO-05
#[tokio::test(start_paused = true)]
async fn a_flow_that_takes_too_long_has_timed_out_and_its_result_says_so() {
    let state = counts(&AtomicU32::new(0), Duration::from_secs(1)).state().await;
    assert_eq!((state.name(), state.state_type()), (StateName::TimedOut, autotune::StateType::Failed));
    assert_eq!(state.message(), Some("timed out after 100ms"));
    let timeout = Duration::from_millis(100);
    assert_eq!(state.into_result(), Some(Err(TimedOut { timeout }.into())));
}

// TMO-06
#[tokio::test(start_paused = true)]
async fn nothing_runs_behind_the_await_at_which_the_time_was_up() {
    let seconds = AtomicU32::new(0);
    counts(&seconds, Duration::from_millis(40)).await.expect_err("it never ends");
    sleep(Duration::from_secs(10)).await;
    assert_eq!(seconds.load(Ordering::Relaxed), 2);
}
