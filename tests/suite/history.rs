//! What a recorder is given.

use autotune::prelude::*;
use tokio::task::yield_now;

use crate::harness;

#[task]
async fn at_once() {}

#[task]
async fn waits() {
    yield_now().await;
}

#[flow(tags = ["nightly"])]
async fn flow_with_tasks(url: &str, days: u32, #[secret] token: String) -> usize {
    at_once().await;
    waits().await;
    info!(days, "loaded");
    url.len() + token.len()
}

// RUN-07
#[tokio::test]
async fn a_flow_run_is_recorded_with_its_tasks_when_it_ends() {
    harness::record();
    flow_with_tasks("http://x", 7, "hunter2".to_owned()).named("recorded").tag("manual").await;
    let history = harness::history("recorded").await;
    assert_eq!(
        history.lines(),
        [
            "at_once Completed",
            "waits Running",
            "flow_with_tasks Running",
            "waits Completed",
            "flow_with_tasks Completed"
        ]
    );
    assert_eq!(history.tags, ["nightly", "manual"]);
    let parameters = serde_json::to_value(history.parameters).expect("parameters are JSON");
    assert_eq!(parameters, serde_json::json!({ "url": "http://x", "days": 7, "token": "********" }));
    assert_eq!(history.states.iter().map(|seen| seen.sequence).collect::<Vec<_>>(), [1, 2, 0, 2, 0]);
    assert!(history.states.iter().all(|seen| seen.parent == 0));
    assert!(history.id.is_some() && history.parent.is_none());
}

#[tokio::test]
async fn a_task_outside_of_any_flow_is_recorded_on_its_own() {
    harness::record();
    at_once().named("on its own").await;
    assert_eq!(harness::history("on its own").await.lines(), ["at_once Completed"]);
}

#[flow]
async fn logs() {
    waits().await;
}

#[tokio::test]
async fn what_the_framework_logs_of_a_run_is_filed_under_that_run() {
    use tracing_subscriber::prelude::*;
    harness::record();
    let _guard = harness::listen(tracing_subscriber::registry().with(autotune::log::RunLayer));
    logs().named("logs of runs").await;
    let logged = harness::history("logs of runs").await.logs_of;
    assert_eq!(logged, [(1, "Finished in state Completed state=Completed".to_owned())]);
}

#[flow]
async fn many(count: u32) {
    for _ in 0..count {
        at_once().await;
    }
}

#[tokio::test]
async fn nothing_is_lost_when_the_flow_has_ended() {
    harness::record();
    many(5_000).named("many").await;
    // No flush: the flow itself has waited for its history.
    assert_eq!(harness::history("many").await.of("at_once").len(), 5_000);
}

#[flow]
async fn parent() {
    child().named("child run").await;
}

#[flow]
async fn child() {}

#[tokio::test]
async fn a_subflow_is_recorded_with_its_parent() {
    harness::record();
    parent().named("parent run").await;
    let (parent, child) = (harness::history("parent run").await, harness::history("child run").await);
    assert!(child.parent.is_some_and(|id| Some(id) == parent.id));
}
