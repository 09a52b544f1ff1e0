//! Flows: what they return, and how they call each other.

use autotune::prelude::*;

#[task]
async fn add(a: u32, b: u32) -> u32 {
    a + b
}

#[flow]
async fn sums(numbers: &[u32]) -> u32 {
    let mut sum = 0;
    for &number in numbers {
        sum = add(sum, number).await;
    }
    sum
}

#[flow]
async fn sums_of_sums(groups: Vec<Vec<u32>>) -> u32 {
    let mut sum = 0;
    for group in &groups {
        sum += sums(group).await;
    }
    sum
}

// RUN-01
#[tokio::test]
async fn a_flow_returns_exactly_what_its_function_returns() {
    assert_eq!(sums(&[1, 2, 3]).await, 6);
    assert_eq!(sums_of_sums(vec![vec![1, 2], vec![3]]).await, 6);
}

#[task]
async fn fails() -> Result<(), String> {
    Err("it failed".to_owned())
}

#[flow]
async fn ignores_failures() -> &'static str {
    let _ = fails().await;
    drop(fails().submit());
    "fine"
}

// FUT-03
#[tokio::test]
async fn failures_that_a_flow_handles_do_not_make_it_fail() {
    let state = ignores_failures().state().await;
    assert_eq!((state.name(), state.into_result()), (StateName::Completed, Some("fine")));
}

#[flow]
async fn passes_on() -> Result<(), String> {
    fails().await
}

// RUN-02
#[tokio::test]
async fn an_error_that_a_flow_returns_makes_it_fail() {
    assert_eq!(passes_on().state().await.name(), StateName::Failed);
}

#[tokio::test]
async fn a_flow_can_be_submitted() {
    let future = sums_of_sums(vec![vec![1], vec![2]]).submit();
    assert_eq!(future.await, 3);
}

#[flow]
async fn not_send(count: u32) -> u32 {
    let shared = std::rc::Rc::new(count);
    tokio::task::yield_now().await;
    *shared
}

#[tokio::test]
async fn a_flow_need_not_be_send_even_to_be_started_by_name() {
    assert_eq!(not_send(3).await, 3);
    let run = autotune::Registry::discovered().start("not_send", serde_json::json!({ "count": 4 }));
    assert_eq!(run.expect("the parameters are right").await.json, Some(4.into()));
}
