//! What the key of a cached result is made of.

use autotune::prelude::*;
use autotune::run;

use StateName::{Cached, Completed};

/// The names of the states of two calls, one after the other.
macro_rules! twice {
    ($call:expr) => {
        [$call.state().await.name(), $call.state().await.name()]
    };
}

// CAC-02
#[tokio::test]
async fn a_result_of_one_flow_run_is_used_by_another() {
    #[task(cache_key = "the one key")]
    async fn constant(number: u32) -> u32 {
        number
    }

    #[flow]
    async fn asks(number: u32) -> State<u32> {
        constant(number).state().await
    }

    let (first, second) = (asks(1).await, asks(2).await);
    assert_eq!((first.name(), second.name()), (Completed, Cached));
    assert_eq!(second.into_result(), Some(1));
}

// CAC-04
#[tokio::test]
async fn a_key_may_be_made_from_the_run_in_which_the_call_is_made() {
    #[task(cache_key = run().and_then(|run| run.flow_run()).map(|flow| flow.id()))]
    async fn once_a_flow_run() -> u32 {
        1
    }

    #[flow]
    async fn asks_twice() -> [StateName; 2] {
        twice!(once_a_flow_run())
    }

    assert_eq!([asks_twice().await, asks_twice().await], [[Completed, Cached]; 2]);
}

// POL-01
#[tokio::test]
async fn inputs_are_told_apart_by_their_values_and_by_their_places() {
    #[task(cache_policy = INPUTS)]
    async fn of_inputs(x: Option<u32>, y: Option<u32>, z: &str) -> u32 {
        x.or(y).unwrap_or_default() + u32::try_from(z.len()).unwrap_or_default()
    }

    assert_eq!(twice!(of_inputs(Some(42), None, "")), [Completed, Cached]);
    assert_eq!(twice!(of_inputs(None, Some(42), "")), [Completed, Cached]);
    assert_eq!(twice!(of_inputs(None, None, "foo")), [Completed, Cached]);
}

#[tokio::test]
async fn a_task_without_inputs_has_one_result() {
    #[task(cache_policy = INPUTS)]
    async fn of_nothing() -> u32 {
        1
    }

    assert_eq!(twice!(of_nothing()), [Completed, Cached]);
}

// POL-03
#[tokio::test]
async fn an_input_can_be_left_out_of_a_key_that_has_no_inputs() {
    #[task(cache_policy = RUN_ID + TASK_SOURCE - "number")]
    async fn of_the_run(number: u32) -> u32 {
        number
    }

    #[flow]
    async fn asks_for_two_numbers() -> (u32, u32) {
        (of_the_run(1).await, of_the_run(2).await)
    }

    assert_eq!(asks_for_two_numbers().await, (1, 1));
}

// POL-04
#[tokio::test]
async fn no_cache_added_to_itself_is_no_cache() {
    #[task(cache_policy = NO_CACHE + NO_CACHE)]
    async fn never(number: u32) -> u32 {
        number
    }

    assert_eq!(twice!(never(1)), [Completed, Completed]);
}

// POL-05
#[tokio::test]
async fn no_cache_added_to_another_policy_is_that_policy() {
    #[task(cache_policy = NO_CACHE + INPUTS)]
    async fn before(number: u32) -> u32 {
        number
    }

    #[task(cache_policy = INPUTS + NO_CACHE)]
    async fn behind(number: u32) -> u32 {
        number
    }

    assert_eq!([twice!(before(1)), twice!(behind(1))], [[Completed, Cached]; 2]);
    assert_eq!([twice!(before(2)), twice!(behind(2))], [[Completed, Cached]; 2]);
}
