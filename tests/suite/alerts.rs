//! Somebody is told when runs fail again and again.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use autotune::alerts::{Alert, alert_after};
use autotune::embedded::Store;
use autotune::event::{Event, Root, StateEvent};
use autotune::moment::Moment;
use autotune::prelude::*;
use autotune::recorder::Recorder;
use autotune::{Definition, RunId};

use crate::harness;

#[flow(version = "2")]
async fn uneven(fails: bool) -> Result<(), String> {
    if fails { Err("no data".to_owned()) } else { Ok(()) }
}

#[flow]
async fn write_letter(to: String) -> String {
    format!("a letter to {to}")
}

async fn faint(_: Alert) {
    panic!("nobody is there")
}

/// Runs a test in a process that records into a folder of its own, which `prepare` is given before.
fn in_a_house(test: &str, prepare: impl FnOnce(&Path), body: impl AsyncFnOnce()) {
    let home = tempfile::tempdir().expect("a folder");
    // The process that runs the body comes by here, too.
    if !harness::is_in_a_process_of_its_own() {
        prepare(home.path());
    }
    let path = home.path().to_str().expect("a path is text");
    harness::in_a_process_of_its_own(test, &[("AUTOTUNE_HOME", path)], async || {
        autotune::init().expect("a database");
        body().await;
    });
}

/// Where a function puts what it was told, after a while.
fn told() -> (Arc<Mutex<Vec<Alert>>>, impl Fn(Alert) -> tokio::task::JoinHandle<()> + Send + Sync) {
    let told: Arc<Mutex<Vec<Alert>>> = Arc::default();
    let theirs = Arc::clone(&told);
    let hook = move |alert: Alert| {
        let told = Arc::clone(&theirs);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            told.lock().expect("no panic").push(alert);
        })
    };
    (told, hook)
}

#[test]
fn the_third_failure_in_a_row_alerts_once_and_again_after_a_success() {
    let test = "alerts::the_third_failure_in_a_row_alerts_once_and_again_after_a_success";
    in_a_house(
        test,
        |_| {},
        async || {
            let (told, hook) = told();
            alert_after(uneven, 3, hook);
            let count = |fails: bool| {
                let told = Arc::clone(&told);
                async move {
                    let _ = uneven(fails).await;
                    // The run has ended only when somebody has been told.
                    told.lock().expect("no panic").len()
                }
            };
            assert_eq!([count(true).await, count(true).await, count(true).await], [0, 0, 1]);
            assert_eq!([count(true).await, count(true).await], [1, 1]);
            assert_eq!(
                [count(false).await, count(true).await, count(true).await, count(true).await],
                [1, 1, 1, 2]
            );
            let told = told.lock().expect("no panic");
            assert_eq!((told[0].failures, told[0].last_success), (3, None));
            assert!(told[1].last_success.is_some_and(|success| success > told[0].at && success < told[1].at));
            let shown = told[0].to_string();
            assert!(shown.starts_with("flow `uneven` has failed 3 times in a row; uneven-"), "{shown}");
            assert!(shown.ends_with(": no data"), "{shown}");
        },
    );
}

#[test]
fn failures_of_other_processes_and_versions_count() {
    static EARLIER: Definition = Definition { name: "uneven", version: Some("1"), ..Definition::FLOW };
    let record = |home: &Path| {
        let store = Store::open(home.join("autotune.db")).expect("a new database");
        let mut recorder = store.recorder().expect("a recorder");
        for state in [StateName::Completed, StateName::Crashed, StateName::Cancelled, StateName::TimedOut] {
            let (name, tags, at) = ("earlier".to_owned(), Vec::new(), Moment::now());
            let (definition, id) = (&EARLIER, RunId::new());
            let root = Root { id, definition, name, parameters: None, tags, parent: None, created: at };
            let (sequence, parent, attempt, started, detail) = (0, 0, 0, at, None);
            let event = StateEvent { definition, sequence, parent, attempt, state, started, at, detail };
            recorder.record(&root, vec![Event::State(event)]);
        }
        recorder.flush();
    };
    in_a_house("alerts::failures_of_other_processes_and_versions_count", record, async || {
        let (told, hook) = told();
        alert_after(uneven, 3, hook);
        uneven(true).await.expect_err("it fails");
        let told = told.lock().expect("no panic");
        assert_eq!(told.len(), 1);
        assert_eq!((told[0].failures, told[0].message.as_deref()), (3, Some("no data")));
    });
}

#[test]
fn a_function_that_fails_is_harmless_and_one_that_runs_a_flow_waits_for_nobody() {
    let test = "alerts::a_function_that_fails_is_harmless_and_one_that_runs_a_flow_waits_for_nobody";
    in_a_house(
        test,
        |_| {},
        async || {
            let written: Arc<Mutex<Vec<String>>> = Arc::default();
            alert_after(uneven, 1, faint);
            alert_after(uneven, 1, |_| async { Err::<(), _>("the line is dead") });
            let theirs = Arc::clone(&written);
            alert_after(uneven, 0, move |alert: Alert| {
                let written = Arc::clone(&theirs);
                async move {
                    let letter = write_letter(alert.flow).await;
                    written.lock().expect("no panic").push(letter);
                }
            });
            let begun = Moment::now();
            assert_eq!(uneven(true).await, Err("no data".to_owned()));
            assert_eq!(*written.lock().expect("no panic"), ["a letter to uneven"]);
            assert!(Moment::now().since(begun) < Duration::from_secs(20), "it did not run into its limit");
        },
    );
}
