//! Retries: which errors are tried again, how often, and how long after.
//!
//! ```text
//! cargo run -p autotune --example retries
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use autotune::prelude::*;
use tokio::time::Instant;

#[derive(Debug, thiserror::Error)]
#[error("the server answered {0}")]
struct HttpError(u16);

impl HttpError {
    fn is_transient(&self) -> bool {
        self.0 >= 500
    }
}

/// Gives these answers, and then 200 for ever.
struct Server {
    answers: &'static [u16],
    requests: AtomicUsize,
    since: Instant,
}

/// Load a page; a server that is busy gets some time.
#[task(
    retries = 3,
    retry_delay = exponential("100ms", max = "1s"),
    retry_condition = HttpError::is_transient,
)]
async fn load(server: &Server, page: &str) -> Result<String, HttpError> {
    let request = server.requests.fetch_add(1, Ordering::Relaxed);
    let answer = server.answers.get(request).copied().unwrap_or(200);
    println!("  {:>4} ms: {page} -> {answer}", server.since.elapsed().as_millis());
    if answer == 200 { Ok(format!("the text of {page}")) } else { Err(HttpError(answer)) }
}

fn server(answers: &'static [u16]) -> Server {
    Server { answers, requests: AtomicUsize::new(0), since: Instant::now() }
}

#[tokio::main]
async fn main() {
    println!("Busy twice:");
    println!("  {:?}", load(&server(&[503, 502]), "/news").await);

    println!("Busy for longer than three retries:");
    println!("  {:?}", load(&server(&[503; 10]), "/news").await);

    println!("An error that is not worth a retry:");
    println!("  {:?}", load(&server(&[404]), "/new").await);

    println!("Another number of retries, and another delay, for one call:");
    let delay = Duration::from_millis(10);
    println!("  {:?}", load(&server(&[503; 10]), "/news").retries(1).retry_delay(delay).await);
}
