//! Tasks that commit together, or are rolled back together.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use autotune::Interrupted;
use autotune::prelude::*;
use autotune::transaction::{CommitMode, Isolation, Transaction, TransactionState, current, transaction};
use tokio::task::yield_now;
use tracing_subscriber::prelude::*;

use crate::{harness, logging::Captured};

/// What happened, each line behind the test that it belongs to.
static SEEN: LazyLock<Mutex<Vec<(String, String)>>> = LazyLock::new(Mutex::default);

/// A step of a test: its name, and what it does.
#[derive(Debug, Clone)]
struct Step {
    test: &'static str,
    name: &'static str,
}

fn step(test: &'static str, name: &'static str) -> Step {
    Step { test, name }
}

impl Step {
    fn see(&self, what: &str) {
        let line = (self.test.to_owned(), format!("{what} {}", self.name));
        SEEN.lock().expect("no test panics while it holds the lock").push(line);
    }
}

fn seen_in(test: &str) -> Vec<String> {
    let seen = SEEN.lock().expect("no test panics while it holds the lock");
    seen.iter().filter(|(name, _)| name == test).map(|(_, what)| what.clone()).collect()
}

async fn commits(_: &Transaction, step: &Step) {
    yield_now().await;
    step.see("commit");
}

fn undoes(_: &Transaction, step: &Step) {
    step.see("undo");
}

fn undoes_first(_: &Transaction, step: &Step) -> Result<(), String> {
    step.see("undo first");
    if step.name == "breaks" { Err("the disk is gone".to_owned()) } else { Ok(()) }
}

/// The last hook is called first.
#[task(on_commit = commits, on_rollback = [undoes, undoes_first])]
async fn does(step: Step) -> anyhow::Result<Step> {
    step.see("do");
    Ok(step)
}

#[task(on_commit = commits, on_rollback = undoes)]
async fn fails(step: Step) -> anyhow::Result<Step> {
    step.see("do");
    anyhow::bail!("{} does not work", step.name)
}

// X-TXN-03
#[tokio::test]
async fn what_ends_well_is_committed_in_order_when_the_transaction_ends() {
    let test = "commits";
    let result = transaction()
        .run(async |_| {
            does(step(test, "a")).await?;
            does(step(test, "b")).await?;
            step(test, "block").see("end");
            anyhow::Ok(7)
        })
        .await;
    assert_eq!(result.expect("it works"), 7);
    assert_eq!(seen_in(test), ["do a", "do b", "end block", "commit a", "commit b"]);
}

// TXN-04 TXN-07 X-TXN-02
#[tokio::test]
async fn a_failure_undoes_what_came_before_it_and_not_the_task_that_failed() {
    let test = "undoes";
    let result = transaction()
        .run(async |_| {
            does(step(test, "a")).await?;
            does(step(test, "b")).await?;
            fails(step(test, "c")).await
        })
        .await;
    assert_eq!(result.expect_err("c fails").to_string(), "c does not work");
    assert_eq!(seen_in(test), ["do a", "do b", "do c", "undo first b", "undo b", "undo first a", "undo a"]);
}

#[tokio::test]
async fn a_failed_task_rolls_back_even_if_nobody_looks_at_its_error() {
    let test = "unseen";
    let result = transaction()
        .run(async |_| {
            does(step(test, "a")).await?;
            let _ = fails(step(test, "b")).state().await;
            anyhow::Ok(())
        })
        .await;
    let error = result.expect_err("it was rolled back");
    assert!(matches!(error.downcast_ref(), Some(Interrupted::RolledBack(_))), "{error:?}");
    assert_eq!(error.to_string(), "rolled back, because `fails` in it did not succeed");
    assert_eq!(seen_in(test), ["do a", "do b", "undo first a", "undo a"]);
}

// TXN-01 TXN-06
#[tokio::test]
async fn a_transaction_in_another_waits_for_it_and_takes_it_along() {
    let test = "nested";
    let result = transaction()
        .run(async |outer| {
            let inner = transaction().run(async |inner| {
                does(step(test, "a")).await?;
                anyhow::Ok(inner)
            });
            let inner = inner.await?;
            assert_eq!((inner.state(), outer.state()), (TransactionState::Staged, TransactionState::Active));
            assert!(inner.parent().is_some());
            anyhow::Ok((outer, inner))
        })
        .await;
    let (outer, inner) = result.expect("it works");
    assert_eq!((outer.state(), inner.state()), (TransactionState::Committed, TransactionState::Committed));

    let test = "nested and wanted back";
    let result = transaction()
        .run(async |_| {
            does(step(test, "outer")).await?;
            let inner = transaction().run(async |inner| {
                does(step(test, "inner")).await?;
                inner.roll_back();
                anyhow::Ok(())
            });
            inner.await?;
            anyhow::Ok(())
        })
        .await;
    result.expect_err("what is inside was rolled back");
    assert_eq!(
        seen_in(test),
        ["do outer", "do inner", "undo first inner", "undo inner", "undo first outer", "undo outer"]
    );
}

