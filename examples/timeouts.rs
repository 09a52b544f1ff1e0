//! Timeouts: of each attempt of a task, of one call, and of a whole flow.
//!
//! ```text
//! cargo run -p autotune --example timeouts
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::time::Duration;

use autotune::prelude::*;
use tokio::time::{Instant, sleep};

/// What can go wrong; `Interrupted` is what the framework has to say.
#[derive(Debug, thiserror::Error)]
enum AskError {
    #[error("nobody is there")]
    Away,
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

/// Ask somebody who takes a while to think. Each attempt has 100 ms.
#[task(timeout = "100ms", retries = 1, retry_delay = "50ms")]
async fn ask(thinks_for: Duration) -> Result<u32, AskError> {
    if thinks_for.is_zero() {
        return Err(AskError::Away);
    }
    sleep(thinks_for).await;
    Ok(42)
}

/// Ask one after the other. All together have 250 ms.
#[flow(timeout = "250ms")]
async fn ask_around(people: u32) -> anyhow::Result<u32> {
    let mut sum = 0;
    for person in 1..=people {
        sum += ask(Duration::from_millis(80)).await?;
        println!("  person {person} has answered");
    }
    Ok(sum)
}

#[tokio::main]
async fn main() {
    println!("In time, with an answer and without:");
    println!("  {:?}", ask(Duration::from_millis(20)).await);
    println!("  {:?}", ask(Duration::ZERO).await);

    println!("Too slow, twice:");
    let start = Instant::now();
    match ask(Duration::from_mins(1)).await {
        Err(AskError::Interrupted(Interrupted::TimedOut(why))) => println!("  {why}"),
        other => println!("  {other:?}"),
    }
    println!("  gave up after {} ms", start.elapsed().as_millis());

    println!("With more time for this call:");
    println!("  {:?}", ask(Duration::from_millis(150)).timeout(Duration::from_secs(1)).await);

    println!("A flow that is out of time stops where it is:");
    let state = ask_around(10).state().await;
    println!("  {}: {}", state.name(), state.message().unwrap_or_default());
}
