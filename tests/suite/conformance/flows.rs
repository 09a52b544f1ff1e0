//! Flows: their parameters, their names, and flows in flows.

use autotune::prelude::*;
use autotune::{Registry, RunId, run};
use serde_json::json;
use tokio::task::yield_now;

use crate::harness;

#[flow(flow_run_name = "hi-{x}-{y}")]
async fn greets(x: u32, #[serde(default = "three")] y: u32) -> u32 {
    x + y
}

fn three() -> u32 {
    3
}

async fn start(x: u32) {
    harness::record();
    let run = Registry::discovered().start("greets", json!({ "x": x })).expect("the parameters are right");
    assert!(run.await.is_completed());
}

// FLW-01
#[tokio::test]
async fn parameters_are_recorded_with_the_defaults_of_those_that_were_left_out() {
    start(1).await;
    let parameters = harness::history("hi-1-3").await.parameters.expect("they are recorded");
    assert_eq!(serde_json::Value::from(parameters), json!({ "x": 1, "y": 3 }));
}

// FLW-08
#[tokio::test]
async fn the_name_of_a_run_is_made_from_defaults_too() {
    start(2).await;
    assert_eq!(harness::history("hi-2-3").await.of("greets"), [StateName::Completed]);
}

// NAM-01
#[tokio::test]
async fn the_name_of_a_task_run_may_say_what_stands_for_a_missing_parameter() {
    #[task(task_run_name = format!("{name}-wuz-{}", place.unwrap_or("here")))]
    async fn was(name: &str, place: Option<&str>) -> String {
        let _ = (name, place);
        run().expect("inside a run").name().to_owned()
    }

    harness::record();
    assert_eq!(was("chris", None).await, "chris-wuz-here");
    assert_eq!(was("chris", Some("there")).await, "chris-wuz-there");
}

// FLW-03
#[tokio::test]
async fn a_parameter_that_is_not_allowed_is_a_state_for_those_who_ask_for_it() {
    #[flow]
    async fn checked(#[garde(range(max = 5))] number: u32) -> anyhow::Result<u32> {
        assert!(number <= 5, "the body runs with what is allowed only");
        Ok(number)
    }

    let state = checked(6).state().await;
    assert_eq!(
        (state.name(), state.message()),
        (StateName::Failed, Some("invalid parameter `number`: greater than 5"))
    );
    let error = state.into_result().expect("an error").expect_err("6 is too much");
    assert!(matches!(error.downcast_ref(), Some(Interrupted::InvalidParameters(_))));
    assert_eq!(checked(5).await.expect("5 is allowed"), 5);
}

// FLW-10
#[tokio::test]
async fn flows_that_run_beside_each_other_do_not_mix_up_their_runs() {
    #[task]
    async fn flow_run() -> Option<RunId> {
        yield_now().await;
        run().and_then(|run| run.flow_run()).map(|flow| flow.id())
    }

    #[flow]
    async fn child(number: u32) -> (u32, RunId) {
        let id = run().expect("inside a run").id();
        for _ in 0..number {
            yield_now().await;
            assert_eq!(flow_run().await, Some(id));
            assert_eq!(flow_run().submit().await, Some(id));
            assert_eq!(run().map(|run| run.id()), Some(id));
        }
        (number, id)
    }

    #[flow]
    async fn parent() -> Vec<(u32, RunId)> {
        let id = run().map(|run| run.id());
        let (a, b, c, d, e) = tokio::join!(child(1), child(2), child(3), child(4), child(5));
        assert_eq!(run().map(|run| run.id()), id);
        vec![a, b, c, d, e]
    }

    let (numbers, mut ids): (Vec<_>, Vec<_>) = parent().await.into_iter().unzip();
    assert_eq!(numbers, [1, 2, 3, 4, 5]);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 5, "each is a run of its own");
}
