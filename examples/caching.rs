//! Caching: a result is kept under its key, and concurrent calls share one run.
//!
//! ```text
//! cargo run -p autotune --example caching
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::time::Duration;

use autotune::prelude::*;
use tokio::time::sleep;

/// Ask the weather service, which is slow.
#[task(cache_key = "{city}_{day}", cache_expiration = "200ms")]
async fn forecast(city: &'static str, day: u32) -> anyhow::Result<String> {
    println!("  (asking about {city}, day {day})");
    sleep(Duration::from_millis(50)).await;
    anyhow::ensure!(city != "Atlantis", "{city} is not on the map");
    Ok(format!("{city}, day {day}: {} degrees", 10 + day))
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    println!("The second call finds the result of the first:");
    println!("  {}", forecast("Oslo", 1).await?);
    println!("  {}", forecast("Oslo", 1).await?);
    println!("  {}", forecast("Oslo", 1).state().await.name());

    println!("Four calls at once, and the service is asked once:");
    let calls = (0..4).map(|_| forecast("Rome", 2)).submit_all();
    for answer in calls.await {
        println!("  {}", answer?);
    }

    println!("An error is not kept:");
    for _ in 0..2 {
        println!("  {}", forecast("Atlantis", 1).state().await.name());
    }

    println!("A call may want a new result:");
    println!("  {}", forecast("Oslo", 1).refresh_cache().await?);

    println!("After 200 ms the result is not valid any more:");
    sleep(Duration::from_millis(250)).await;
    println!("  {}", forecast("Oslo", 1).await?);
    Ok(())
}
