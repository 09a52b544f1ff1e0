//! How runs end.

use autotune::prelude::*;

#[task]
async fn divide(dividend: u32, divisor: u32) -> Result<u32, String> {
    dividend.checked_div(divisor).ok_or_else(|| "division by zero".to_owned())
}

// RUN-05, X-RUN-01
#[tokio::test]
async fn the_state_of_a_call_holds_its_output_and_is_never_an_early_return() {
    let completed = divide(6, 3).state().await;
    assert_eq!(
        (completed.name(), completed.state_type()),
        (StateName::Completed, autotune::StateType::Completed)
    );
    assert_eq!(completed.result(), Some(&Ok(2)));
    assert_eq!(completed.message(), None);

    let failed = divide(6, 0).state().await;
    assert_eq!((failed.name(), failed.run_count()), (StateName::Failed, 1));
    assert_eq!(failed.message(), Some("division by zero"));
    assert_eq!(failed.into_result(), Some(Err("division by zero".to_owned())));
}

#[tokio::test]
async fn raw_is_the_undecorated_function() {
    assert_eq!(divide(6, 3).raw().await, Ok(2));
}

#[tokio::test]
async fn a_call_that_is_never_polled_does_nothing() {
    drop(divide(1, 1));
}

#[task]
async fn silent() -> Result<(), Opaque> {
    Err(Opaque)
}

struct Opaque;

#[tokio::test]
async fn an_error_that_cannot_be_shown_is_named_by_its_type() {
    let state = silent().state().await;
    assert!(state.message().is_some_and(|message| message.ends_with("Opaque")), "{:?}", state.message());
}

#[task]
async fn chained() -> anyhow::Result<()> {
    Err(anyhow::anyhow!("the disk is full").context("cannot write the report"))
}

#[tokio::test]
async fn a_message_shows_the_causes_too() {
    assert_eq!(chained().state().await.message(), Some("cannot write the report: the disk is full"));
}
