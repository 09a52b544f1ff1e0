//! Flow runs as others see them, and how they are stopped. Time is virtual.

use std::future::pending;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use autotune::flow_runs::{self, FlowRunError};
use autotune::prelude::*;
use autotune::{FlowRunInfo, Run, RunId};
use tokio::task::yield_now;
use tokio::time::sleep;

use crate::harness;

/// What hooks have seen, as lines behind the name of the run.
static SEEN: LazyLock<Mutex<Vec<(String, String)>>> = LazyLock::new(Mutex::default);

async fn cancelled<R>(run: &Run, state: &State<R>) {
    yield_now().await;
    let message = state.message().unwrap_or_default();
    let mut seen = SEEN.lock().expect("no test panics while it holds the lock");
    seen.push((run.name().to_owned(), format!("{}: {message}", state.name())));
}

fn seen_by(run: &str) -> Vec<String> {
    let seen = SEEN.lock().expect("no test panics while it holds the lock");
    seen.iter().filter(|(name, _)| name == run).map(|(_, what)| what.clone()).collect()
}

/// The running flow run of this name.
fn named(name: &str) -> Option<FlowRunInfo> {
    flow_runs::running().into_iter().find(|run| run.name() == name)
}

async fn begun(name: &str) -> FlowRunInfo {
    loop {
        match named(name) {
            Some(run) => return run,
            None => yield_now().await,
        }
    }
}

