//! Functions that are called when a run comes into a state.

use std::sync::{LazyLock, Mutex};

use autotune::prelude::*;
use autotune::{Run, run};
use tokio::task::yield_now;
use tracing_subscriber::prelude::*;

use crate::{harness, logging::Captured};

/// What hooks have seen, as lines behind the name of the run.
static SEEN: LazyLock<Mutex<Vec<(String, String)>>> = LazyLock::new(Mutex::default);

pub(crate) fn see(run: &Run, what: String) {
    SEEN.lock().expect("no test panics while it holds the lock").push((run.name().to_owned(), what));
}

pub(crate) fn seen_by(run: &str) -> Vec<String> {
    let seen = SEEN.lock().expect("no test panics while it holds the lock");
    seen.iter().filter(|(name, _)| name == run).map(|(_, what)| what.clone()).collect()
}

fn running(run: &Run, state: &State<anyhow::Result<u32>>) {
    see(run, format!("running {} {}", state.name(), run.run_count()));
}

fn completed(run: &Run, state: &State<anyhow::Result<u32>>) {
    let output = state.result().and_then(|output| output.as_ref().ok());
    see(run, format!("{} with {output:?}", state.name()));
}

async fn failed<R>(run: &Run, state: &State<R>) {
    yield_now().await;
    see(run, format!("{}: {}", state.name(), state.message().unwrap_or_default()));
}

fn also_failed<R>(run: &Run, _: &State<R>) -> Result<(), String> {
    see(run, "also failed".to_owned());
    Err("the pager is broken".to_owned())
}

fn last_failed<R>(run: &Run, _: &State<R>) {
    see(run, "last failed".to_owned());
}

fn panics_itself<R>(_: &Run, _: &State<R>) {
    panic!("a hook may not");
}

#[task(
    retries = 1,
    on_running = running,
    on_completion = [panics_itself, completed],
    on_failure = [failed, also_failed, last_failed],
    on_crashed = failed,
    on_cancellation = failed
)]
async fn load(what: &str) -> anyhow::Result<u32> {
    match what {
        "panics" => panic!("no data at all"),
        "hangs" => std::future::pending().await,
        "fails" => anyhow::bail!("no data"),
        _ => Ok(7),
    }
}

#[tokio::test]
async fn hooks_are_called_in_the_states_that_they_wait_for() {
    assert_eq!(load("works").named("hooked and works").await.expect("it works"), 7);
    assert_eq!(seen_by("hooked and works"), ["running Running 1", "Completed with Some(7)"]);
}

// HOK-04
#[tokio::test]
async fn on_running_is_called_for_each_attempt_and_on_failure_once_after_the_last() {
    let error = load("fails").named("hooked and fails").await.expect_err("it fails");
    assert_eq!(error.to_string(), "no data");
    assert_eq!(
        seen_by("hooked and fails"),
        ["running Running 1", "running Retrying 2", "Failed: no data", "also failed", "last failed"]
    );
}

#[tokio::test]
async fn a_panic_calls_on_crashed_and_goes_on_unwinding() {
    let panic = tokio::spawn(load("panics").named("hooked and panics")).await.expect_err("it panics");
    assert!(panic.is_panic());
    assert_eq!(seen_by("hooked and panics"), ["running Running 1", "Crashed: no data at all"]);
}

#[tokio::test]
async fn a_run_that_is_dropped_calls_on_cancellation() {
    let future = load("hangs").named("hooked and hangs").submit();
    yield_now().await;
    future.cancel();
    for _ in 0..5 {
        yield_now().await;
    }
    assert_eq!(
        seen_by("hooked and hangs"),
        ["running Running 1", "Cancelled: `hooked and hangs` was cancelled"]
    );
    drop(load("hangs").named("never polled"));
    yield_now().await;
    assert!(seen_by("never polled").is_empty());
}

#[tokio::test]
async fn a_hook_that_fails_or_panics_is_logged_and_changes_nothing() {
    let captured = Captured::default();
    let _guard = harness::listen(tracing_subscriber::registry().with(captured.clone()));
    let state = load("works").state().await;
    assert_eq!(state.name(), StateName::Completed);
    load("fails").await.expect_err("it fails");
    let text = captured.text();
    for expected in [
        "hook `panics_itself` failed: it panicked: a hook may not",
        "hook `also_failed` failed: the pager is broken",
    ] {
        assert!(text.contains(expected), "`{expected}` is missing in\n{text}");
    }
}