// TXN-02 X-TXN-01
#[tokio::test]
async fn an_eager_transaction_commits_at_its_own_end_and_so_does_what_is_in_it() {
    let test = "eager";
    let result = transaction()
        .run(async |_| {
            let eager = transaction().mode(CommitMode::Eager).run(async |_| {
                does(step(test, "a")).await?;
                step(test, "inner").see("end");
                anyhow::Ok(())
            });
            eager.await?;
            fails(step(test, "b")).await
        })
        .await;
    result.expect_err("b fails");
    assert_eq!(seen_in(test), ["do a", "commit a", "end inner", "do b"]);
}

// TXN-03
#[tokio::test]
async fn a_transaction_that_is_off_keeps_only_what_is_committed_by_hand() {
    let test = "off";
    let run = async |by_hand: bool| {
        let off = transaction().mode(CommitMode::Off).run(async |transaction| {
            does(step(test, "a")).await?;
            if by_hand {
                transaction.commit().await;
            }
            anyhow::Ok(())
        });
        off.await.expect("it works");
    };
    run(false).await;
    run(true).await;
    assert_eq!(seen_in(test), ["do a", "undo first a", "undo a", "do a", "commit a"]);
}

// TXN-09
#[tokio::test]
async fn the_history_of_an_undone_task_says_so() {
    #[flow]
    async fn rolled_back() -> anyhow::Result<()> {
        let test = "history";
        transaction()
            .run(async |_| {
                does(step(test, "a")).await?;
                fails(step(test, "b")).await?;
                Ok(())
            })
            .await
    }

    harness::record();
    rolled_back().named("rolled back").await.expect_err("b fails");
    let history = harness::history("rolled back").await;
    assert_eq!(history.of("does"), [StateName::Completed, StateName::RolledBack]);
    assert_eq!(history.of("fails"), [StateName::Failed]);
}

// TXN-15
#[tokio::test]
async fn a_hook_that_fails_is_logged_and_ends_the_hooks_of_its_task_only() {
    let captured = Captured::default();
    let _guard = harness::listen(tracing_subscriber::registry().with(captured.clone()));
    let test = "broken";
    let result = transaction()
        .run(async |_| {
            does(step(test, "a")).await?;
            does(step(test, "breaks")).await?;
            fails(step(test, "b")).await
        })
        .await;
    assert_eq!(result.expect_err("b fails").to_string(), "b does not work");
    assert_eq!(seen_in(test), ["do a", "do breaks", "do b", "undo first breaks", "undo first a", "undo a"]);
    assert!(captured.text().contains("hook `undoes_first` failed: the disk is gone"), "{}", captured.text());
}

#[tokio::test]
async fn a_task_outside_of_any_transaction_is_one_itself() {
    let test = "alone";
    does(step(test, "a"))
        .on_completion(|_, state| {
            if let Some(Ok(step)) = state.result() {
                step.see("complete");
            }
        })
        .await
        .expect("it works");
    assert_eq!(seen_in(test), ["do a", "commit a", "complete a"]);
}

#[tokio::test]
async fn an_on_commit_that_fails_undoes_its_run_which_stays_completed() {
    fn refuses(_: &Transaction, step: &Step) -> Result<(), &'static str> {
        step.see("refuse");
        Err("not today")
    }

    #[task(on_commit = refuses, on_rollback = undoes, cache_key = "refused")]
    async fn refused(step: Step) -> Step {
        step
    }

    let test = "refused";
    for _ in 0..2 {
        let state = refused(step(test, "a")).state().await;
        assert_eq!(state.name(), StateName::Completed);
    }
    // Nothing was kept: the second call ran as well.
    assert_eq!(seen_in(test), ["refuse a", "undo a", "refuse a", "undo a"]);
}

