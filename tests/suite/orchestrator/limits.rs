//! Limits over all processes.

use std::time::Duration;

use autotune_runtime::limit_record::{Acquired, Acquisition, LeaseId, LimitPatch, Mode, NewLimit};
use autotune_runtime::orchestrator::Orchestrator;

use super::Place;

/// Asks once for a slot of each.
async fn acquire(orchestrator: &dyn Orchestrator, names: &[&str]) -> Result<LeaseId, Duration> {
    ask(orchestrator, &Acquisition::of(names.iter().copied())).await
}

async fn ask(orchestrator: &dyn Orchestrator, wanted: &Acquisition) -> Result<LeaseId, Duration> {
    match orchestrator.acquire(wanted.clone()).await.expect("an answer") {
        Acquired::Slots(_) => Ok(wanted.lease),
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
    let both = Acquisition::of(["b", "a"]);
    assert!(ask(&*other, &both).await.is_err());
    assert_eq!(taken(&*other).await, [1, 0]);
    one.release(lease).await.expect("released");
    assert!(ask(&*other, &both).await.is_ok());
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
    orchestrator.set_limit(NewLimit::rate("r", 2, 0.5)).await.expect("a limit");
    for _ in 0..2 {
        let acquired = orchestrator.acquire(Acquisition::of(["r"])).await.expect("an answer");
        let Acquired::Slots(slots) = acquired else { panic!("there is a slot: {acquired:?}") };
        assert!(!slots.is_leased, "there is nothing to give back");
    }
    let wanted = Acquisition::of(["r"]);
    let retry_after = ask(orchestrator, &wanted).await.expect_err("there is none");
    assert_eq!(retry_after, Duration::from_secs(2));
    tokio::time::advance(retry_after).await;
    assert!(ask(orchestrator, &wanted).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn who_has_waited_is_served_before_those_that_come_later() {
    let place = Place::new();
    let (one, other) = (place.handle(), place.handle());
    one.set_limit(NewLimit::new("a", 1)).await.expect("a limit");
    one.set_limit(NewLimit::new("b", 1)).await.expect("a limit");
    let lease = acquire(&*one, &["a"]).await.expect("it is free");
    let first = Acquisition::of(["a", "b"]);
    let retry_after = ask(&*other, &first).await.expect_err("it is taken");
    one.release(lease).await.expect("released");
    // The other limit is free all the time, and promised as well.
    assert!(acquire(&*one, &["a"]).await.is_err());
    assert!(acquire(&*one, &["b"]).await.is_err());
    tokio::time::advance(retry_after).await;
    assert!(ask(&*other, &first).await.is_ok());
    assert_eq!(taken(&*one).await, [1, 1]);
}

#[tokio::test(start_paused = true)]
async fn who_waits_and_does_not_ask_again_or_gives_up_holds_nobody_up() {
    let place = Place::new();
    let (one, other) = (place.handle(), place.handle());
    one.set_limit(NewLimit::new("a", 1)).await.expect("a limit");
    let held = acquire(&*one, &["a"]).await.expect("it is free");
    let gone = Acquisition::of(["a"]);
    ask(&*other, &gone).await.expect_err("it is taken");
    let given_up = Acquisition::of(["a"]);
    ask(&*other, &given_up).await.expect_err("it is taken");
    one.release(held).await.expect("released");
    one.release(given_up.lease).await.expect("given up");
    let next = Acquisition::of(["a"]);
    let retry_after = ask(&*one, &next).await.expect_err("somebody was there before");
    let mut asked = 0;
    while ask(&*one, &next).await.is_err() {
        asked += 1;
        assert!(asked < 50, "its place is not kept for ever");
        tokio::time::advance(retry_after).await;
    }
    assert!(asked > 5, "it might have asked again: {asked}");
}

#[tokio::test(start_paused = true)]
async fn who_asks_again_with_the_same_lease_has_its_slots_once() {
    let place = Place::new();
    let orchestrator = &*place.handle();
    orchestrator.set_limit(NewLimit::new("a", 2)).await.expect("a limit");
    let wanted = Acquisition::of(["a"]);
    for _ in 0..3 {
        ask(orchestrator, &wanted).await.expect("they are its own");
    }
    assert_eq!(taken(orchestrator).await, [1]);
    orchestrator.release(wanted.lease).await.expect("released");
    orchestrator.release(wanted.lease).await.expect("nothing is left to give back");
    assert_eq!(taken(orchestrator).await, [0]);
}

#[tokio::test(start_paused = true)]
async fn what_would_never_be_free_is_said_at_once() {
    let place = Place::new();
    let orchestrator = &*place.handle();
    orchestrator.set_limit(NewLimit::new("a", 2)).await.expect("a limit");
    let mut wanted = Acquisition::of(["a"]);
    wanted.slots = 3;
    let answer = orchestrator.acquire(wanted).await.expect("an answer");
    assert_eq!(answer, Acquired::TooMany { name: "a".to_owned(), slots: 2 });
    let mut wanted = Acquisition::of(["a"]);
    wanted.mode = Mode::Rate;
    let answer = orchestrator.acquire(wanted).await.expect("an answer");
    assert_eq!(answer, Acquired::NoRate { name: "a".to_owned() });
    assert_eq!(taken(orchestrator).await, [0]);
}

#[tokio::test(start_paused = true)]
async fn a_limit_is_changed_and_one_that_is_paused_limits_nothing() {
    let place = Place::new();
    let orchestrator = &*place.handle();
    orchestrator.set_limit(NewLimit::new("a", 1)).await.expect("a limit");
    orchestrator.set_limit(NewLimit::new("b", 1)).await.expect("a limit");
    acquire(orchestrator, &["a"]).await.expect("it is free");
    let paused = LimitPatch { active: Some(false), ..LimitPatch::default() };
    let changed = orchestrator.change_limit("a", paused).await.expect("it is there");
    assert_eq!((changed.spec.limit, changed.spec.active, changed.taken), (1, false, 1));
    let answer = orchestrator.acquire(Acquisition::of(["a"])).await.expect("an answer");
    let Acquired::Slots(slots) = answer else { panic!("it does not hold: {answer:?}") };
    assert_eq!((slots.limits, slots.is_leased), (vec!["a".to_owned()], false));

    let patch = LimitPatch { limit: Some(2), active: Some(true), ..LimitPatch::default() };
    orchestrator.change_limit("a", patch).await.expect("it is there");
    acquire(orchestrator, &["a"]).await.expect("there are two");
    acquire(orchestrator, &["a"]).await.expect_err("and no more");

    let patch = LimitPatch { slot_decay_per_second: Some(-1.0), ..LimitPatch::default() };
    let error = orchestrator.change_limit("a", patch).await.expect_err("it cannot be");
    assert!(error.to_string().contains("0 or more"), "{error}");
    let error = orchestrator.change_limit("c", LimitPatch::default()).await.expect_err("it is not there");
    assert_eq!(error.to_string(), "there is no limit `c`; there is a, b");
}