#[task(cache_key = "{key}", on_completion = also_seen)]
async fn cached(key: &'static str) -> String {
    key.to_owned()
}

async fn also_seen(run_of_hook: &Run, state: &State<String>) {
    yield_now().await;
    let inside = run().expect("a hook is called inside the run");
    assert_eq!(inside.id(), run_of_hook.id());
    see(run_of_hook, state.name().to_string());
}

#[tokio::test]
async fn a_cached_result_calls_on_completion_too() {
    for _ in 0..2 {
        cached("hooked and cached").named("hooked and cached").await;
    }
    assert_eq!(seen_by("hooked and cached"), ["Completed", "Cached"]);
}

#[flow(on_running = failed, on_failure = failed)]
async fn hooked_flow(fails: bool) -> Result<(), String> {
    if fails { Err("too early".to_owned()) } else { Ok(()) }
}

// X-HOK-06
#[tokio::test]
async fn flows_have_hooks_as_well() {
    hooked_flow(true).named("hooked flow").await.expect_err("it fails");
    assert_eq!(seen_by("hooked flow"), ["Running: ", "Failed: too early"]);
}

#[tokio::test]
async fn a_call_may_have_hooks_of_its_own_after_those_of_its_task() {
    let call = load("fails")
        .named("hooked by hand")
        .on_running(|run, state| see(run, format!("also {}", state.name())));
    let call = call.on_failure(|run, _| see(run, "own failed".to_owned()));
    let call = call.on_failure(|_, _| panics_itself(&run().expect("inside"), &State::<()>::completed(())));
    let call = call.on_failure(|run, _| see(run, "own also failed".to_owned()));
    call.on_completion(|run, _| see(run, "never".to_owned())).await.expect_err("it fails");
    assert_eq!(
        seen_by("hooked by hand"),
        [
            "running Running 1",
            "also Running",
            "running Retrying 2",
            "also Retrying",
            "Failed: no data",
            "also failed",
            "last failed",
            "own failed",
            "own also failed"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_hook_of_a_call_may_be_async_and_the_next_one_waits_for_it() {
    async fn see_later(run: Run, what: &'static str) -> Result<(), String> {
        tokio::time::sleep(std::time::Duration::from_mins(1)).await;
        see(&run, what.to_owned());
        Err("the line is dead".to_owned())
    }

    async fn faint() {
        tokio::task::yield_now().await;
        panic!("nobody is there")
    }

    let begun = tokio::time::Instant::now();
    let call = load("fails").named("hooked later").on_failure(|run, _| see_later(run.clone(), "later"));
    let call = call.on_failure(|_, _| faint());
    let call = call.on_failure(|run, _| see(run, "last".to_owned()));
    call.await.expect_err("it fails");
    let seen = seen_by("hooked later");
    assert_eq!(seen[seen.len() - 2..], ["later", "last"]);
    assert_eq!(begun.elapsed().as_secs(), 60, "the call waits for its hooks");
}

#[tokio::test]
async fn an_async_hook_of_a_dropped_call_ends_before_its_flow() {
    #[task]
    async fn hangs() {
        std::future::pending::<()>().await;
    }

    #[flow]
    async fn gives_up() {
        let call = hangs().named("given up").on_cancellation(|run, state| {
            let (run, state) = (run.clone(), state.name());
            async move {
                tokio::task::yield_now().await;
                see(&run, state.to_string());
            }
        });
        tokio::time::timeout(std::time::Duration::ZERO, call).await.expect_err("it hangs");
    }

    gives_up().await;
    assert_eq!(seen_by("given up"), ["Cancelled"]);
}

#[tokio::test]
async fn a_task_without_hooks_can_be_given_some_for_a_call() {
    #[task]
    async fn plain(hangs: bool) -> u32 {
        if hangs {
            std::future::pending::<()>().await;
        }
        7
    }

    let output = plain(false)
        .named("plain")
        .on_completion(|run, state| see(run, format!("{:?}", state.result())))
        .await;
    assert_eq!((output, seen_by("plain")), (7, vec!["Some(7)".to_owned()]));
    let cancelled = plain(true)
        .named("plain and dropped")
        .on_cancellation(|run, state| see(run, state.name().to_string()));
    tokio::time::timeout(std::time::Duration::ZERO, cancelled).await.expect_err("it hangs");
    assert_eq!(seen_by("plain and dropped"), ["Cancelled"]);
}
