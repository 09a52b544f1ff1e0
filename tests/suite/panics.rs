//! Bodies that panic.

use autotune::NoResult;
use autotune::prelude::*;

use crate::harness;

#[task(retries = 3)]
async fn panics(what: &str) -> Result<u32, String> {
    panic!("no {what}")
}

// CRA-01
#[tokio::test]
async fn a_panic_is_a_crash_that_is_not_retried_and_goes_on_unwinding() {
    let state = panics("bread").state().await;
    assert_eq!((state.name(), state.run_count()), (StateName::Crashed, 1));
    assert_eq!(state.message(), Some("no bread"));
    assert_eq!(state.try_result(), Err(NoResult::Crashed("no bread".to_owned())));
    let waiting = tokio::spawn(panics("bread")).await.expect_err("it panicked");
    assert_eq!(waiting.into_panic().downcast_ref(), Some(&"no bread".to_owned()));
}

#[tokio::test]
async fn awaiting_a_submitted_call_goes_on_unwinding() {
    let waiting = tokio::spawn(panics("bread").submit()).await.expect_err("it panicked");
    assert_eq!(waiting.into_panic().downcast_ref(), Some(&"no bread".to_owned()));
}

#[flow]
async fn crashes() -> Result<u32, String> {
    panics("wine").await
}

#[tokio::test]
async fn both_the_task_and_its_flow_are_recorded_as_crashed() {
    harness::record();
    let state = crashes().named("crashes").state().await;
    assert!(state.is_crashed());
    let history = harness::history("crashes").await;
    assert_eq!(history.lines(), ["panics Crashed", "crashes Crashed"]);
    assert!(history.states.iter().all(|seen| seen.message.as_deref() == Some("no wine")));
}
