//! Attributes beside ours.

use super::*;

/// Documentation.
#[task]
#[deprecated(note = "old")]
#[must_use]
#[allow(dead_code)]
pub(crate) async fn kept(number: u32) -> u32 {
    #![allow(unused_variables)]
    let unused = 1;
    number
}

#[task]
#[cfg(any())]
async fn switched_off(gone: Missing) -> u32 {
    gone
}

#[cfg(any())]
#[flow]
async fn flow_switched_off(gone: Missing) -> u32 {
    gone
}

#[task(retries = 1)]
#[tracing::instrument(skip_all)]
async fn instrumented(number: u32) -> Result<u32, String> {
    Ok(number)
}

#[flow]
#[tracing::instrument(skip_all)]
async fn instrumented_flow(number: u32) -> u32 {
    number
}

#[tokio::test]
async fn they_are_kept_or_go_first() {
    #[allow(deprecated)]
    let kept = kept(1).await;
    assert_eq!(kept, 1);
    assert_eq!(instrumented(1).await, Ok(1));
    assert_eq!(instrumented_flow(1).await, 1);
}
