//! `wait_for`: a call that starts when others have completed, though it takes
//! nothing from them.
//!
//! ```text
//! cargo run -p autotune --example wait_for
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::time::Duration;

use autotune::prelude::*;
use tokio::time::sleep;

/// Write a table.
#[task]
async fn write_table(name: &'static str, milliseconds: u64) -> anyhow::Result<()> {
    sleep(Duration::from_millis(milliseconds)).await;
    anyhow::ensure!(milliseconds < 100, "the disk is full");
    println!("  {name} is written");
    Ok(())
}

/// Tell the others that the tables are there.
#[task]
async fn announce(what: &'static str) -> anyhow::Result<()> {
    println!("  {what}: announced");
    Ok(())
}

/// Publish the tables of a shop.
#[flow]
async fn publish(milliseconds_for_orders: u64) -> anyhow::Result<()> {
    let users = write_table("users", 20).submit();
    let orders = write_table("orders", milliseconds_for_orders).submit();
    let announced = announce("users and orders").wait_for((&users, &orders)).state().await;
    println!("  the announcement is {}", announced.name());
    if let Some(why) = announced.message() {
        println!("  ({why})");
    }
    users.await?;
    orders.await
}

#[tokio::main]
async fn main() {
    println!("Both tables are written:");
    println!("  the flow returned {:?}", publish(40).await);

    println!("One is not, so nothing is announced:");
    println!("  the flow returned {:?}", publish(100).await.map_err(|error| error.to_string()));
}
