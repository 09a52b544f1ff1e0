//! Limits of the orchestrator, as the code of runs uses them. Each test has a process of its own, because a process has
//! one orchestrator; another process is another handle on the same database. Time is virtual.

mod giving_back;
mod tags;
#[cfg(feature = "testing")]
mod testing;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use autotune::embedded::{Store, StoreOptions};
use autotune::limit_record::{Acquired, Acquisition, LeaseId, LimitPatch};
use autotune::limits::{self, LimitError, SetLimitError, concurrency, rate_limit};
use autotune::orchestrator::{self, Orchestrator};
use autotune::prelude::*;
use rusqlite::Connection;
use tokio::time::{Instant, sleep, timeout};
use tracing_subscriber::prelude::*;

use crate::harness::{self, in_a_process_of_its_own};
use crate::logging::Captured;

/// The orchestrator of this process, and that of another one.
struct Both {
    ours: Arc<dyn Orchestrator>,
    other: Box<dyn Orchestrator>,
    folder: tempfile::TempDir,
}

impl Both {
    fn new() -> Self {
        Both::with(StoreOptions::default())
    }

    fn with(options: StoreOptions) -> Self {
        tokio::time::pause();
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("autotune.db");
        let ours = Store::open_with(path, options).expect("a database");
        let ours: Arc<dyn Orchestrator> = Arc::new(ours.orchestrator());
        orchestrator::install(Arc::clone(&ours)).expect("the only one of this process");
        Both { ours, other: Box::new(store(folder.path()).orchestrator()), folder }
    }

    /// Takes a slot in another process.
    async fn take(&self, name: &str) -> LeaseId {
        let wanted = Acquisition::of([name]);
        let lease = wanted.lease;
        let acquired = self.other.acquire(wanted).await.expect("an answer");
        assert!(matches!(acquired, Acquired::Slots(_)), "{acquired:?}");
        lease
    }

    async fn release(&self, lease: LeaseId) {
        self.other.release(lease).await.expect("released");
    }

    async fn taken(&self, name: &str) -> u32 {
        let limits = self.ours.limits().await.expect("read");
        limits.into_iter().find(|limit| limit.spec.name == name).map_or(0, |limit| limit.taken)
    }
}

fn store(folder: &Path) -> Store {
    Store::open(folder.join("autotune.db")).expect("a database")
}

/// Lets what was dropped give its slots back: that happens on another thread, and time stands still meanwhile.
async fn given_back() {
    sleep(Duration::from_millis(1)).await;
}

#[test]
fn a_limit_of_the_orchestrator_holds_for_all_processes_together() {
    in_a_process_of_its_own(
        "global_limits::a_limit_of_the_orchestrator_holds_for_all_processes_together",
        &[],
        async || {
            let both = Both::new();
            limits::set_global("db", 2).await.expect("set");
            let ours = concurrency(["db"]).acquire().await.expect("free");
            let theirs = both.take("db").await;
            assert_eq!(both.taken("db").await, 2);
            let waiting = tokio::spawn(concurrency(["db"]).acquire());
            sleep(Duration::from_mins(1)).await;
            assert!(!waiting.is_finished());
            both.release(theirs).await;
            let start = Instant::now();
            let second = waiting.await.expect("not cancelled").expect("there is one");
            assert!(start.elapsed() <= Duration::from_millis(100), "{:?}", start.elapsed());
            assert_eq!(both.taken("db").await, 2);
            drop((ours, second));
            given_back().await;
            assert_eq!(both.taken("db").await, 0);
            assert!(limits::remove_global("db").await.expect("removed"));
            assert!(!limits::remove_global("db").await.expect("there is none"));
        },
    );
}

#[test]
fn those_that_wait_in_one_process_are_served_in_order_and_at_once() {
    in_a_process_of_its_own(
        "global_limits::those_that_wait_in_one_process_are_served_in_order_and_at_once",
        &[],
        async || {
            let both = Both::new();
            limits::set_global("db", 1).await.expect("set");
            let first = concurrency(["db"]).acquire().await.expect("free");
            let order = Arc::new(std::sync::Mutex::new(Vec::new()));
            let waiting: Vec<_> = (0..5)
                .map(|number| {
                    let order = Arc::clone(&order);
                    tokio::spawn(async move {
                        let _slot = concurrency(["db"]).acquire().await.expect("it is there");
                        order.lock().expect("no test panics while it holds the lock").push(number);
                    })
                })
                .collect();
            // The first that waits has just been told to come back.
            sleep(Duration::from_millis(101)).await;
            let start = Instant::now();
            drop(first);
            for waiting in waiting {
                waiting.await.expect("not cancelled");
            }
            assert_eq!(*order.lock().expect("no test panics while it holds the lock"), [0, 1, 2, 3, 4]);
            assert!(start.elapsed() < Duration::from_millis(50), "nobody waited: {:?}", start.elapsed());
            given_back().await;
            assert_eq!(both.taken("db").await, 0);
        },
    );
}

