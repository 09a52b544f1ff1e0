//! A test of flows has limits of its own.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use autotune::limits::{self, LimitError, concurrency};

use super::Both;
use super::tags::flaky;
use crate::harness::in_a_process_of_its_own;

#[test]
fn a_test_has_limits_of_its_own_and_asks_no_orchestrator() {
    in_a_process_of_its_own(
        "global_limits::testing::a_test_has_limits_of_its_own_and_asks_no_orchestrator",
        &[],
        async || {
            let both = Both::new();
            limits::set_global("db", 1).await.expect("set");
            limits::set_global("tag:db", 0).await.expect("set");
            let test = thread::spawn(|| {
                autotune::testing::run(async |_test: autotune::testing::Test| {
                    let one = concurrency(["db"]).acquire().await.expect("nothing is limited");
                    let two = concurrency(["db"]).acquire().await.expect("nothing is limited");
                    drop((one, two));
                    flaky(Arc::default()).await.expect("nothing is limited");
                    limits::set_global("db", 1).await.expect("a limit of the test");
                    let one = concurrency(["db"]).acquire().await.expect("free");
                    let two = concurrency(["db"]).timeout(Duration::from_secs(1)).acquire().await;
                    assert!(matches!(two, Err(LimitError::TimedOut { .. })), "{two:?}");
                    drop(one);
                    assert!(limits::remove_global("db").await.expect("removed"));
                });
            });
            let lease = both.take("db").await;
            test.join().expect("the test passes");
            both.release(lease).await;
            assert_eq!(both.taken("db").await, 0);
            assert_eq!(both.ours.limits().await.expect("read").len(), 2, "it has removed its own");
        },
    );
}
