//! What is known of the run that logs something.

use autotune::prelude::*;
use autotune::{RunId, run};
use tracing_subscriber::prelude::*;

use crate::{harness, logging::Captured};

#[task(name = "speaking task")]
async fn speaks(what: &str) -> RunId {
    info!("{what} of the task");
    run().expect("inside a run").id()
}

#[flow(name = "speaking flow")]
async fn listens() -> (RunId, RunId) {
    info!("word of the flow");
    (run().expect("inside a run").id(), speaks("word").named("the speaker").await)
}

// LOG-01
#[tokio::test]
async fn what_a_run_logs_stands_in_spans_that_name_it_and_its_flow() {
    let captured = Captured::default();
    let _guard = harness::listen(tracing_subscriber::registry().with(captured.clone()));
    let (flow, task) = listens().named("the listener").await;
    let text = captured.text();
    for expected in [
        format!("run.id={flow} run.name=\"the listener\" flow_run.id=\"{flow}\" name=\"speaking flow\""),
        format!("run.id={task} run.name=\"the speaker\" flow_run.id=\"{flow}\" name=\"speaking task\""),
        "span task in Some(\"flow\")".to_owned(),
        "INFO in Some(\"flow\") message=word of the flow".to_owned(),
        "INFO in Some(\"task\") message=word of the task".to_owned(),
    ] {
        assert!(text.contains(&expected), "`{expected}` is missing in\n{text}");
    }
}

// LOG-03
#[tokio::test]
async fn what_a_task_logs_is_recorded_with_it_and_with_its_flow_run() {
    harness::record();
    let _guard = harness::listen(tracing_subscriber::registry().with(autotune::log::RunLayer));
    listens().named("recorded words").await;
    let history = harness::history("recorded words").await;
    for expected in ["INFO word of the flow", "INFO word of the task"] {
        assert!(history.logs.iter().any(|line| line == expected), "{:?}", history.logs);
    }
    assert!(history.logs_of.contains(&(1, "word of the task".to_owned())), "{:?}", history.logs_of);
    assert!(!history.logs_of.iter().any(|(_, line)| line.contains("flow")), "{:?}", history.logs_of);
}

// X-LOG-02
#[tokio::test]
async fn what_a_flow_in_a_flow_logs_is_its_own() {
    #[flow]
    async fn surrounds() {
        listens().named("the inner listener").await;
    }

    harness::record();
    let _guard = harness::listen(tracing_subscriber::registry().with(autotune::log::RunLayer));
    surrounds().named("the outer listener").await;
    let (inner, outer) =
        (harness::history("the inner listener").await, harness::history("the outer listener").await);
    assert!(inner.logs.iter().any(|line| line.contains("word of the flow")), "{:?}", inner.logs);
    assert!(!outer.logs.iter().any(|line| line.contains("word of")), "{:?}", outer.logs);
}

// LOG-04
#[tokio::test]
async fn the_bare_function_may_log_where_there_is_no_run() {
    #[task]
    async fn whispers() -> bool {
        info!("a whisper");
        run().is_some()
    }

    let captured = Captured::default();
    let _guard = harness::listen(tracing_subscriber::registry().with(captured.clone()));
    assert!(!whispers().raw().await);
    assert_eq!(captured.text(), "INFO in None message=a whisper\n");
}
