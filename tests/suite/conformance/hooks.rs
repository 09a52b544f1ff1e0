//! Which hooks are called, how often, and in which order. Time is virtual.

use autotune::Run;
use autotune::prelude::*;
use tracing_subscriber::prelude::*;

use crate::hooks::{see, seen_by};
use crate::{harness, logging::Captured};

fn first<R>(run: &Run, state: &State<R>) {
    see(run, format!("first {}", state.name()));
}

fn second<R>(run: &Run, state: &State<R>) {
    see(run, format!("second {}", state.name()));
}

fn broken<R>(_: &Run, _: &State<R>) -> Result<(), String> {
    Err("the pager is broken".to_owned())
}

#[task(on_completion = [first, second])]
async fn completes(works: bool) -> Result<(), String> {
    if works { Ok(()) } else { Err("no data".to_owned()) }
}

// HOK-01
#[tokio::test]
async fn hooks_of_one_state_are_called_once_each_in_order() {
    completes(true).named("in order").await.expect("it works");
    assert_eq!(seen_by("in order"), ["first Completed", "second Completed"]);
}

// HOK-02
#[tokio::test]
async fn hooks_of_completion_are_not_called_for_a_failure() {
    completes(false).named("not completed").await.expect_err("it fails");
    assert!(seen_by("not completed").is_empty());
}

// HOK-03
#[tokio::test]
async fn a_hook_that_fails_keeps_neither_the_others_nor_the_run() {
    #[task(on_completion = [first, broken, second])]
    async fn completes_anyway() {}

    let captured = Captured::default();
    let _guard = harness::listen(tracing_subscriber::registry().with(captured.clone()));
    let state = completes_anyway().named("around a broken one").state().await;
    assert_eq!(state.name(), StateName::Completed);
    assert_eq!(seen_by("around a broken one"), ["first Completed", "second Completed"]);
    assert!(captured.text().contains("hook `broken` failed: the pager is broken"), "{}", captured.text());
}

// HOK-05
#[tokio::test(start_paused = true)]
async fn on_running_is_called_again_after_the_delay_before_a_retry() {
    #[task(retries = 1, retry_delay = "10s", on_running = first)]
    async fn retried() -> Result<(), String> {
        Err("no data".to_owned())
    }

    retried().named("running again").await.expect_err("it fails");
    assert_eq!(seen_by("running again"), ["first Running", "first Retrying"]);
}

// HOK-07
#[tokio::test]
async fn hooks_of_failure_are_called_once_for_all_attempts_of_a_flow() {
    #[flow(retries = 3, on_failure = [first, second])]
    async fn fails_four_times() -> Result<(), String> {
        Err("no data".to_owned())
    }

    fails_four_times().named("failed four times").await.expect_err("it fails");
    assert_eq!(seen_by("failed four times"), ["first Failed", "second Failed"]);
}
