//! Calls that run beside the code that made them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use autotune::prelude::*;
use tokio::sync::Notify;
use tokio::task::yield_now;

use crate::harness;

#[task]
async fn double(number: u32) -> u32 {
    yield_now().await;
    number * 2
}

#[tokio::test]
async fn a_submitted_call_is_a_future_of_the_functions_own_output() {
    let future = double(4).submit();
    assert!(!future.is_finished());
    assert_eq!(future.await, 8);
}

// MAP-01
#[tokio::test]
async fn submit_all_gives_the_outputs_in_the_order_of_the_calls() {
    assert_eq!((0..50).map(double).submit_all().await, (0..50).map(|n| n * 2).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_group_can_be_taken_apart() {
    let mut sum = 0;
    for future in [1, 2].into_iter().map(double).submit_all() {
        sum += future.await;
    }
    assert_eq!(sum, 6);
}

#[tokio::test]
async fn calls_are_futures_that_everything_takes() {
    let (first, second) = tokio::join!(double(1), double(2));
    let third = tokio::time::timeout(Duration::from_secs(1), double(3)).await.expect("in time");
    let fourth = tokio::spawn(double(4)).await.expect("not cancelled");
    let fifth: u32 = tokio::select! { output = double(5) => output };
    assert_eq!((first, second, third, fourth, fifth), (2, 4, 6, 8, 10));
}

#[test]
fn outside_of_a_runtime_submit_says_so() {
    let panic = std::panic::catch_unwind(|| drop(double(1).submit())).expect_err("it panics");
    let message = panic.downcast_ref::<String>().expect("a message");
    assert_eq!(message, "`double` cannot be submitted outside of a tokio runtime");
}

#[derive(Clone, Default)]
struct Work {
    done: Arc<AtomicU32>,
    go: Arc<Notify>,
}

#[task]
async fn work(work: Work) {
    work.go.notified().await;
    work.done.fetch_add(1, Ordering::SeqCst);
}

#[flow]
async fn leaves_work_behind(shared: &Work) {
    drop(work(shared.clone()).submit());
    drop(work(shared.clone()).submit());
}

#[tokio::test]
async fn a_flow_ends_when_all_that_it_submitted_has_ended() {
    let shared = Work::default();
    let flow = leaves_work_behind(&shared);
    let release = async {
        for _ in 0..2 {
            yield_now().await;
            shared.go.notify_one();
        }
    };
    tokio::join!(flow, release);
    assert_eq!(shared.done.load(Ordering::SeqCst), 2);
}

struct Dropped(Arc<AtomicU32>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[task]
async fn endless(dropped: Arc<AtomicU32>) {
    let _dropped = Dropped(dropped);
    std::future::pending::<()>().await;
}

#[flow]
async fn submits_endless(dropped: Arc<AtomicU32>) {
    endless(dropped).submit().await;
}

#[tokio::test]
async fn a_flow_that_is_dropped_cancels_what_it_submitted() {
    harness::record();
    let dropped = Arc::new(AtomicU32::new(0));
    let mut flow = Box::pin(submits_endless(Arc::clone(&dropped)).named("dropped flow"));
    tokio::select! {
        biased;
        () = &mut flow => unreachable!("it never ends"),
        () = async { for _ in 0..3 { yield_now().await } } => {}
    }
    drop(flow);
    yield_now().await;
    assert_eq!(dropped.load(Ordering::SeqCst), 1);
    let history = harness::history("dropped flow").await;
    assert_eq!(history.of("submits_endless").last(), Some(&StateName::Cancelled));
    assert_eq!(history.of("endless").last(), Some(&StateName::Cancelled));
}

#[flow(timeout = "1s")]
async fn out_of_time(dropped: Arc<AtomicU32>) -> anyhow::Result<()> {
    drop(endless(dropped).submit());
    std::future::pending().await
}

#[tokio::test(start_paused = true)]
async fn a_flow_that_is_out_of_time_cancels_what_it_submitted() {
    let dropped = Arc::new(AtomicU32::new(0));
    let state = out_of_time(Arc::clone(&dropped)).state().await;
    assert_eq!(state.name(), StateName::TimedOut);
    assert_eq!(dropped.load(Ordering::SeqCst), 1);
}

#[task]
async fn cancellable() -> anyhow::Result<()> {
    std::future::pending().await
}

#[tokio::test]
async fn awaiting_a_cancelled_call_hands_back_interrupted() {
    let future = cancellable().submit();
    yield_now().await;
    future.cancel();
    let error = future.await.expect_err("it was cancelled");
    assert_eq!(error.to_string(), "`cancellable` was cancelled");
    assert!(matches!(error.downcast_ref(), Some(Interrupted::Cancelled(_))));
}