#[test]
fn a_busy_process_lets_another_one_have_its_turn() {
    in_a_process_of_its_own(
        "global_limits::a_busy_process_lets_another_one_have_its_turn",
        &[],
        async || {
            let both = Both::new();
            limits::set_global("db", 1).await.expect("set");
            let done = Arc::new(AtomicUsize::new(0));
            let busy: Vec<_> = (0..100)
                .map(|_| {
                    let done = Arc::clone(&done);
                    tokio::spawn(async move {
                        let slot = concurrency(["db"]).acquire().await.expect("it is there");
                        sleep(Duration::from_millis(20)).await;
                        done.fetch_add(1, Ordering::SeqCst);
                        drop(slot);
                    })
                })
                .collect();
            sleep(Duration::from_millis(50)).await;
            let wanted = Acquisition::of(["db"]);
            let ask = || async { both.other.acquire(wanted.clone()).await.expect("an answer") };
            while let Acquired::Full { retry_after } = ask().await {
                sleep(retry_after).await;
            }
            let before = done.load(Ordering::SeqCst);
            assert!(before < 10, "the other process came when {before} were done");
            both.release(wanted.lease).await;
            for busy in busy {
                busy.await.expect("not cancelled");
            }
        },
    );
}

#[test]
fn a_limit_that_the_process_has_set_is_its_own_and_both_kinds_are_taken_together() {
    in_a_process_of_its_own(
        "global_limits::a_limit_that_the_process_has_set_is_its_own_and_both_kinds_are_taken_together",
        &[],
        async || {
            let both = Both::new();
            limits::set_global("db", 1).await.expect("set");
            limits::set_global("ours", 1).await.expect("set");
            limits::set("ours", 1);
            let theirs = both.take("ours").await;
            let slot = concurrency(["ours"]).acquire().await.expect("ours is free, theirs is another");
            both.release(theirs).await;

            let error = concurrency(["db", "ours"]).timeout(Duration::from_secs(1)).acquire().await;
            assert!(matches!(error, Err(LimitError::TimedOut { .. })), "{error:?}");
            assert_eq!(both.taken("db").await, 0, "nothing is taken where one is missing");
            drop(slot);
            let theirs = both.take("db").await;
            let error = concurrency(["db", "ours"]).timeout(Duration::from_secs(1)).acquire().await;
            assert!(matches!(error, Err(LimitError::TimedOut { .. })), "{error:?}");
            let free = concurrency(["ours"]).timeout(Duration::ZERO).acquire().await;
            drop(free.expect("nothing is taken where one is missing"));
            both.release(theirs).await;
            let slots = concurrency(["db", "ours"]).acquire().await.expect("both are free");
            assert_eq!(both.taken("db").await, 1);
            let error = concurrency(["ours"]).timeout(Duration::ZERO).acquire().await;
            assert!(matches!(error, Err(LimitError::TimedOut { .. })), "{error:?}");
            drop(slots);
            // Without a limit of its own, the process asks the orchestrator again.
            limits::remove("ours");
            let _theirs = both.take("ours").await;
            let error = concurrency(["ours"]).timeout(Duration::ZERO).acquire().await;
            assert!(matches!(error, Err(LimitError::TimedOut { .. })), "{error:?}");
        },
    );
}

#[test]
fn who_does_not_wait_gets_what_is_free_and_who_gives_up_leaves_nothing_behind() {
    in_a_process_of_its_own(
        "global_limits::who_does_not_wait_gets_what_is_free_and_who_gives_up_leaves_nothing_behind",
        &[],
        async || {
            let both = Both::new();
            limits::set_global("db", 1).await.expect("set");
            let at_once = || concurrency(["db"]).timeout(Duration::ZERO).acquire();
            let slot = at_once().await.expect("it is free");
            let start = Instant::now();
            let error = at_once().await.expect_err("it is taken");
            assert_eq!(error.to_string(), "no free slots of `db`: timed out after 0s");
            assert!(start.elapsed() < Duration::from_millis(10));
            let error = concurrency(["db"]).timeout(Duration::from_secs(3)).acquire().await;
            assert!(matches!(error, Err(LimitError::TimedOut { .. })), "{error:?}");
            assert_eq!(start.elapsed().as_secs(), 3);
            timeout(Duration::from_secs(1), concurrency(["db"]).acquire()).await.expect_err("it waits");
            drop(slot);
            given_back().await;
            // Neither of them is waited for.
            let lease = both.take("db").await;
            both.release(lease).await;
        },
    );
}

