//! States: how a call ended, as a value. An error or a panic is a part of it.
//!
//! ```text
//! cargo run -p autotune --example states
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use autotune::prelude::*;

/// Divide, in several moods.
#[task(timeout = "50ms", cache_key = "{dividend}/{divisor}")]
async fn divide(dividend: u32, divisor: u32) -> anyhow::Result<u32> {
    match divisor {
        0 => anyhow::bail!("division by zero"),
        7 => std::future::pending().await,
        13 => panic!("thirteen brings bad luck"),
        _ => Ok(dividend / divisor),
    }
}

/// Divide by everything, whatever comes of it.
#[flow]
async fn divide_by_all(divisors: &[u32]) -> u32 {
    let mut completed = 0;
    for &divisor in divisors {
        let state = divide(60, divisor).state().await;
        println!(
            "60 / {divisor:<2} -> {:<9} of type {:<9} {}",
            state.name().as_str(),
            format!("{:?}", state.state_type()),
            state.message().unwrap_or_default()
        );
        if let Some(Ok(_)) = state.into_result() {
            completed += 1;
        }
    }
    completed
}

#[tokio::main]
async fn main() {
    // The state has the message of the panic, so it need not be printed as well.
    std::panic::set_hook(Box::new(|_| {}));
    let completed = divide_by_all(&[5, 5, 0, 7, 13]).await;
    println!("{completed} of them have a result");
}
