//! How slots of all processes come back.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake};
use std::thread::{self, Thread};
use std::time::Duration;

use autotune::limits::{self, LimitError, concurrency};
use rusqlite::Connection;

use super::{Both, given_back};
use crate::harness::in_a_process_of_its_own;

#[test]
fn a_slot_that_the_orchestrator_gives_to_one_that_has_gone_is_given_back() {
    in_a_process_of_its_own(
        "global_limits::giving_back::a_slot_that_the_orchestrator_gives_to_one_that_has_gone_is_given_back",
        &[],
        async || {
            let both = Both::new();
            limits::set_global("db", 1).await.expect("set");
            for _ in 0..5 {
                let other = Connection::open(both.folder.path().join("autotune.db")).expect("the database");
                other.execute_batch("BEGIN IMMEDIATE").expect("nobody else writes");
                let mut asking = Box::pin(concurrency(["db"]).acquire());
                // It has asked, and goes before there is an answer.
                let is_waiting = poll_fn(|cx| Poll::Ready(asking.as_mut().poll(cx).is_pending())).await;
                assert!(is_waiting, "the database is locked");
                drop(asking);
                other.execute_batch("COMMIT").expect("nothing was done");
                given_back().await;
                assert_eq!(both.taken("db").await, 0);
            }
        },
    );
}

#[test]
fn slots_are_given_back_wherever_they_are_dropped() {
    in_a_process_of_its_own(
        "global_limits::giving_back::slots_are_given_back_wherever_they_are_dropped",
        &[],
        async || {
            let both = Both::new();
            limits::set_global("db", 1).await.expect("set");
            let slot = concurrency(["db"]).acquire().await.expect("free");
            thread::spawn(move || drop(slot)).join().expect("outside of any runtime");
            assert_eq!(both.taken("db").await, 0, "it is given back when `drop` returns");

            let elsewhere = thread::spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
                let runtime = runtime.expect("a runtime");
                runtime.spawn(async {
                    let _slot = concurrency(["db"]).acquire().await.expect("free");
                    std::future::pending::<()>().await;
                });
                runtime.block_on(async {
                    let error = loop {
                        tokio::task::yield_now().await;
                        let asked = concurrency(["db"]).timeout(Duration::ZERO).acquire().await;
                        if let Err(error) = asked {
                            break error;
                        }
                    };
                    assert!(matches!(error, LimitError::TimedOut { .. }), "{error}");
                });
                // The runtime ends, and with it who has the slot.
            });
            elsewhere.join().expect("it ends");
            assert_eq!(both.taken("db").await, 0);

            let without = thread::spawn(|| {
                let slot = without_a_runtime(concurrency(["db"]).acquire()).expect("free");
                drop(slot);
            });
            without.join().expect("it needs no runtime");
            assert_eq!(both.taken("db").await, 0);
        },
    );
}

/// Waits for a future without any runtime.
fn without_a_runtime<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Arc::new(Unpark(thread::current())).into();
    let mut cx = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
        thread::park();
    }
}
