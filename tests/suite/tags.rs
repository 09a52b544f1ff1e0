//! Tags of runs, of calls and of code, and the limits on them. Time is virtual.

use std::time::Duration;

use autotune::prelude::*;
use autotune::{limits, tags};
use tokio::time::{Instant, sleep};

use crate::harness;

#[task(tags = ["own"])]
async fn tagged() -> Vec<String> {
    autotune::run().expect("inside a run").tags().to_vec()
}

#[flow]
async fn calls_tagged() -> (Vec<String>, Vec<String>) {
    let inside = tags(["c", "d"], async { tagged().tag("given").await }).await;
    (inside, tagged().await)
}

// NAM-03 NAM-04
#[tokio::test]
async fn tags_around_code_reach_every_run_in_it_and_none_after_it() {
    let (inside, after) = tags(["a", "c"], async { calls_tagged().await }).await;
    assert_eq!(inside, ["own", "given", "a", "c", "d"]);
    assert_eq!(after, ["own", "a", "c"]);
    assert_eq!(tagged().await, ["own"]);
}

#[tokio::test]
async fn the_run_of_a_flow_is_tagged_and_so_are_its_subflows() {
    #[flow]
    async fn child() -> Vec<String> {
        autotune::run().expect("inside a run").tags().to_vec()
    }

    #[flow]
    async fn parent() -> Vec<String> {
        tags(["inner"], child()).await;
        child().await
    }

    harness::record();
    let seen = tags(["outer"], async { parent().named("a tagged parent").await }).await;
    assert_eq!(seen, ["outer"]);
    assert_eq!(harness::history("a tagged parent").await.tags, ["outer"]);
}

// FUT-23
#[tokio::test]
async fn a_submitted_call_has_the_tags_of_the_code_that_made_it() {
    let mut submitted = Vec::new();
    tags(["tag1", "tag2"], async { submitted.push(tagged().submit()) }).await;
    for future in submitted {
        assert_eq!(future.await, ["own", "tag1", "tag2"]);
    }
}

#[tokio::test]
async fn code_outside_of_any_run_stays_outside_between_tags() {
    assert!(tags(["a"], async { autotune::run().is_none() }).await);
}

#[task(tags = ["one at a time"], retries = 1, retry_delay = "10s")]
async fn slow(fails: bool) -> Result<u64, &'static str> {
    sleep(Duration::from_secs(1)).await;
    if fails && autotune::run().is_some_and(|run| run.run_count() == 1) { Err("once") } else { Ok(1) }
}

// CON-06
#[tokio::test(start_paused = true)]
async fn runs_with_a_limited_tag_wait_for_each_other() {
    limits::set("tag:one at a time", 1);
    let start = Instant::now();
    let calls = [false; 3].into_iter().map(slow).submit_all();
    assert_eq!(calls.results().await, Ok(vec![1, 1, 1]));
    assert_eq!(start.elapsed().as_secs(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_waits_for_its_retry_lets_others_through() {
    #[task(tags = ["gives way"], retries = 1, retry_delay = "10s")]
    async fn gives_way(fails: bool) -> Result<u64, &'static str> {
        slow(fails).raw().await
    }

    limits::set("tag:gives way", 1);
    let start = Instant::now();
    let failing = gives_way(true).submit();
    let other = gives_way(false).submit();
    other.await.expect("it works");
    assert_eq!(start.elapsed().as_secs(), 2);
    failing.await.expect("it works the second time");
    assert_eq!(start.elapsed().as_secs(), 12);
}

#[tokio::test(start_paused = true)]
async fn tags_around_code_take_slots_too() {
    #[task]
    async fn untagged() {
        sleep(Duration::from_secs(1)).await;
    }

    limits::set("tag:around", 1);
    let start = Instant::now();
    tags(["around"], async { tokio::join!(untagged(), untagged()) }).await;
    assert_eq!(start.elapsed().as_secs(), 2);
}

// CON-08
#[tokio::test]
async fn a_limit_of_no_slots_is_an_error_and_not_an_endless_wait() {
    #[task(tags = ["nobody"])]
    async fn refused() -> anyhow::Result<()> {
        unreachable!("there is no slot")
    }

    #[task(tags = ["nobody"])]
    async fn refused_without_an_error() -> u32 {
        unreachable!("there is no slot")
    }

    limits::set("tag:nobody", 0);
    harness::record();
    let error = refused().named("a refused run").await.expect_err("there is no slot");
    assert_eq!(
        error.to_string(),
        "not started, because limit `tag:nobody` has no slots: set it to at least 1, or remove it"
    );
    let history = harness::history("a refused run").await;
    assert_eq!(history.of("refused"), [StateName::Crashed]);
    let state = refused_without_an_error().state().await;
    assert!(state.is_crashed() && state.message().is_some_and(|message| message.contains("no slots")));
}
