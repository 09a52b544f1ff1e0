//! Attempts, and what is seen of them. Time is virtual.

use std::sync::Mutex;
use std::time::Duration;

use autotune::prelude::*;
use tokio::time::Instant;

use StateName::{AwaitingRetry, Failed, Retrying, Running};

use crate::harness;

/// The attempts of a task: their numbers, and when they began.
#[derive(Debug, Default)]
struct Attempts(Mutex<Vec<(u32, Instant)>>);

impl Attempts {
    fn add(&self) {
        let number = autotune::run().expect("inside a run").run_count();
        self.0.lock().expect("no test panics while it holds the lock").push((number, Instant::now()));
    }

    fn numbers(&self) -> Vec<u32> {
        let attempts = self.0.lock().expect("no test panics while it holds the lock");
        attempts.iter().map(|(number, _)| *number).collect()
    }

    /// The whole seconds between one attempt and the next.
    fn delays(&self) -> Vec<u64> {
        let attempts = self.0.lock().expect("no test panics while it holds the lock");
        attempts.windows(2).map(|pair| (pair[1].1 - pair[0].1).as_secs()).collect()
    }
}

#[task(retries = 3)]
async fn at_once(attempts: &Attempts) -> Result<(), String> {
    attempts.add();
    Err("no data".to_owned())
}

#[flow]
async fn fails_in_the_end(delay: Duration, attempts: &Attempts) {
    let state = at_once(attempts).retry_delay(delay).state().await;
    assert_eq!((state.name(), state.run_count()), (Failed, 4));
}

// RTY-01
#[tokio::test(start_paused = true)]
async fn three_retries_are_four_attempts_each_of_which_is_seen() {
    harness::record();
    let attempts = Attempts::default();
    fails_in_the_end(Duration::ZERO, &attempts).named("retried at once").await;
    assert_eq!(attempts.numbers().len(), 4);
    let history = harness::history("retried at once").await;
    assert_eq!(history.of("at_once"), [Running, Retrying, Retrying, Retrying, Failed]);
}

// RTY-03
#[tokio::test(start_paused = true)]
async fn a_run_awaits_each_retry_for_as_long_as_its_delay() {
    harness::record();
    let attempts = Attempts::default();
    fails_in_the_end(Duration::from_mins(1), &attempts).named("retried later").await;
    assert_eq!(attempts.delays(), [60, 60, 60]);
    let history = harness::history("retried later").await;
    let expected =
        [Running, AwaitingRetry, Retrying, AwaitingRetry, Retrying, AwaitingRetry, Retrying, Failed];
    assert_eq!(history.of("at_once"), expected);
}

// RTY-06
#[tokio::test(start_paused = true)]
async fn each_attempt_knows_its_number_and_begins_later_than_the_last() {
    let attempts = Attempts::default();
    fails_in_the_end(Duration::from_secs(1), &attempts).await;
    assert_eq!(attempts.numbers(), [1, 2, 3, 4]);
    assert_eq!(attempts.delays(), [1, 1, 1]);
}

static ASKED_ABOUT: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn asks(error: &String) -> bool {
    ASKED_ABOUT.lock().expect("no test panics while it holds the lock").push(error.clone());
    error != "attempt 3"
}

#[task(retries = 5, retry_condition = asks)]
async fn numbered() -> Result<(), String> {
    Err(format!("attempt {}", autotune::run().expect("inside a run").run_count()))
}

// RTY-07
#[tokio::test]
async fn the_condition_is_asked_once_about_the_error_of_each_failed_attempt() {
    assert_eq!(numbered().await, Err("attempt 3".to_owned()));
    let asked = ASKED_ABOUT.lock().expect("no test panics while it holds the lock");
    assert_eq!(*asked, ["attempt 1", "attempt 2", "attempt 3"]);
}
