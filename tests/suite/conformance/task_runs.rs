//! Runs of tasks: their names, their states, their times.

use std::time::Duration;

use autotune::prelude::*;
use tokio::time::sleep;

use crate::harness::{self, Seen};

#[task]
async fn always_fails() -> Result<u32, String> {
    Err("no data".to_owned())
}

// RUN-03
#[tokio::test]
async fn a_flow_that_only_looks_at_the_state_of_a_failed_task_completes() {
    #[flow]
    async fn looks() -> &'static str {
        assert!(always_fails().state().await.is_failed());
        "bar"
    }

    let state = looks().state().await;
    assert_eq!((state.name(), state.into_result()), (StateName::Completed, Some("bar")));
}

// RUN-14
#[test]
fn a_task_is_named_as_its_function_is() {
    assert_eq!(always_fails().definition().name, "always_fails");
}

/// What was recorded of a task that sleeps for seven seconds, a second after its flow began.
async fn of_a_nap(flow: &str) -> Vec<Seen> {
    #[task]
    async fn naps() {
        sleep(Duration::from_secs(7)).await;
    }

    #[flow]
    async fn naps_later() {
        sleep(Duration::from_secs(1)).await;
        naps().await;
    }

    harness::record();
    naps_later().named(flow).await;
    let history = harness::history(flow).await;
    let (naps, mut flow) =
        history.states.into_iter().partition::<Vec<_>, _>(|seen| seen.definition == "naps");
    assert_eq!(naps[0].started.since(flow.remove(0).started), Duration::from_secs(1));
    naps
}

// RUN-09
#[tokio::test(start_paused = true)]
async fn a_run_starts_when_it_is_running_for_the_first_time() {
    let naps = of_a_nap("started").await;
    assert_eq!(naps[0].state, StateName::Running);
    assert_eq!(naps[0].at, naps[0].started);
}

// RUN-10
#[tokio::test(start_paused = true)]
async fn a_run_ends_with_its_last_state_and_has_taken_the_time_since_it_started() {
    let naps = of_a_nap("ended").await;
    let last = &naps[1];
    assert_eq!(last.state, StateName::Completed);
    assert_eq!(last.started, naps[0].at);
    assert_eq!(last.at.since(last.started), Duration::from_secs(7));
}
