//! What code can know of the run it is in.

use autotune::prelude::*;
use autotune::{Run, run};
use tokio::task::yield_now;

use crate::harness;

#[task(task_run_name = "inner-{number}", tags = ["io"])]
async fn inner(number: u32) -> Run {
    let before = run().unwrap_or_else(|| panic!("task {number} runs in a run"));
    yield_now().await;
    let after = run().expect("still the same");
    assert_eq!((before.id(), before.name()), (after.id(), after.name()));
    after
}

#[flow(name = "outer-flow")]
async fn outer() -> (Run, Vec<Run>) {
    let me = run().expect("a flow runs in a run");
    let direct = inner(1).await;
    let submitted = inner(2).tag("late").submit().await;
    let spawned = tokio::spawn(inner(3)).await.expect("not cancelled");
    let (joined, ()) = tokio::join!(inner(4), yield_now());
    (me, vec![direct, submitted, spawned, joined])
}

// X-RUN-02
#[tokio::test(flavor = "multi_thread")]
async fn a_call_belongs_to_the_run_in_which_it_was_made() {
    let (me, calls) = outer().await;
    assert_eq!(me.definition().name, "outer-flow");
    assert_eq!(me.parent_id(), None);
    for call in &calls {
        assert_eq!(call.parent_id(), Some(me.id()));
        assert_eq!(call.flow_run().map(|flow| flow.id()), Some(me.id()));
        assert_eq!(call.definition().name, "inner");
    }
    assert!(calls.is_sorted_by_key(Run::id), "ids sort in the order in which the calls began");
    assert_eq!(calls[0].tags(), ["io"]);
    assert_eq!(calls[1].tags(), ["io", "late"]);
    assert!(run().is_none());
}

#[task]
async fn calls_another() -> (Run, Run) {
    (run().expect("in a run"), inner(9).await)
}

#[flow]
async fn nested() -> (Run, Run) {
    calls_another().await
}

// X-RUN-04
#[tokio::test]
async fn a_task_called_by_a_task_is_its_child() {
    let (parent, child) = nested().await;
    assert_eq!(child.parent_id(), Some(parent.id()));
}

// RUN-04
#[tokio::test]
async fn a_task_outside_of_any_flow_has_a_run_but_no_flow_run() {
    let alone = inner(1).named("alone").await;
    assert_eq!(alone.name(), "alone");
    assert!(alone.flow_run().is_none());
    let (parent, child) = calls_another().await;
    assert_eq!(child.parent_id(), Some(parent.id()));
}

#[task(blocking)]
fn on_a_thread(name: String) -> (String, Option<Run>) {
    (name, run())
}

#[flow]
async fn blocks() -> Option<Run> {
    on_a_thread("x".to_owned()).await.1
}

#[tokio::test]
async fn a_blocking_body_runs_in_its_run_too() {
    let run = blocks().await.expect("the pool's thread is in the run");
    assert_eq!(run.definition().name, "on_a_thread");
    assert!(run.flow_run().is_some());
}

#[flow]
async fn child_flow() -> Run {
    run().expect("in a run")
}

#[flow]
async fn parent_flow() -> (Run, Run) {
    (run().expect("in a run"), child_flow().await)
}

#[tokio::test]
async fn a_subflow_has_a_run_of_its_own_and_knows_its_parent() {
    let (parent, child) = parent_flow().await;
    assert_ne!(parent.id(), child.id());
    assert_eq!(child.parent_id(), Some(parent.id()));
    assert_eq!(child.flow_run().map(|flow| flow.id()), Some(child.id()));
}

#[tokio::test]
async fn a_run_name_is_made_from_the_parameters_where_somebody_looks() {
    harness::record();
    let (_, calls) = outer().named("names").await;
    assert_eq!(calls.iter().map(Run::name).collect::<Vec<_>>(), ["inner-1", "inner-2", "inner-3", "inner-4"]);
    let history = harness::history("names").await;
    let names: Vec<_> = history.states.iter().filter_map(|seen| seen.run.as_deref()).collect();
    assert!(names.contains(&"inner-1"), "{names:?}");
}