// TXN-08
#[tokio::test]
async fn a_cached_result_is_kept_when_the_transaction_is_committed() {
    #[task(cache_key = "{key}")]
    async fn kept(key: &str) -> anyhow::Result<usize> {
        Ok(key.len())
    }

    for (key, fails, expected) in [("of one that fails", true, false), ("of one that works", false, true)] {
        let result = transaction()
            .run(async |_| {
                kept(key).await?;
                assert_eq!(kept(key).state().await.name(), StateName::Completed);
                anyhow::ensure!(!fails, "it fails");
                Ok(())
            })
            .await;
        assert_eq!(result.is_err(), fails);
        assert_eq!(kept(key).state().await.name() == StateName::Cached, expected, "{key}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_is_tried_again_is_undone_and_fails_nothing() {
    #[task(retries = 1, retry_delay = "1m")]
    async fn tries(test: &'static str) -> anyhow::Result<()> {
        does(step(test, "inner")).await?;
        let first = autotune::run().is_some_and(|run| run.run_count() == 1);
        anyhow::ensure!(!first, "not yet");
        Ok(())
    }

    let test = "tried again";
    let result = transaction()
        .run(async |_| {
            does(step(test, "before")).await?;
            tries(test).await
        })
        .await;
    result.expect("the second attempt works");
    assert_eq!(
        seen_in(test),
        [
            "do before",
            "do inner",
            "undo first inner",
            "undo inner",
            "do inner",
            "commit before",
            "commit inner"
        ]
    );
}

// TXN-10
#[tokio::test]
async fn a_key_runs_its_transaction_once() {
    let runs = AtomicU32::new(0);
    let count = async |fails: bool| {
        let run = runs.fetch_add(1, Ordering::Relaxed);
        anyhow::ensure!(!fails, "it fails");
        anyhow::Ok(run)
    };
    let once = || transaction().key("once");
    once().run(|_| count(true)).await.expect_err("what fails is not kept");
    assert_eq!(once().run(|_| count(false)).await.expect("it runs"), 1);
    assert_eq!(once().run(|_| count(false)).await.expect("it is kept"), 1);
    assert_eq!(once().overwrite().run(|_| count(false)).await.expect("it runs"), 2);
    assert_eq!(once().run(|_| count(false)).await.expect("it is kept"), 2);
}

// TXN-13
#[tokio::test(start_paused = true)]
async fn serializable_transactions_of_one_key_come_one_after_the_other() {
    let write = async |isolation, value: u32| {
        let key = transaction().key(format!("{isolation:?}")).isolation(isolation);
        let block = async |_| {
            tokio::time::sleep(Duration::from_secs(1)).await;
            anyhow::Ok(value)
        };
        key.run(block).await.expect("it works")
    };
    let both = tokio::join!(write(Isolation::Serializable, 1), write(Isolation::Serializable, 2));
    assert_eq!(both, (1, 1));
    let both = tokio::join!(write(Isolation::ReadCommitted, 1), write(Isolation::ReadCommitted, 2));
    assert_eq!(both, (1, 2));
}

// TXN-11 X-TXN-04 X-TXN-05
#[tokio::test]
async fn a_value_of_a_transaction_is_seen_inside_of_it_and_changed_there_only() {
    fn tells(transaction: &Transaction, step: &Step) {
        let value: u32 = transaction.get("value").expect("the task has set it");
        step.see(&format!("undo {value}"));
    }

    #[task(on_rollback = tells)]
    async fn sets(step: Step, value: u32) -> Step {
        current().expect("in a transaction").set("value", value);
        step
    }

    let test = "values";
    let result: anyhow::Result<()> = transaction()
        .run(async |outer| {
            outer.set("list", vec![42_u32]);
            let inner = transaction().run(async |inner| {
                let mut list: Vec<u32> = inner.get("list").expect("the outer one has it");
                list.push(43);
                inner.set("list", list);
                assert_eq!(inner.get::<Vec<u32>>("list"), Some(vec![42, 43]));
                anyhow::Ok(())
            });
            inner.await?;
            assert_eq!(outer.get::<Vec<u32>>("list"), Some(vec![42]));
            assert_eq!(outer.get::<u32>("unknown"), None);
            sets(step(test, "a"), 1).await;
            sets(step(test, "b"), 2).await;
            anyhow::bail!("enough")
        })
        .await;
    result.expect_err("it fails");
    assert_eq!(seen_in(test), ["undo 2 b", "undo 1 a"]);
    assert!(current().is_none());
}

#[tokio::test]
async fn submitted_tasks_belong_to_the_transaction_in_which_they_were_submitted() {
    let test = "submitted";
    let result = transaction()
        .run(async |_| {
            let a = does(step(test, "a")).submit();
            a.await?;
            fails(step(test, "b")).submit().await
        })
        .await;
    result.expect_err("b fails");
    assert_eq!(seen_in(test), ["do a", "do b", "undo first a", "undo a"]);
}

#[tokio::test]
async fn a_transaction_that_panics_or_is_dropped_is_undone() {
    let test = "panics";
    let panics = tokio::spawn(transaction().run(move |_| async move {
        does(step(test, "a")).await?;
        assert_ne!(test, "panics");
        anyhow::Ok(())
    }));
    assert!(panics.await.expect_err("it panics").is_panic());
    assert_eq!(seen_in(test), ["do a", "undo first a", "undo a"]);

    let test = "dropped";
    let hangs = tokio::spawn(transaction().run(move |_| async move {
        does(step(test, "a")).await?;
        std::future::pending::<()>().await;
        anyhow::Ok(())
    }));
    yield_now().await;
    hangs.abort();
    assert!(hangs.await.expect_err("it was dropped").is_cancelled());
    for _ in 0..5 {
        yield_now().await;
    }
    assert_eq!(seen_in(test), ["do a", "undo first a", "undo a"]);
}
