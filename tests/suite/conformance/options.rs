//! Prefect's `with_options`: what one call changes. Time is virtual.

use std::time::Duration;

use autotune::prelude::*;
use autotune::{Run, run};
use tokio::time::{Instant, sleep};

#[task(tags = ["own"], retries = 3, retry_delay = "10s", timeout = "1h")]
async fn fails_and_knows_its_run(seen: &std::sync::Mutex<Option<Run>>) -> anyhow::Result<()> {
    *seen.lock().expect("no test panics while it holds the lock") = run();
    sleep(Duration::from_secs(1)).await;
    anyhow::bail!("no data")
}

// OPT-01
#[tokio::test(start_paused = true)]
async fn the_options_of_a_call_hold_for_that_call_alone() {
    let seen = std::sync::Mutex::<Option<Run>>::default();
    let taken = || seen.lock().expect("no test panics while it holds the lock").take().expect("it ran");

    let call = fails_and_knows_its_run(&seen).named("another name").tag("late");
    let state = call.retries(1).retry_delay(Duration::ZERO).timeout(Duration::from_millis(10)).state().await;
    assert_eq!((state.name(), state.run_count()), (StateName::TimedOut, 2));
    let changed = taken();
    assert_eq!(
        (changed.name(), changed.tags()),
        ("another name", ["own".to_owned(), "late".to_owned()].as_slice())
    );

    let start = Instant::now();
    let state = fails_and_knows_its_run(&seen).state().await;
    assert_eq!((state.name(), state.run_count()), (StateName::Failed, 4));
    assert_eq!(start.elapsed().as_secs(), 4 + 30);
    let unchanged = taken();
    assert_ne!(unchanged.name(), "another name");
    assert_eq!(unchanged.tags(), ["own"]);
}

#[task(tags = ["own"])]
async fn tells_its_tags() -> Vec<String> {
    run().expect("inside a run").tags().to_vec()
}

// OPT-02
#[tokio::test]
async fn calls_do_not_share_their_tags() {
    let (first, second) = (tells_its_tags().tag("one"), tells_its_tags());
    assert_eq!(
        (second.await, first.await),
        (vec!["own".to_owned()], vec!["own".to_owned(), "one".to_owned()])
    );
}

// OPT-03
#[tokio::test(start_paused = true)]
async fn no_retries_and_no_delay_are_options_too() {
    let (seen, start) = (std::sync::Mutex::default(), Instant::now());
    let state = fails_and_knows_its_run(&seen).retries(0).state().await;
    assert_eq!((state.run_count(), start.elapsed().as_secs()), (1, 1));
    let start = Instant::now();
    let state = fails_and_knows_its_run(&seen).retry_delay(Duration::ZERO).state().await;
    assert_eq!((state.run_count(), start.elapsed().as_secs()), (4, 4));
}
