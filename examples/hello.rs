//! A task and a flow: two plain functions with an attribute, called as before.
//!
//! ```text
//! cargo run -p autotune --example hello
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use autotune::prelude::*;

/// Write a greeting.
#[task]
async fn greet(name: &str) -> String {
    format!("Hello, {name}!")
}

/// Greet everybody.
#[flow]
async fn greet_all(names: &[&str]) -> usize {
    for name in names {
        println!("{}", greet(name).await);
    }
    names.len()
}

#[tokio::main]
async fn main() {
    let greeted = greet_all(&["Ada", "Grace", "Edsger"]).await;
    println!("{greeted} people greeted");
}
