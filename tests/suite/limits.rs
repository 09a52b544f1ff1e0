//! Limits by name. Time is virtual.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use autotune::limits::{self, LimitError, concurrency, rate_limit};
use autotune::prelude::*;
use tokio::time::{Instant, sleep, timeout};

#[derive(Clone, Default)]
struct Crowd {
    inside: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Crowd {
    async fn stay(&self) {
        let inside = self.inside.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(inside, Ordering::SeqCst);
        sleep(Duration::from_secs(1)).await;
        self.inside.fetch_sub(1, Ordering::SeqCst);
    }
}

#[task]
async fn visits(name: &'static str, crowd: Crowd) -> Result<(), LimitError> {
    let _slot = concurrency([name]).acquire().await?;
    crowd.stay().await;
    Ok(())
}

// CON-01
#[tokio::test(start_paused = true)]
async fn no_more_than_its_slots_go_on_at_a_time() {
    limits::set("two at a time", 2);
    let (crowd, start) = (Crowd::default(), Instant::now());
    let calls = (0..6).map(|_| visits("two at a time", crowd.clone())).submit_all();
    calls.results().await.expect("the limit is known");
    assert_eq!(crowd.most.load(Ordering::SeqCst), 2);
    assert_eq!(start.elapsed().as_secs(), 3);
}

#[tokio::test(start_paused = true)]
async fn slots_of_several_limits_are_taken_together() {
    limits::set("left", 1);
    limits::set("right", 1);
    let left = concurrency(["left"]).acquire().await.expect("free");
    let both = tokio::spawn(concurrency(["left", "right"]).acquire());
    tokio::task::yield_now().await;
    // The one that waits for both holds neither, but it came first.
    let right = concurrency(["right"]).acquire();
    assert!(timeout(Duration::from_secs(1), right).await.is_err());
    drop(left);
    let both = both.await.expect("not cancelled").expect("free by now");
    assert!(timeout(Duration::from_secs(1), concurrency(["right"]).acquire()).await.is_err());
    drop(both);
    assert!(timeout(Duration::from_secs(1), concurrency(["right"]).acquire()).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn those_that_wait_are_served_in_the_order_in_which_they_came() {
    limits::set("in order", 1);
    let first = concurrency(["in order"]).acquire().await.expect("free");
    let order = Arc::new(std::sync::Mutex::new(Vec::new()));
    let waiting: Vec<_> = (0..5)
        .map(|number| {
            let order = Arc::clone(&order);
            tokio::spawn(async move {
                let _slot = concurrency(["in order"]).acquire().await.expect("known");
                order.lock().expect("no test panics while it holds the lock").push(number);
                tokio::task::yield_now().await;
            })
        })
        .collect();
    tokio::task::yield_now().await;
    drop(first);
    for waiting in waiting {
        waiting.await.expect("not cancelled");
    }
    assert_eq!(*order.lock().expect("no test panics while it holds the lock"), [0, 1, 2, 3, 4]);
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_waiting_holds_nobody_up() {
    limits::set("given up", 1);
    let first = concurrency(["given up"]).acquire().await.expect("free");
    let second = concurrency(["given up"]).acquire();
    assert!(timeout(Duration::from_secs(1), second).await.is_err());
    drop(first);
    assert!(timeout(Duration::from_secs(1), concurrency(["given up"]).acquire()).await.is_ok());
}

// CON-05
#[tokio::test(start_paused = true)]
async fn the_slots_of_a_rate_limit_come_back_with_time() {
    limits::set_rate("often", 2, 1.0);
    let start = Instant::now();
    for _ in 0..5 {
        drop(rate_limit(["often"]).acquire().await.expect("known"));
    }
    let elapsed = start.elapsed().as_secs_f64();
    assert!((3.0..3.1).contains(&elapsed), "two at once, then one a second: {elapsed}");
}

#[tokio::test(start_paused = true)]
async fn a_name_without_a_limit_limits_nothing_unless_it_must() {
    drop(concurrency(["nothing"]).acquire().await.expect("nothing is limited"));
    let error = concurrency(["nothing"]).strict().acquire().await.expect_err("there is none");
    assert_eq!(error.to_string(), "there is no limit `nothing`; set it with `limits::set(\"nothing\", 2)`");
    let slot = concurrency(["nothing"]).acquire().await.expect("nothing is limited");
    drop(slot);
}

#[tokio::test(start_paused = true)]
async fn more_slots_than_there_are_is_an_error_and_not_a_long_wait() {
    limits::set("three", 3);
    let error = concurrency(["three"]).occupy(4).acquire().await.expect_err("too many");
    assert_eq!(
        error.to_string(),
        "limit `three` has 3 slots, and 4 were asked for: they would never be free"
    );
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_is_raised_or_removed_lets_those_that_wait_go_on() {
    limits::set("raised", 1);
    let _first = concurrency(["raised"]).acquire().await.expect("free");
    let second = tokio::spawn(concurrency(["raised"]).acquire());
    tokio::task::yield_now().await;
    limits::set("raised", 2);
    let _second = second.await.expect("not cancelled").expect("there is room now");
    let third = tokio::spawn(concurrency(["raised"]).acquire());
    tokio::task::yield_now().await;
    limits::remove("raised");
    assert!(third.await.expect("not cancelled").is_ok());
}

#[tokio::test(start_paused = true)]
async fn who_came_before_there_was_a_limit_gives_no_slot_back() {
    let before = concurrency(["set later"]).acquire().await.expect("nothing is limited");
    limits::set("set later", 1);
    let _only = concurrency(["set later"]).acquire().await.expect("free");
    drop(before);
    assert!(timeout(Duration::from_secs(1), concurrency(["set later"]).acquire()).await.is_err());
}

// CON-04 X-CON-01
#[tokio::test(start_paused = true)]
async fn who_waits_for_slots_may_set_a_time_for_it() {
    limits::set("never free", 1);
    let held = concurrency(["never free"]).acquire().await.expect("free");
    let start = Instant::now();
    let error = concurrency(["never free"]).timeout(Duration::from_millis(10)).acquire().await;
    assert_eq!(
        error.expect_err("it is held").to_string(),
        "no free slots of `never free`: timed out after 10ms"
    );
    assert!(start.elapsed() < Duration::from_secs(1));
    drop(held);
    concurrency(["never free"]).timeout(Duration::ZERO).acquire().await.map(drop).expect("it is free again");
}
