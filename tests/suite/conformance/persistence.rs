//! What is left of runs in the history: what they waited for, and what they returned. Each test has a process of its
//! own, which records into a database of its own.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use autotune::deployment::{DeploymentRun, NewDeployment};
use autotune::embedded::{ResultError, RunFilter, RunRecord, Store};
use autotune::flow_run::FlowRunFilter;
use autotune::moment::Moment;
use autotune::orchestrator;
use autotune::prelude::*;
use autotune::transaction::{Isolation, transaction};
use autotune::worker_record::Poll;
use autotune::{RunId, allow_failure, cache, run};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};
use tracing_subscriber::prelude::*;

use crate::harness;
use crate::logging::Captured;

/// Runs the body of a test with a new database, in which everything is recorded and found.
fn with_a_store(test: &str, body: impl AsyncFnOnce(Store)) {
    let home = tempfile::tempdir().expect("a folder");
    let home = home.path().to_str().expect("a path is text");
    let test = format!("conformance::persistence::{test}");
    harness::in_a_process_of_its_own(&test, &[("AUTOTUNE_HOME", home)], async || {
        body(autotune::init().expect("a new database")).await;
    });
}

/// What another process finds: nothing that only this one remembers.
fn as_another_process() {
    cache::clear();
}

fn runs_of_task(store: &Store, name: &str) -> Vec<RunRecord> {
    let mut runs = store.runs(&RunFilter::of_task(name)).expect("read");
    runs.reverse();
    runs
}

fn flow_run(store: &Store, name: &str) -> RunId {
    store.runs(&RunFilter::of_flow(name)).expect("read")[0].id
}

#[task]
async fn number(of: u32) -> u32 {
    of
}

#[task]
async fn sum(numbers: u32) -> Result<u32, Interrupted> {
    Ok(numbers)
}

#[task]
async fn fails() -> Result<u32, String> {
    Err("it fails".to_owned())
}

#[flow]
async fn waits() -> Result<u32, Interrupted> {
    let (a, b, c) = (number(1).submit(), number(2).submit(), number(3).submit());
    let first = sum(c.await).wait_for((&a, [&b, &b])).await?;
    let failing = fails().submit();
    let _ = sum(1).named("not ready").wait_for((&a, &failing)).await;
    let _ = below().named("subflow").wait_for(allow_failure(&failing)).await;
    sum(first).named("free").await
}

#[flow]
async fn below() -> Result<(), Interrupted> {
    Ok(())
}

// DEP-02
#[test]
fn what_a_run_waited_for_is_in_its_history() {
    with_a_store("what_a_run_waited_for_is_in_its_history", async |store| {
        assert_eq!(waits().await.expect("it completes"), 3);
        let root = flow_run(&store, "waits");
        let calls = store.calls(root, 100).expect("read");
        let named = |name: &str| calls.iter().find(|run| run.name == name).expect("a run").clone();
        let id = |name: &str| named(name).id;
        let numbers: Vec<_> = calls.iter().filter(|run| run.definition == "number").collect();
        let failing = calls.iter().find(|run| run.definition == "fails").expect("a run").id;
        let waiting = calls.iter().find(|run| run.definition == "sum").expect("a run");
        // The runs of `c`, whose value was given, is none of them: a value does not know who made it.
        assert_eq!(waiting.waited_for, [numbers[0].id, numbers[1].id]);
        assert_eq!(named("not ready").state_name, "NotReady");
        assert_eq!(named("not ready").waited_for, [numbers[0].id, failing]);
        let subflow = &store.subflows(root).expect("read")[0];
        assert_eq!((subflow.name.as_str(), subflow.waited_for.as_slice()), ("subflow", &[failing][..]));
        assert_eq!(store.run(id("free")).expect("read").expect("a run").waited_for, []);
    });
}

#[flow(persist_result)]
async fn kept(value: Value) -> Value {
    value
}

#[flow]
async fn not_kept() -> u32 {
    7
}

