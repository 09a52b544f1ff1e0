//! Limits by name, as the code of runs uses them. Time is virtual.

use std::time::Duration;

use autotune::limits::{self, LimitError, concurrency, rate_limit};
use autotune::prelude::*;
use tokio::task::yield_now;
use tokio::time::timeout;
use tracing_subscriber::prelude::*;

use crate::{harness, logging::Captured};

// CON-02
#[tokio::test]
async fn a_limit_that_must_be_there_and_is_not_fails_the_flow() {
    #[flow]
    async fn strictly_limited() -> Result<(), LimitError> {
        let _slot = concurrency(["never set"]).strict().acquire().await?;
        unreachable!("there is no such limit")
    }

    let state = strictly_limited().state().await;
    assert_eq!(state.name(), StateName::Failed);
    assert_eq!(state.into_result(), Some(Err(LimitError::Unknown { name: "never set".to_owned() })));
}

// CON-03
#[tokio::test]
async fn a_limit_that_is_not_there_is_missed_in_the_log_only() {
    let captured = Captured::default();
    let _guard = harness::listen(tracing_subscriber::registry().with(captured.clone()));
    drop(concurrency(["nobody set it"]).acquire().await.expect("nothing is limited"));
    let text = captured.text();
    let expected = "WARN in None message=there is no limit `nobody set it`; nothing is limited";
    assert_eq!(text.matches(expected).count(), 1, "{text}");
}

// CON-07
#[tokio::test(start_paused = true)]
async fn a_slot_that_comes_free_for_one_that_has_gone_is_the_next_ones() {
    limits::set("granted too late", 1);
    let acquire = || concurrency(["granted too late"]).acquire();
    let held = acquire().await.expect("free");
    let mut gone = Box::pin(acquire());
    timeout(Duration::ZERO, &mut gone).await.expect_err("it has to wait");
    let next = tokio::spawn(acquire());
    yield_now().await;
    // It is the turn of the first, which does not come any more, and nobody else takes it before that is known.
    drop(held);
    yield_now().await;
    assert!(!next.is_finished());
    drop(gone);
    let next = timeout(Duration::from_secs(1), next).await.expect("it is its turn");
    drop(next.expect("it was not cancelled").expect("the limit is known"));
}

// X-CON-02
#[tokio::test]
async fn no_names_are_no_limits() {
    let captured = Captured::default();
    let _guard = harness::listen(tracing_subscriber::registry().with(captured.clone()));
    drop(concurrency([]).strict().acquire().await.expect("nothing is limited"));
    drop(rate_limit([]).acquire().await.expect("nothing is limited"));
    assert_eq!(captured.text(), "");
}
