//! Limits over all processes.

use std::time::Duration;

use autotune_runtime::limit_record::{Acquired, Acquisition, LeaseId, NewLimit};
use autotune_runtime::orchestrator::Orchestrator;

use super::Place;

async fn acquire(orchestrator: &dyn Orchestrator, names: &[&str]) -> Result<LeaseId, Duration> {
    match orchestrator.acquire(Acquisition::of(names.iter().copied())).await.expect("an answer") {
        Acquired::Lease(lease) => Ok(lease),
        Acquired::Full { retry_after } => Err(retry_after),
        other => panic!("{other:?}"),
    }
}

async fn taken(orchestrator: &dyn Orchestrator) -> Vec<u32> {
    orchestrator.limits().await.expect("read").into_iter().map(|limit| limit.taken).collect()
}

#[tokio::test(start_paused = true)]
async fn all_slots_or_none_are_taken_and_given_back() {
    let place = Place::new();
    let (one, other) = (place.handle(), place.handle());
    one.set_limit(NewLimit::new("a", 1)).await.expect("a limit");
    one.set_limit(NewLimit::new("b", 2)).await.expect("a limit");
    let lease = acquire(&*one, &["a", "unknown"]).await.expect("there are slots");
    assert!(acquire(&*other, &["b", "a"]).await.is_err());
    assert_eq!(taken(&*other).await, [1, 0]);
    one.release(lease).await.expect("released");
    assert!(acquire(&*other, &["b", "a"]).await.is_ok());
    assert_eq!(taken(&*one).await, [1, 1]);
}

#[tokio::test(start_paused = true)]
async fn slots_that_nobody_renews_are_lost() {
    let place = Place::new();
    let orchestrator = &*place.handle();
    orchestrator.set_limit(NewLimit::new("a", 1)).await.expect("a limit");
    let lease = acquire(orchestrator, &["a"]).await.expect("there is a slot");
    tokio::time::advance(Duration::from_mins(4)).await;
    assert!(orchestrator.renew(lease).await.expect("an answer"));
    tokio::time::advance(Duration::from_mins(4)).await;
    assert!(acquire(orchestrator, &["a"]).await.is_err());
    tokio::time::advance(Duration::from_mins(1)).await;
    assert!(!orchestrator.renew(lease).await.expect("an answer"));
    assert!(acquire(orchestrator, &["a"]).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn slots_of_a_rate_come_back_by_themselves() {
    let place = Place::new();
    let orchestrator = &*place.handle();
    let mut rate = NewLimit::new("r", 2);
    rate.slot_decay_per_second = 0.5;
    orchestrator.set_limit(rate).await.expect("a limit");
    for _ in 0..2 {
        let lease = acquire(orchestrator, &["r"]).await.expect("there is a slot");
        orchestrator.release(lease).await.expect("nothing to give back");
    }
    let retry_after = acquire(orchestrator, &["r"]).await.expect_err("there is none");
    assert_eq!(retry_after, Duration::from_secs(2));
    tokio::time::advance(retry_after).await;
    assert!(acquire(orchestrator, &["r"]).await.is_ok());
}
