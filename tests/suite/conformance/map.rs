//! Prefect's `map`: an iterator of calls that are submitted.

use std::sync::Arc;

use autotune::prelude::*;

#[task]
async fn add(number: u32, other: u32) -> u32 {
    number + other
}

#[task]
async fn add_all(number: u32, others: Arc<[u32]>) -> u32 {
    number + others.iter().sum::<u32>()
}

#[task]
async fn fails_on_two(number: u32) -> Result<u32, String> {
    if number == 2 { Err("two is one too many".to_owned()) } else { Ok(number) }
}

#[task]
async fn numbers() -> Vec<u32> {
    vec![1, 2, 3]
}

// MAP-02
#[tokio::test]
async fn a_value_beside_a_list_is_the_same_for_every_call() {
    assert_eq!([1, 2, 3].into_iter().map(|number| add(number, 5)).submit_all().await, [6, 7, 8]);
}

// MAP-03
#[tokio::test]
async fn a_list_beside_a_list_may_be_the_same_for_every_call() {
    let others: Arc<[u32]> = [4, 5, 6, 7].into();
    let calls = [1, 2, 3].into_iter().map(|number| add_all(number, Arc::clone(&others)));
    assert_eq!(calls.submit_all().await, [23, 24, 25]);
}

// X-MAP-02
#[tokio::test]
async fn two_lists_of_one_length_are_taken_together() {
    let calls = [1, 2, 3].into_iter().zip([4, 5, 6]).map(|(number, other)| add(number, other));
    assert_eq!(calls.submit_all().await, [5, 7, 9]);
}

// MAP-06
#[tokio::test]
async fn the_list_that_a_submitted_call_gives_can_be_mapped() {
    #[flow]
    async fn maps_an_output() -> Vec<u32> {
        let numbers = numbers().submit();
        numbers.await.into_iter().map(|number| add(number, 1)).submit_all().await
    }

    assert_eq!(maps_an_output().await, [2, 3, 4]);
}

// MAP-10
#[tokio::test]
async fn a_failure_in_one_group_is_a_value_in_the_next() {
    #[task]
    async fn identity(outcome: Result<u32, String>) -> Result<u32, String> {
        outcome
    }

    #[task]
    async fn kept(outcome: Result<u32, String>) -> Option<Result<u32, String>> {
        Some(outcome)
    }

    let first = || [1, 2, 3].into_iter().map(fails_on_two).submit_all();
    let failed = Err("two is one too many".to_owned());
    let mut states = Vec::new();
    for future in first().await.into_iter().map(kept).submit_all() {
        states.push(future.state().await);
    }
    assert!(states.iter().all(State::is_completed));
    let values: Vec<_> = states.into_iter().filter_map(|state| state.into_result().flatten()).collect();
    assert_eq!(values, [Ok(1), failed.clone(), Ok(3)]);
    // What returns the error as its own has failed with it.
    let again = first().await.into_iter().map(identity).submit_all().await;
    assert_eq!(again, [Ok(1), failed, Ok(3)]);
}

// MAP-11
#[tokio::test]
async fn one_failure_is_given_to_every_call() {
    #[task]
    async fn pair(number: u32, outcome: Result<u32, String>) -> (u32, Option<String>) {
        (number, outcome.err())
    }

    let failed = fails_on_two(2).submit().await;
    let pairs = [1, 2, 3].into_iter().map(|number| pair(number, failed.clone())).submit_all().await;
    let error = Some("two is one too many".to_owned());
    assert_eq!(pairs, [(1, error.clone()), (2, error.clone()), (3, error)]);
}
