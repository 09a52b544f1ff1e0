//! Limits of all processes on tags.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use autotune::limit_record::NewLimit;
use autotune::limits;
use autotune::orchestrator::Orchestrator;
use autotune::prelude::*;
use tokio::time::sleep;

use super::{Both, given_back, store};
use crate::harness::in_a_process_of_its_own;

#[task(tags = ["db"], retries = 1, retry_delay = "1h")]
pub(super) async fn flaky(attempts: Arc<AtomicUsize>) -> anyhow::Result<()> {
    sleep(Duration::from_secs(1)).await;
    anyhow::ensure!(attempts.fetch_add(1, Ordering::SeqCst) > 0, "the first time");
    Ok(())
}

#[test]
fn a_run_with_a_limited_tag_takes_a_slot_for_each_attempt_and_none_while_it_waits_for_the_next() {
    in_a_process_of_its_own(
        "global_limits::tags::a_run_with_a_limited_tag_takes_a_slot_for_each_attempt_and_none_while_it_waits_for_the_next",
        &[],
        async || {
            let both = Both::new();
            limits::set_global("tag:db", 1).await.expect("set");
            let theirs = both.take("tag:db").await;
            let attempts = Arc::new(AtomicUsize::new(0));
            let run = tokio::spawn(flaky(Arc::clone(&attempts)).state());
            sleep(Duration::from_mins(1)).await;
            assert_eq!(attempts.load(Ordering::SeqCst), 0, "it waits for the other process");
            both.release(theirs).await;
            sleep(Duration::from_millis(500)).await;
            assert_eq!(both.taken("tag:db").await, 1);
            sleep(Duration::from_secs(1)).await;
            assert_eq!(attempts.load(Ordering::SeqCst), 1);
            assert_eq!(both.taken("tag:db").await, 0, "it waits for its retry");
            sleep(Duration::from_mins(59)).await;
            let theirs = both.take("tag:db").await;
            sleep(Duration::from_mins(2)).await;
            assert_eq!(attempts.load(Ordering::SeqCst), 1, "it waits for the other process again");
            both.release(theirs).await;
            assert_eq!(run.await.expect("not cancelled").name(), StateName::Completed);
            given_back().await;
            assert_eq!(both.taken("tag:db").await, 0);
        },
    );
}

#[test]
fn a_tag_whose_limit_has_no_slots_lets_no_run_through_in_any_process() {
    in_a_process_of_its_own(
        "global_limits::tags::a_tag_whose_limit_has_no_slots_lets_no_run_through_in_any_process",
        &[],
        async || {
            let _both = Both::new();
            limits::set_global("tag:db", 0).await.expect("set");
            let state = flaky(Arc::default()).state().await;
            assert_eq!(state.name(), StateName::Crashed);
            let expected =
                "not started, because limit `tag:db` has no slots: set it to at least 1, or remove it";
            assert_eq!(state.message(), Some(expected));
            limits::remove_global("tag:db").await.expect("removed");
            assert_eq!(flaky(Arc::default()).state().await.name(), StateName::Completed);
        },
    );
}

#[test]
fn a_limit_on_a_tag_that_another_process_sets_is_heard_of_and_heeded() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().to_str().expect("a path is text");
    in_a_process_of_its_own(
        "global_limits::tags::a_limit_on_a_tag_that_another_process_sets_is_heard_of_and_heeded",
        &[("AUTOTUNE_HOME", home)],
        async || {
            let folder = std::path::PathBuf::from(std::env::var("AUTOTUNE_HOME").expect("set"));
            let other = store(&folder).orchestrator();
            let other: &dyn Orchestrator = &other;
            other.set_limit(NewLimit::new("tag:db", 0)).await.expect("set");
            autotune::init().expect("a history");
            // Of what is there before the program, its first run hears.
            let state = || async { flaky(Arc::default()).retries(0).state().await.name() };
            assert_eq!(state().await, StateName::Crashed);
            for slots in [1, 0] {
                other.set_limit(NewLimit::new("tag:db", slots)).await.expect("set");
                let expected = if slots == 0 { StateName::Crashed } else { StateName::Failed };
                assert_eq!(state().await, expected, "it is known that there is one");
            }
            other.delete_limit("tag:db").await.expect("removed");
            assert_eq!(state().await, StateName::Failed);
            other.set_limit(NewLimit::new("tag:db", 0)).await.expect("set");
            for _ in 0..30 {
                // Each takes a second, by the clock on the wall.
                if state().await == StateName::Crashed {
                    return;
                }
            }
            panic!("half a second is long over");
        },
    );
}
