//! What a flow does again when it is tried again.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use autotune::prelude::*;
use autotune::{RunId, run};

use crate::harness;

// FRT-01
#[tokio::test]
async fn a_flow_that_is_tried_again_is_the_same_run_and_gives_what_it_returns_last() {
    #[flow(retries = 1)]
    async fn second_time_lucky(ids: &Mutex<Vec<RunId>>) -> Result<&'static str, String> {
        let run = run().expect("inside a run");
        ids.lock().expect("no test panics while it holds the lock").push(run.id());
        if run.run_count() == 1 { Err("not yet".to_owned()) } else { Ok("hello") }
    }

    let ids = Mutex::default();
    assert_eq!(second_time_lucky(&ids).await, Ok("hello"));
    let ids = ids.into_inner().expect("no test panics while it holds the lock");
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
}

/// Fails as often as it is told to.
#[flow(retries = 1)]
async fn fails_at_first(runs: &AtomicU32, failures: u32) -> Result<u32, String> {
    let run = runs.fetch_add(1, Ordering::Relaxed);
    if run < failures { Err("not yet".to_owned()) } else { Ok(run + 1) }
}

#[flow(retries = 1)]
async fn relies_on_it(own: &AtomicU32, runs: &AtomicU32, failures: u32) -> Result<u32, String> {
    own.fetch_add(1, Ordering::Relaxed);
    fails_at_first(runs, failures).await
}

// X-FRT-01 X-FRT-02
#[tokio::test]
async fn the_retries_of_a_subflow_begin_anew_with_each_attempt_of_its_caller() {
    for (failures, of_caller, of_subflow) in [(1, 1, 2), (3, 2, 4)] {
        let (own, runs) = (AtomicU32::new(0), AtomicU32::new(0));
        assert_eq!(relies_on_it(&own, &runs, failures).await, Ok(of_subflow));
        assert_eq!((own.into_inner(), runs.into_inner()), (of_caller, of_subflow));
    }
}

static LOADS: AtomicU32 = AtomicU32::new(0);

#[task(cache_policy = DEFAULT)]
async fn loads() -> u32 {
    LOADS.fetch_add(1, Ordering::Relaxed) + 1
}

#[flow(retries = 1)]
async fn loads_and_fails_once() -> Result<u32, String> {
    let loaded = loads().await;
    if run().is_some_and(|run| run.run_count() == 1) { Err("not yet".to_owned()) } else { Ok(loaded) }
}

// FRT-02
#[tokio::test]
async fn a_task_whose_result_is_kept_for_the_run_is_not_run_again() {
    harness::record();
    assert_eq!(loads_and_fails_once().named("loads once").await, Ok(1));
    let history = harness::history("loads once").await;
    assert_eq!(history.of("loads"), [StateName::Completed, StateName::Cached]);
    // Another run has results of its own.
    assert_eq!(loads_and_fails_once().await, Ok(2));
}
