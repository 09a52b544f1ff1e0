//! Submitted calls and groups of them: waiting, order, limits. Time is virtual.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use autotune::prelude::*;
use autotune::{Calls, RunId};
use tokio::time::{Instant, sleep, timeout};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[task]
async fn sleeps(for_seconds: u64) -> u64 {
    sleep(seconds(for_seconds)).await;
    for_seconds
}

#[task]
async fn fails_after(for_seconds: u64) -> Result<u64, String> {
    sleep(seconds(for_seconds)).await;
    assert!(for_seconds != 13, "unlucky");
    if for_seconds.is_multiple_of(2) { Ok(for_seconds) } else { Err(format!("{for_seconds} is odd")) }
}

// FUT-08, FUT-09
#[tokio::test(start_paused = true)]
async fn wait_ends_when_the_run_does_and_the_output_is_still_there() {
    let future = sleeps(5).submit();
    assert!(timeout(seconds(1), future.wait()).await.is_err());
    assert_eq!(future.state_name(), None);
    future.wait().await;
    assert_eq!(future.state_name(), Some(StateName::Completed));
    assert_eq!(future.await, 5);
}

#[tokio::test(start_paused = true)]
async fn the_state_of_a_submitted_call_tells_how_it_ended() {
    let failed = fails_after(1).submit().state().await;
    assert_eq!((failed.name(), failed.message()), (StateName::Failed, Some("1 is odd")));
    let crashed = fails_after(13).submit().state().await;
    assert_eq!((crashed.name(), crashed.message()), (StateName::Crashed, Some("unlucky")));
    let cancelled = fails_after(2).submit();
    cancelled.cancel();
    assert_eq!(cancelled.state().await.name(), StateName::Cancelled);
}

#[tokio::test(start_paused = true)]
async fn a_callback_is_called_at_the_end_or_at_once_if_that_has_come() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let push = |what| {
        let seen = Arc::clone(&seen);
        move |state| seen.lock().expect("no test panics while it holds the lock").push((what, state))
    };
    let future = sleeps(1).submit();
    future.on_done(push("before"));
    future.wait().await;
    future.on_done(push("after"));
    let seen = seen.lock().expect("no test panics while it holds the lock");
    assert_eq!(*seen, [("before", StateName::Completed), ("after", StateName::Completed)]);
}

// FUT-15
#[tokio::test(start_paused = true)]
async fn as_completed_gives_outputs_in_the_order_in_which_runs_end() {
    let mut completed = [10, 1, 5].into_iter().map(sleeps).submit_all().as_completed();
    assert_eq!(completed.unfinished(), 3);
    let mut order = Vec::new();
    while let Some(output) = completed.next_indexed().await {
        order.push(output);
    }
    assert_eq!(order, [(1, 1), (2, 5), (0, 10)]);
}

// FUT-13, X-FUT-04
#[tokio::test(start_paused = true)]
async fn waiting_for_a_group_tells_those_that_have_ended_from_those_that_have_not() {
    let calls = [1, 100, 2].into_iter().map(sleeps).submit_all();
    let (done, not_done) = calls.wait(seconds(10)).await;
    assert_eq!((done.len(), not_done.len()), (2, 1));
    assert_eq!(done.into_iter().collect::<Calls<_>>().await, [1, 2]);
}

// FUT-19
#[tokio::test(start_paused = true)]
async fn results_fail_with_the_first_error_and_do_not_wait_for_the_others() {
    let start = Instant::now();
    let results = [60, 3, 5].into_iter().map(fails_after).submit_all().results().await;
    assert_eq!(results, Err("3 is odd".to_owned()));
    assert_eq!(start.elapsed(), seconds(3));
}

// FUT-18
#[tokio::test(start_paused = true)]
async fn results_are_in_the_order_of_the_calls() {
    let results = [6, 2, 4].into_iter().map(fails_after).submit_all().results().await;
    assert_eq!(results, Ok(vec![6, 2, 4]));
}

#[derive(Clone, Default)]
struct Crowd {
    inside: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

#[task]
async fn visits(crowd: Crowd) -> RunId {
    let inside = crowd.inside.fetch_add(1, Ordering::SeqCst) + 1;
    crowd.most.fetch_max(inside, Ordering::SeqCst);
    sleep(seconds(1)).await;
    crowd.inside.fetch_sub(1, Ordering::SeqCst);
    autotune::run().expect("in a run").id()
}

#[flow]
async fn visited_by(count: usize, limit: usize, crowd: &Crowd) -> Vec<RunId> {
    (0..count).map(|_| visits(crowd.clone())).limit(limit).submit_all().await
}

#[tokio::test(start_paused = true)]
async fn no_more_than_the_limit_run_at_a_time_and_they_start_in_order() {
    let (crowd, start) = (Crowd::default(), Instant::now());
    let ids = visited_by(10, 3, &crowd).await;
    assert_eq!(crowd.most.load(Ordering::SeqCst), 3);
    assert_eq!(start.elapsed(), seconds(4));
    assert!(ids.is_sorted(), "a run is numbered when it starts");
}

#[flow]
async fn leaves_a_queue_behind(crowd: &Crowd) {
    drop((0..6).map(|_| visits(crowd.clone())).limit(2).submit_all());
}

#[tokio::test(start_paused = true)]
async fn a_flow_waits_for_those_that_wait_their_turn() {
    let start = Instant::now();
    leaves_a_queue_behind(&Crowd::default()).await;
    assert_eq!(start.elapsed(), seconds(3));
}

#[test]
#[should_panic(expected = "a limit of 0 would never let a call run")]
fn a_limit_of_nothing_is_refused() {
    drop([1].into_iter().map(sleeps).limit(0));
}

#[task(boxed)]
async fn counts_down(from: u32) -> u32 {
    if from == 0 { 0 } else { counts_down(from - 1).submit().await + 1 }
}

// FUT-22
#[tokio::test]
async fn a_task_may_submit_itself_many_times_deep() {
    assert_eq!(counts_down(200).submit().await, 200);
}
