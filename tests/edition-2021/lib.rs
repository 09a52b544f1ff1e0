//! What the attributes write must not warn, whatever a crate asks to be warned
//! of, in edition 2021 as in 2024.

#![forbid(unsafe_code)]
#![deny(
    missing_debug_implementations,
    missing_docs,
    unreachable_pub,
    unused,
    unused_qualifications,
    rust_2018_idioms,
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::unwrap_used
)]

#[cfg(test)]
#[path = "../suite/signatures.rs"]
mod signatures;

use autotune::{flow, task};
use std::time::Duration;

/// Has no options.
#[task]
pub async fn plain(number: u32) -> u32 {
    number + 1
}

/// Has all options.
#[task(
    name = "load",
    retries = 3,
    retry_delay = ["1s", "1m"],
    retry_jitter_factor = 0.5,
    retry_condition = |error| !error.is::<std::fmt::Error>(),
    timeout = Duration::from_secs(5),
    cache_key = (url, days),
    cache_expiration = "1h",
    task_run_name = "load-{url}",
    tags = ["io"]
)]
pub async fn load(url: &str, #[secret] token: &str, mut days: u32) -> anyhow::Result<usize> {
    use std::mem::size_of_val;

    days += 1;
    Ok(plain(days).await as usize + url.len() + size_of_val(token))
}

/// Ignores a parameter.
#[task(cache_expiration = "1h")]
pub async fn ignoring(_unused: u32, (first, _): (u32, u32)) -> u32 {
    first
}

/// Is used for its output.
#[must_use]
#[task(boxed)]
pub async fn boxed(depth: u32) -> u32 {
    if depth == 0 {
        return 0;
    }
    boxed(depth - 1).await
}

/// Runs on a thread.
#[task(blocking)]
pub fn threaded(numbers: Vec<u32>) -> u32 {
    numbers.into_iter().sum()
}

/// Says nothing.
#[task]
pub async fn silent(numbers: &mut Vec<u32>) {
    numbers.push(plain(1).await);
}

/// Starts by name.
#[flow(name = "nightly", params = Nightly, timeout = "1h", flow_run_name = "nightly-{days}")]
pub async fn nightly(
    url: &str,
    #[garde(range(min = 1, max = 30))] days: u32,
    #[secret] token: String,
    quiet: bool,
    verbose: bool,
    forced: bool,
    _unused: Option<u32>,
) -> anyhow::Result<usize> {
    if quiet || verbose || forced {
        return Ok(0);
    }
    load(url, &token, days).await
}

/// Has no name for its parameters.
#[deprecated(note = "to see that its companions do not warn")]
#[flow]
pub async fn hourly(names: &[String]) -> usize {
    silent(&mut Vec::new()).await;
    names.len()
}

/// Has tasks and flows.
#[derive(Debug)]
pub struct Store {
    rows: u32,
}

impl Store {
    /// Reads.
    #[task(retries = 1, retry_delay = "1s")]
    pub async fn read(&self, row: u32) -> anyhow::Result<u32> {
        Ok(plain(self.rows + row).await)
    }

    /// Makes one.
    #[flow(assoc)]
    pub async fn make(rows: u32) -> u32 {
        plain(rows).await
    }
}
