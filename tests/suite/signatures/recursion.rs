//! Functions that call themselves.

use super::*;

#[task]
async fn task(number: u64) -> u64 {
    if number == 0 { 1 } else { number * Box::pin(task(number - 1)).await }
}

#[flow]
async fn flow(number: u64) -> u64 {
    if number == 0 { 1 } else { number * Box::pin(flow(number - 1)).await }
}

#[tokio::test]
async fn through_a_box() {
    assert_eq!(task(5).await + flow(5).await, 240);
}
