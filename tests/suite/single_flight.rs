//! Concurrent calls of one key run the body once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use autotune::prelude::*;
use tokio::sync::Semaphore;
use tokio::task::yield_now;

#[derive(Clone, Default)]
struct Gate {
    runs: Arc<AtomicU32>,
    open: Arc<Gated>,
}

struct Gated(Semaphore);

impl Default for Gated {
    fn default() -> Self {
        Gated(Semaphore::new(0))
    }
}

#[task(cache_key = "{key}")]
async fn gated(key: &'static str, gate: Gate) -> Result<u32, String> {
    let run = gate.runs.fetch_add(1, Ordering::SeqCst);
    gate.open.0.acquire().await.map_err(|error| error.to_string())?.forget();
    match key {
        "fails first" if run == 0 => Err("the first run fails".to_owned()),
        "panics first" if run == 0 => panic!("the first run panics"),
        _ => Ok(run),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_concurrent_calls_run_the_body_once() {
    let gate = Gate::default();
    let calls = (0..1000).map(|_| gated("thousand", gate.clone())).submit_all();
    yield_now().await;
    // Enough for all of them, so that a second run would be counted and not wait for ever.
    gate.open.0.add_permits(1000);
    let outputs = calls.await;
    assert_eq!(outputs, vec![Ok(0); 1000]);
    assert_eq!(gate.runs.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn those_that_waited_are_cached() {
    let gate = Gate::default();
    gate.open.0.add_permits(1);
    let (first, second) =
        tokio::join!(gated("waited", gate.clone()).state(), gated("waited", gate.clone()).state());
    assert_eq!((first.name(), second.name()), (StateName::Completed, StateName::Cached));
}

#[tokio::test]
async fn where_the_first_fails_the_next_takes_its_place() {
    let gate = Gate::default();
    gate.open.0.add_permits(2);
    let (first, second, third) = tokio::join!(
        gated("fails first", gate.clone()),
        gated("fails first", gate.clone()),
        gated("fails first", gate.clone())
    );
    assert_eq!((first, second, third), (Err("the first run fails".to_owned()), Ok(1), Ok(1)));
    assert_eq!(gate.runs.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn where_the_first_panics_the_next_takes_its_place() {
    let gate = Gate::default();
    gate.open.0.add_permits(2);
    let (first, second) =
        tokio::join!(gated("panics first", gate.clone()).state(), gated("panics first", gate.clone()));
    assert_eq!((first.name(), second), (StateName::Crashed, Ok(1)));
}

#[tokio::test]
async fn where_the_first_is_dropped_the_next_takes_its_place() {
    let gate = Gate::default();
    let first = gated("dropped", gate.clone()).submit();
    yield_now().await;
    let second = gated("dropped", gate.clone()).submit();
    yield_now().await;
    assert_eq!(gate.runs.load(Ordering::SeqCst), 1);
    first.cancel();
    gate.open.0.add_permits(1);
    assert_eq!(second.await, Ok(1));
}