// RES-01
#[test]
fn a_result_that_is_not_persisted_is_missing_later() {
    with_a_store("a_result_that_is_not_persisted_is_missing_later", async |store| {
        assert_eq!(not_kept().await, 7);
        let error = store.result_of::<u32>(flow_run(&store, "not_kept")).expect_err("nothing is kept");
        assert!(matches!(&error, ResultError::Missing { state, .. } if state == "Completed"), "{error}");
        assert!(error.to_string().contains("`persist_result`"), "{error}");
        let unknown = store.result_of::<u32>(RunId::new());
        assert!(matches!(unknown, Err(ResultError::Unknown(_))), "{unknown:?}");
    });
}

// RES-02
#[test]
fn a_result_that_is_persisted_comes_back_as_it_was() {
    with_a_store("a_result_that_is_persisted_comes_back_as_it_was", async |store| {
        for value in [Value::Null, json!(true), json!(false), json!(0), json!(""), json!({ "a": [1, null] })]
        {
            assert_eq!(kept(value.clone()).await, value);
            let id = flow_run(&store, "kept");
            assert_eq!(store.result_of::<Value>(id).expect("it is kept"), value);
        }
        let id = flow_run(&store, "kept");
        let error = store.result_of::<u32>(id).expect_err("it is no number").to_string();
        assert!(error.ends_with("cannot be read: it is not a `u32`"), "{error}");
        store.prune(Moment::now().timestamp()).expect("pruned");
        assert!(matches!(store.result_of::<Value>(id), Err(ResultError::Unknown(_))));
        let connection = rusqlite::Connection::open(store.path()).expect("the database");
        let left: i64 = connection
            .query_row(
                "SELECT (SELECT count(*) FROM result) + (SELECT count(*) FROM run_result)",
                [],
                |row| row.get(0),
            )
            .expect("tables");
        assert_eq!(left, 0, "results go with their runs");
    });
}

static SHOUTED: AtomicU32 = AtomicU32::new(0);

#[task(persist_result, cache_key = "{x}-{y}-bar")]
async fn shout(x: u32, y: &str, loud: bool) -> String {
    SHOUTED.fetch_add(1, Ordering::Relaxed);
    if loud { format!("{x}{y}").to_uppercase() } else { format!("{x}{y}") }
}

#[flow]
async fn shouts(loud: bool) -> String {
    shout(1, "foo", loud).await
}

// CAC-15, RES-04
#[test]
fn a_result_has_the_place_that_its_key_names_and_is_found_there() {
    with_a_store("a_result_has_the_place_that_its_key_names_and_is_found_there", async |store| {
        assert_eq!(shouts(false).await, "1foo");
        as_another_process();
        // What the key does not name makes no difference.
        assert_eq!(shouts(true).await, "1foo");
        assert_eq!(shout(1, "bar", true).await, "1BAR");
        assert_eq!(SHOUTED.load(Ordering::Relaxed), 2);
        autotune::recorder::flush().await;
        let runs = runs_of_task(&store, "shout");
        let states: Vec<_> = runs.iter().map(|run| run.state_name.as_str()).collect();
        assert_eq!(states, ["Completed", "Cached", "Completed"]);
        for run in &runs[..2] {
            assert_eq!(store.result_of::<String>(run.id).expect("it is kept"), "1foo");
        }
        as_another_process();
        assert_eq!(shout(1, "foo", true).refresh_cache().await, "1FOO");
        autotune::recorder::flush().await;
        // The runs of a key share its place.
        assert_eq!(store.result_of::<String>(runs[0].id).expect("it is kept"), "1FOO");
    });
}

/// What can be read, and not written.
#[derive(Clone, PartialEq, Debug, Deserialize)]
struct Unwritable(u32);

impl Serialize for Unwritable {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("it has no form"))
    }
}

#[task(persist_result)]
async fn unwritable() -> Unwritable {
    Unwritable(7)
}

#[flow]
async fn tries_to_keep() -> Unwritable {
    unwritable().await
}

// RES-06
#[test]
fn a_result_that_cannot_be_serialised_is_logged_and_its_run_completes() {
    with_a_store("a_result_that_cannot_be_serialised_is_logged_and_its_run_completes", async |store| {
        let captured = Captured::default();
        let listening = harness::listen(tracing_subscriber::registry().with(captured.clone()));
        assert_eq!(tries_to_keep().await, Unwritable(7));
        drop(listening);
        let log = captured.text();
        let warning = "the result of `unwritable` is not persisted: it has no form";
        assert!(log.lines().any(|line| line.starts_with("WARN") && line.contains(warning)), "{log}");
        let run = &runs_of_task(&store, "unwritable")[0];
        assert_eq!(run.state_name, "Completed");
        assert!(matches!(store.result_of::<Value>(run.id), Err(ResultError::Missing { .. })));
    });
}