struct Dropped(Arc<AtomicU32>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Says in which run it is dropped.
struct Inside;

impl Drop for Inside {
    fn drop(&mut self) {
        let run = autotune::run().expect("the body is dropped inside its run");
        let mut seen = SEEN.lock().expect("no test panics while it holds the lock");
        seen.push((run.name().to_owned(), "dropped".to_owned()));
    }
}

#[task]
async fn endless(dropped: Arc<AtomicU32>) {
    let _dropped = Dropped(dropped);
    pending::<()>().await;
}

#[flow(on_cancellation = cancelled)]
async fn endless_child(dropped: Arc<AtomicU32>) -> anyhow::Result<()> {
    let _dropped = Dropped(dropped);
    pending().await
}

#[flow(on_cancellation = cancelled, on_completion = cancelled, on_failure = cancelled, retries = 3)]
async fn endless_parent(name: &str, dropped: Arc<AtomicU32>) -> anyhow::Result<()> {
    let (_inside, _dropped) = (Inside, Dropped(Arc::clone(&dropped)));
    drop(endless(Arc::clone(&dropped)).submit());
    drop(endless_child(Arc::clone(&dropped)).named(format!("{name}, submitted")).submit());
    endless_child(dropped).named(format!("{name}, called")).await
}

// HOK-09
#[tokio::test(start_paused = true)]
async fn a_cancelled_flow_drops_its_body_and_its_calls_and_calls_its_hooks() {
    harness::record();
    let dropped = Arc::new(AtomicU32::new(0));
    let flow = endless_parent("stopped", Arc::clone(&dropped)).named("stopped");
    let cancel = async {
        // The flow is awaited directly: the only thing that moves it is its waker.
        sleep(Duration::from_secs(1)).await;
        flow_runs::cancel(begun("stopped").await.id())
    };
    let (output, asked) = tokio::join!(flow, cancel);
    asked.expect("it was running");
    let error =
        output.expect_err("it was cancelled").downcast::<Interrupted>().expect("the framework did it");
    assert!(matches!(error, Interrupted::Cancelled(_)), "{error}");
    assert_eq!(error.to_string(), "`endless_parent` was cancelled");
    assert_eq!(dropped.load(Ordering::SeqCst), 4);
    assert_eq!(seen_by("stopped"), ["dropped", "Cancelling: `stopped` was cancelled"]);
    // The hooks of its subflows had ended before it did.
    for child in ["stopped, called", "stopped, submitted"] {
        assert_eq!(seen_by(child), [format!("Cancelled: `{child}` was cancelled")]);
        assert_eq!(harness::history(child).await.of("endless_child").last(), Some(&StateName::Cancelled));
        assert!(named(child).is_none());
    }
    let history = harness::history("stopped").await;
    let states = [StateName::Running, StateName::Cancelling, StateName::Cancelled];
    assert_eq!(history.of("endless_parent"), states);
    assert_eq!(history.of("endless"), [StateName::Running, StateName::Cancelled]);
}

#[flow]
async fn cannot_say_so() -> u32 {
    pending().await
}

#[tokio::test]
async fn a_flow_that_cannot_say_so_panics_and_its_state_is_cancelled() {
    let future = cannot_say_so().named("cannot say so").submit();
    begun("cannot say so").await.cancel().expect("it runs");
    let panic = tokio::spawn(future).await.expect_err("its output has no room for an error").into_panic();
    assert_eq!(
        panic.downcast_ref::<String>().map(String::as_str),
        Some(
            "`cannot_say_so` was cancelled, and its output cannot say so: make its error type \
             `From<autotune::Interrupted>`"
        )
    );

    let call = cannot_say_so().named("says its state").state();
    let cancel = async { begun("says its state").await.cancel() };
    let (state, _) = tokio::join!(call, cancel);
    assert_eq!(state.name(), StateName::Cancelled);
    assert_eq!(state.message(), Some("`cannot_say_so` was cancelled"));
    assert!(state.result().is_none());
}

#[tokio::test]
async fn a_submitted_flow_that_is_cancelled_by_its_id_ends_as_one_that_its_future_cancels() {
    let future = endless_child(Arc::default()).named("by its id").submit();
    flow_runs::cancel(begun("by its id").await.id()).expect("it runs");
    let state = future.state().await;
    assert_eq!((state.name(), state.result().is_none()), (StateName::Cancelled, true));
}

#[flow(retries = 1, retry_delay = "1h")]
async fn always_fails() -> anyhow::Result<()> {
    anyhow::bail!("no data")
}

#[tokio::test(start_paused = true)]
async fn a_flow_that_waits_for_its_retry_is_cancelled_at_once() {
    let start = tokio::time::Instant::now();
    let flow = always_fails().named("waits for its retry").state();
    let cancel = async {
        let run = begun("waits for its retry").await;
        assert_eq!(run.state_name(), StateName::AwaitingRetry);
        run.cancel()
    };
    let (state, _) = tokio::join!(flow, cancel);
    assert_eq!((state.name(), state.run_count()), (StateName::Cancelled, 1));
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[flow]
async fn leaves_work_behind(dropped: Arc<AtomicU32>) -> anyhow::Result<u32> {
    drop(endless(dropped).submit());
    Ok(7)
}

#[tokio::test]
async fn a_flow_that_only_waits_for_its_calls_can_be_cancelled_too() {
    let dropped = Arc::new(AtomicU32::new(0));
    let flow = leaves_work_behind(Arc::clone(&dropped)).named("leaves work behind");
    let cancel = async { begun("leaves work behind").await.cancel() };
    let (output, _) = tokio::join!(flow, cancel);
    output.expect_err("it was cancelled");
    assert_eq!(dropped.load(Ordering::SeqCst), 1);
}

#[flow]
async fn survives_its_child() -> anyhow::Result<bool> {
    Ok(endless_child(Arc::default()).named("a child alone").await.is_err())
}

#[tokio::test]
async fn a_subflow_that_is_cancelled_alone_is_an_error_for_its_caller() {
    let cancel = async { begun("a child alone").await.cancel() };
    let (survived, _) = tokio::join!(survives_its_child(), cancel);
    assert!(survived.expect("it handles the error"));
    assert_eq!(seen_by("a child alone"), ["Cancelling: `a child alone` was cancelled"]);
}

#[flow(on_cancellation = cancelled)]
async fn short(fails: bool) -> Result<RunId, &'static str> {
    yield_now().await;
    if fails { Err("no data") } else { Ok(autotune::run().expect("inside a run").id()) }
}

// X-HOK-05
#[tokio::test]
async fn flows_that_end_by_themselves_call_no_hook_of_cancellation() {
    short(false).named("ends by itself").await.expect("it works");
    short(true).named("fails by itself").await.expect_err("it fails");
    assert!(seen_by("ends by itself").is_empty() && seen_by("fails by itself").is_empty());
}

#[tokio::test]
async fn a_run_can_be_found_while_it_runs() {
    let future = short(false).named("to be found").submit();
    let run = begun("to be found").await;
    assert_eq!(run.definition().name, "short");
    assert_eq!(run.state_name(), StateName::Running);
    assert_eq!(flow_runs::find(run.id()).map(|run| run.name()), Some("to be found".to_owned()));
    let id = future.await.expect("it works");
    assert_eq!(id, run.id());
    assert!(named("to be found").is_none() && flow_runs::find(id).is_none());
    assert_eq!(run.state_name(), StateName::Completed);
}

#[tokio::test]
async fn what_has_ended_or_never_was_cannot_be_cancelled() {
    let future = short(true).named("ended").submit();
    let run = begun("ended").await;
    future.await.expect_err("it fails");
    let error = run.cancel().expect_err("it has ended");
    assert_eq!(error.to_string(), "flow run `ended` has ended already, in state Failed");
    let id = RunId::new();
    assert_eq!(flow_runs::cancel(id), Err(FlowRunError::NotFound { id }));
    assert_eq!(
        flow_runs::resume(id).expect_err("there is none").to_string(),
        format!("no flow run {id} is running in this process: it has ended, or is another's")
    );
}

#[tokio::test]
async fn a_run_that_is_dropped_is_not_among_the_running_ones() {
    let mut flow = Box::pin(endless_child(Arc::default()).named("dropped while it runs"));
    assert!(futures_are_pending(&mut flow).await);
    let run = named("dropped while it runs").expect("it has begun");
    drop(flow);
    assert!(named("dropped while it runs").is_none());
    assert_eq!(run.state_name(), StateName::Cancelled);
}

async fn futures_are_pending<F: Future + Unpin>(future: &mut F) -> bool {
    tokio::time::timeout(Duration::ZERO, future).await.is_err()
}
