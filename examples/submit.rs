//! Concurrency: `.submit()`, `.submit_all()`, and calls as plain futures.
//!
//! ```text
//! cargo run -p autotune --example submit
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::time::Duration;

use autotune::prelude::*;
use tokio::time::{Instant, sleep};

/// Fetch a page; each takes 100 ms.
#[task]
async fn fetch(page: u32) -> usize {
    sleep(Duration::from_millis(100)).await;
    100 * page as usize
}

/// Write something down; nobody waits for it but the flow.
#[task]
async fn archive(pages: usize) {
    sleep(Duration::from_millis(100)).await;
    println!("  {pages} pages archived");
}

/// Fetch pages in several ways.
#[flow]
async fn fetch_all() -> usize {
    let start = Instant::now();
    let took = |what: &str| println!("  {:>3} ms: {what}", start.elapsed().as_millis());

    let first = fetch(1).await;
    took("one call, awaited");

    // A submitted call starts at once and runs beside what follows.
    let second = fetch(2).submit();
    let third = fetch(3).submit();
    let (second, third) = (second.await, third.await);
    took("two more, submitted");

    // Prefect's `.map`: the outputs come in the order of the calls.
    let many: Vec<usize> = (4..50).map(fetch).submit_all().await;
    took("46 more, with submit_all");

    // A call is a future, so everything that takes futures takes calls.
    let (last, _) = tokio::join!(fetch(50), fetch(51));
    took("two more, joined");

    // Dropping the future does not cancel the run.
    drop(archive(many.len()).submit());
    first + second + third + many.iter().sum::<usize>() + last
}

#[tokio::main]
async fn main() {
    let bytes = fetch_all().await;
    println!("  the flow has ended, and so has all that it submitted: {bytes} bytes");
}
