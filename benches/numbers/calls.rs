//! What a call costs.

use std::convert::Infallible;
use std::hint::black_box;
use std::time::Duration;

use autotune::prelude::*;
use moka::sync::Cache;

use crate::allocations;
use crate::ratio::{Pairs, Row, per_unit};

const CALLS: u32 = 1_000;
const FAN_OUT: u32 = 10_000;
const ROUNDS: usize = 1_000;

type Output = Result<u64, Infallible>;

#[inline(never)]
#[expect(clippy::unused_async, reason = "the floor is the same function without the attribute")]
async fn plain(url: &str, days: u64) -> Output {
    Ok(black_box(url.len() as u64 + days))
}

#[task]
async fn as_task(url: &str, days: u64) -> Output {
    Ok(black_box(url.len() as u64 + days))
}

#[task(cache_key = "{url}_{days}", cache_expiration = "1h")]
async fn cached(url: &str, days: u64) -> Output {
    Ok(black_box(url.len() as u64 + days))
}

#[task]
async fn yielding(number: u64) -> u64 {
    tokio::task::yield_now().await;
    number
}

async fn yielding_plain(number: u64) -> u64 {
    tokio::task::yield_now().await;
    number
}

async fn plain_calls() {
    for day in 0..u64::from(CALLS) {
        let _ = black_box(plain(black_box("http://x"), day).await);
    }
}

async fn task_calls() {
    for day in 0..u64::from(CALLS) {
        let _ = black_box(as_task(black_box("http://x"), day).await);
    }
}

async fn cache_hits() {
    for day in 0..u64::from(CALLS) {
        let _ = black_box(cached(black_box("http://x"), day % 16).await);
    }
}

async fn task_against_function() -> Pairs {
    Pairs::measure(ROUNDS, || per_unit(CALLS, task_calls), || per_unit(CALLS, plain_calls)).await
}

/// The rows that are measured before anything is recorded.
#[flow]
pub(crate) async fn unrecorded(print: &mut dyn FnMut(Row)) {
    let pairs = task_against_function().await;
    let allocations = allocations::per_call(CALLS, task_calls).await;
    let row = Row::at_most("`#[task]` call in a flow, nobody listening", "a plain `async fn`", &pairs, 6.0);
    print(row.with_allocations(allocations));

    print(cache_hit().await);
    print(submit().await);
    print(fan_out().await);
}

/// The row that is measured while history is recorded.
#[flow]
pub(crate) async fn recorded(print: &mut dyn FnMut(Row)) {
    let pairs = task_against_function().await;
    let allocations = allocations::per_call(CALLS, task_calls).await;
    let row = Row::at_most("the same, history recorded", "a plain `async fn`", &pairs, 13.0);
    print(row.with_allocations(allocations));
}

async fn cache_hit() -> Row {
    cache_hits().await;
    let floor: Cache<String, u64> =
        Cache::builder().max_capacity(100_000).time_to_live(Duration::from_hours(1)).build();
    let keys: Vec<String> = (0..16).map(|day| format!("http://x_{day}")).collect();
    for key in &keys {
        floor.insert(key.clone(), 1);
    }
    let gets = || async {
        for key in keys.iter().cycle().take(CALLS as usize) {
            black_box(floor.get(black_box(key)));
        }
    };
    let pairs = Pairs::measure(ROUNDS, || per_unit(CALLS, cache_hits), || per_unit(CALLS, gets)).await;
    Row::at_most("cache hit", "`moka::sync::Cache::get` with a time to live", &pairs, 2.0)
}

async fn submit() -> Row {
    let ours = || async {
        for number in 0..u64::from(CALLS) {
            let _ = black_box(as_task("http://x", number).submit().await);
        }
    };
    let theirs = || async {
        for number in 0..u64::from(CALLS) {
            let _ = black_box(tokio::spawn(plain("http://x", number)).await);
        }
    };
    let pairs = Pairs::measure(ROUNDS / 5, || per_unit(CALLS, ours), || per_unit(CALLS, theirs)).await;
    Row::at_most("`.submit().await`", "`tokio::spawn` and join", &pairs, 1.5)
}

async fn fan_out() -> Row {
    let ours = || async { black_box((0..u64::from(FAN_OUT)).map(yielding).submit_all().await) };
    let theirs = || async {
        let spawned: Vec<_> =
            (0..u64::from(FAN_OUT)).map(|number| tokio::spawn(yielding_plain(number))).collect();
        for handle in spawned {
            let _ = black_box(handle.await);
        }
    };
    let pairs = Pairs::measure(ROUNDS / 20, || per_unit(FAN_OUT, ours), || per_unit(FAN_OUT, theirs)).await;
    Row::at_most("10 000 calls by `.submit_all()`", "10 000 `tokio::spawn` and join", &pairs, 2.0)
}