#[test]
fn rates_of_the_orchestrator_hold_for_all_processes_and_need_slots_that_come_back() {
    in_a_process_of_its_own(
        "global_limits::rates_of_the_orchestrator_hold_for_all_processes_and_need_slots_that_come_back",
        &[],
        async || {
            let both = Both::new();
            limits::set_global_rate("api", 2, 1.0).await.expect("set");
            let start = Instant::now();
            both.take("api").await;
            for _ in 0..4 {
                drop(rate_limit(["api"]).acquire().await.expect("it is there"));
            }
            let elapsed = start.elapsed().as_secs_f64();
            assert!((3.0..3.1).contains(&elapsed), "two at once, then one a second: {elapsed}");

            limits::set_global("db", 2).await.expect("set");
            let error = rate_limit(["db"]).acquire().await.expect_err("nobody would give it back");
            assert_eq!(error, LimitError::NoRate { name: "db".to_owned() });
            limits::set("here", 2);
            let error = rate_limit(["here"]).acquire().await.expect_err("nobody would give it back");
            assert_eq!(error, LimitError::NoRate { name: "here".to_owned() });
            let error = concurrency(["db"]).occupy(3).acquire().await.expect_err("too many");
            assert_eq!(error, LimitError::TooMany { name: "db".to_owned(), asked: 3, slots: 2 });
            let error = limits::set_global_rate("api", 2, 0.0).await.expect_err("no rate");
            assert!(matches!(error, SetLimitError::NoRate { .. }), "{error}");
        },
    );
}

#[test]
fn a_name_that_has_a_limit_nowhere_is_missed_in_the_log_or_is_an_error() {
    in_a_process_of_its_own(
        "global_limits::a_name_that_has_a_limit_nowhere_is_missed_in_the_log_or_is_an_error",
        &[],
        async || {
            let both = Both::new();
            let captured = Captured::default();
            let _guard = harness::listen(tracing_subscriber::registry().with(captured.clone()));
            limits::set_global("db", 1).await.expect("set");
            limits::set("here", 1);
            let slots = concurrency(["db", "here", "nowhere"]).acquire().await.expect("free");
            let missed = "there is no limit `nowhere`; nothing is limited";
            assert_eq!(captured.text().matches("there is no limit").count(), 1, "{}", captured.text());
            assert!(captured.text().contains(missed), "{}", captured.text());
            drop(slots);
            given_back().await;
            let error = concurrency(["db", "nowhere"]).strict().acquire().await.expect_err("there is none");
            assert_eq!(error, LimitError::Unknown { name: "nowhere".to_owned() });
            assert_eq!(both.taken("db").await, 0);
            drop(concurrency(["db", "here"]).strict().acquire().await.expect("both are there"));
            given_back().await;

            // One that is paused is there, and limits nothing.
            let paused = LimitPatch { active: Some(false), ..LimitPatch::default() };
            both.other.change_limit("db", paused).await.expect("it is there");
            let first = concurrency(["db"]).strict().acquire().await.expect("it does not hold");
            let second = concurrency(["db"]).strict().acquire().await.expect("it does not hold");
            drop((first, second));
            assert_eq!(captured.text().matches("there is no limit").count(), 1, "{}", captured.text());
        },
    );
}

#[test]
fn a_locked_database_is_an_error_that_says_so() {
    in_a_process_of_its_own("global_limits::a_locked_database_is_an_error_that_says_so", &[], async || {
        #[task(tags = ["db"])]
        async fn query() -> anyhow::Result<()> {
            unreachable!("nobody knows whether it may")
        }

        let mut impatient = StoreOptions::default();
        impatient.patience = Duration::ZERO;
        let both = Both::with(impatient);
        limits::set_global("tag:db", 1).await.expect("set");
        let other = Connection::open(both.folder.path().join("autotune.db")).expect("the database");
        other.execute_batch("BEGIN IMMEDIATE").expect("nobody else writes");
        let error = concurrency(["tag:db"]).acquire().await.expect_err("it cannot be asked");
        assert!(matches!(error, LimitError::Unavailable { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.starts_with("the slots of `tag:db` cannot be asked for: the database"), "{text}");
        assert!(text.contains("is locked by another process"), "{text}");

        let state = query().state().await;
        assert_eq!((state.name(), state.run_count()), (StateName::Crashed, 1));
        let message = state.message().expect("it says why");
        assert!(
            message.starts_with("not started, because the slots of `tag:db` cannot be asked"),
            "{message}"
        );
        other.execute_batch("ROLLBACK").expect("nothing was done");
        drop(concurrency(["tag:db"]).acquire().await.expect("it answers again"));
    });
}

#[tokio::test]
async fn without_an_orchestrator_there_are_no_limits_for_all_processes() {
    let error = limits::set_global("db", 1).await.expect_err("there is none");
    assert!(matches!(error, SetLimitError::NoOrchestrator), "{error}");
    assert!(error.to_string().contains("call `autotune::init()` first"), "{error}");
}