static CHILDREN: AtomicU32 = AtomicU32::new(0);

#[flow(persist_result)]
async fn child(of: u32) -> u32 {
    of + CHILDREN.fetch_add(1, Ordering::Relaxed)
}

#[flow(retries = 1)]
async fn parent() -> Result<u32, String> {
    let value = child(7).await;
    as_another_process();
    if run().is_some_and(|run| run.run_count() == 1) { Err("not yet".to_owned()) } else { Ok(value) }
}

// FRT-05
#[test]
fn a_subflow_with_a_kept_result_is_not_run_again_when_its_parent_is_tried_again() {
    with_a_store(
        "a_subflow_with_a_kept_result_is_not_run_again_when_its_parent_is_tried_again",
        async |store| {
            assert_eq!(parent().await, Ok(7));
            assert_eq!(CHILDREN.load(Ordering::Relaxed), 1);
            let subflows = store.subflows(flow_run(&store, "parent")).expect("read");
            let states: Vec<_> = subflows.iter().map(|run| run.state_name.as_str()).collect();
            assert_eq!(states, ["Completed", "Cached"]);
            for subflow in subflows {
                assert_eq!(store.result_of::<u32>(subflow.id).expect("it is kept"), 7);
            }
        },
    );
}

#[flow]
async fn imports(fails: bool) -> anyhow::Result<u32> {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let key = transaction().key("import-7").persist_result().isolation(Isolation::Serializable);
    let block = async |_| {
        anyhow::ensure!(!fails, "it fails");
        anyhow::Ok(RUNS.fetch_add(1, Ordering::Relaxed))
    };
    key.run(block).await
}

#[test]
fn a_persisted_transaction_runs_once_for_its_key_over_all_processes() {
    with_a_store("a_persisted_transaction_runs_once_for_its_key_over_all_processes", async |store| {
        imports(true).await.expect_err("what fails is not kept");
        as_another_process();
        for _ in 0..2 {
            assert_eq!(imports(false).await.expect("it is kept"), 0);
            as_another_process();
        }
        let keeper = store.runs(&RunFilter::of_flow("imports")).expect("read")[1].id;
        let of_flow = store.result_of::<u32>(keeper);
        assert!(
            matches!(of_flow, Err(ResultError::Missing { .. })),
            "what it returned is not the flow's: {of_flow:?}"
        );
        let overwrites = transaction().key("import-7").persist_result().overwrite();
        assert_eq!(overwrites.run(async |_| anyhow::Ok(5_u32)).await.expect("it runs"), 5);
        assert_eq!(imports(false).await.expect("it is in memory"), 5);
        as_another_process();
        assert_eq!(imports(false).await.expect("outside of any run nothing is stored"), 0);
        let other = transaction().key("import-7").persist_result();
        as_another_process();
        let text = other.run(async |_| anyhow::Ok("of another type".to_owned())).await;
        assert_eq!(text.expect("it runs"), "of another type");
    });
}

#[flow]
async fn served() -> u32 {
    7
}

// BGT-02
#[test]
fn a_direct_call_is_not_handed_to_workers() {
    with_a_store("a_direct_call_is_not_handed_to_workers", async |_| {
        let orchestrator = orchestrator::installed().expect("that of the program");
        let deployment =
            orchestrator.apply(NewDeployment::new("served", "here")).await.expect("a deployment");
        assert_eq!(served().await, 7);
        let due = async || {
            let until = Moment::now().timestamp() + Duration::from_hours(1);
            orchestrator.due_runs(&Poll::new("default", until, 10)).await.expect("read")
        };
        assert_eq!(due().await, []);
        assert_eq!(orchestrator.flow_runs(&FlowRunFilter::default()).await.expect("read"), []);
        // One that is asked for is.
        let run = orchestrator.run_deployment(deployment.id, DeploymentRun::default()).await.expect("a run");
        assert_eq!(due().await.iter().map(|run| run.id).collect::<Vec<_>>(), [run.id]);
    });
}
