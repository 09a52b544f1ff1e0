//! The life of a flow run.

use std::time::Duration;

use autotune::{StateName, StateType};
use autotune_runtime::flow_run::{FlowRunFilter, NewFlowRun};
use autotune_runtime::orchestrator::OrchestratorError;
use autotune_runtime::proposal::{Proposal, Verdict};
use autotune_runtime::record::StateFilter;
use serde_json::json;

use super::{Place, claim, due, now, present, propose, scheduled};

#[tokio::test(start_paused = true)]
async fn a_run_is_scheduled_claimed_run_and_completed() {
    let place = Place::new();
    let orchestrator = &*place.handle();
    let run = scheduled(orchestrator).await;
    assert_eq!((run.state.state_type, run.run_count, run.worker.as_deref()), (StateType::Scheduled, 0, None));
    for (state, count) in [(StateName::Pending, 0), (StateName::Running, 1), (StateName::Completed, 1)] {
        tokio::time::advance(Duration::from_secs(1)).await;
        let proposal = Proposal::of(state).by("one");
        assert!(orchestrator.propose(run.id, proposal).await.expect("an answer").is_accepted(), "{state}");
        assert_eq!(present(orchestrator, &run).await.run_count, count);
    }
    let run = present(orchestrator, &run).await;
    assert_eq!((run.state.state_name.as_str(), run.worker.as_deref()), ("Completed", Some("one")));
    assert_eq!(run.started, Some(run.expected + Duration::from_secs(2)));
    let states = orchestrator.states(run.id).await.expect("read");
    let names: Vec<_> = states.iter().map(|state| state.state_name.as_str()).collect();
    assert_eq!(names, ["Scheduled", "Pending", "Running", "Completed"]);
}

#[tokio::test(start_paused = true)]
async fn the_same_proposal_is_accepted_once_and_asked_again_without_harm() {
    let place = Place::new();
    let orchestrator = &*place.handle();
    let run = scheduled(orchestrator).await;
    let proposal = Proposal::of(StateName::Running);
    for _ in 0..3 {
        let verdict = orchestrator.propose(run.id, proposal.clone()).await.expect("an answer");
        assert!(verdict.is_accepted());
    }
    assert_eq!(present(orchestrator, &run).await.run_count, 1);
    assert!(propose(orchestrator, &run, StateName::Running).await.is_accepted());
    assert_eq!(present(orchestrator, &run).await.run_count, 2, "another proposal is another attempt");
}

#[tokio::test(start_paused = true)]
async fn a_run_that_nobody_has_begun_is_cancelled_at_once() {
    let place = Place::new();
    let orchestrator = &*place.handle();
    let run = scheduled(orchestrator).await;
    let verdict = propose(orchestrator, &run, StateName::Cancelling).await;
    assert!(matches!(verdict, Verdict::Reject { state, .. } if state.state_type == StateType::Cancelled));
    assert!(matches!(claim(orchestrator, &run, "one").await, Verdict::Abort { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_run_waits_until_it_is_due() {
    let place = Place::new();
    let orchestrator = &*place.handle();
    let mut new = NewFlowRun::of("nightly");
    new.state = StateName::Scheduled;
    new.due = Some(now() + Duration::from_secs(90));
    let run = orchestrator.create_flow_run(new).await.expect("a run");
    let verdict = propose(orchestrator, &run, StateName::Running).await;
    let Verdict::Wait { delay, .. } = verdict else { panic!("{verdict:?}") };
    assert_eq!(delay, Duration::from_secs(90));
    tokio::time::advance(delay).await;
    assert!(propose(orchestrator, &run, StateName::Running).await.is_accepted());
}

#[tokio::test(start_paused = true)]
async fn what_is_being_cancelled_can_only_be_cancelled() {
    let place = Place::new();
    let orchestrator = &*place.handle();
    let run = scheduled(orchestrator).await;
    for state in [StateName::Running, StateName::Cancelling] {
        assert!(propose(orchestrator, &run, state).await.is_accepted());
    }
    let verdict = propose(orchestrator, &run, StateName::Completed).await;
    assert!(matches!(verdict, Verdict::Reject { state, .. } if state.state_type == StateType::Cancelling));
    assert!(propose(orchestrator, &run, StateName::Cancelled).await.is_accepted());
    assert!(matches!(propose(orchestrator, &run, StateName::Crashed).await, Verdict::Abort { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_suspended_run_is_nobodys_until_it_is_resumed_with_what_it_asks_for() {
    let place = Place::new();
    let (orchestrator, other) = (&*place.handle(), &*place.handle());
    let run = scheduled(orchestrator).await;
    assert!(claim(orchestrator, &run, "one").await.is_accepted());
    assert!(propose(orchestrator, &run, StateName::Running).await.is_accepted());
    let schema = json!({ "type": "object", "required": ["x"], "properties": { "x": { "type": "integer" } } });
    orchestrator.put_input(run.id, "suspended-here-schema", schema).await.expect("kept");
    let until = now() + Duration::from_mins(1);
    let suspended = Proposal::of(StateName::Suspended).at_pause("here").due(until).because("it asks");
    assert!(orchestrator.propose(run.id, suspended).await.expect("an answer").is_accepted());
    let known = present(other, &run).await;
    assert_eq!((known.state.state_type, known.state.state_name.as_str()), (StateType::Paused, "Suspended"));
    assert_eq!((known.worker, known.pause_key.as_deref()), (None, Some("here")));
    assert_eq!((known.state.due, known.state.message.as_deref()), (Some(until), Some("it asks")));
    assert!(due(other, 1).await.is_empty());
    for state in [StateName::Running, StateName::Pending, StateName::Crashed] {
        assert!(matches!(propose(other, &run, state).await, Verdict::Reject { .. }), "{state}");
    }

    tokio::time::advance(Duration::from_secs(1)).await;
    for unfit in [None, Some(json!({})), Some(json!({ "x": "y" }))] {
        let error = other.resume(run.id, None, unfit).await.expect_err("it does not fit");
        assert!(matches!(error, OrchestratorError::InvalidInput(_)), "{error:?}");
    }
    let verdict = other.resume(run.id, Some("elsewhere"), Some(json!({ "x": 1 }))).await.expect("an answer");
    assert!(matches!(verdict, Verdict::Reject { state, .. } if state.state_name == "Suspended"));
    let verdict = other.resume(run.id, Some("here"), Some(json!({ "x": 1 }))).await.expect("an answer");
    assert!(matches!(verdict, Verdict::Accept(state) if state.state_name == "Resuming"));
    assert_eq!(
        orchestrator.input(run.id, "suspended-here-response").await.expect("read"),
        Some(json!({ "x": 1 }))
    );
    assert_eq!(due(other, 1).await.first().map(|due| (due.id, due.pause_key.clone())), Some((run.id, None)));
    let again = other.resume(run.id, None, Some(json!({ "x": 1 }))).await.expect("an answer");
    assert!(matches!(again, Verdict::Reject { .. }), "it is not suspended any more");
}

#[tokio::test(start_paused = true)]
async fn a_second_run_of_the_same_key_is_the_first_one() {
    let place = Place::new();
    let (one, other) = (place.handle(), place.handle());
    let mut new = NewFlowRun::of("nightly");
    new.idempotency_key = Some("tonight".to_owned());
    let first = one.create_flow_run(new.clone()).await.expect("a run");
    new.parameters = json!({ "days": 3 }).as_object().cloned().unwrap_or_default();
    let second = other.create_flow_run(new).await.expect("a run");
    assert_eq!(first, second);
    let mut elsewhere = NewFlowRun::of("weekly");
    elsewhere.idempotency_key = Some("tonight".to_owned());
    assert_ne!(one.create_flow_run(elsewhere).await.expect("a run").id, first.id);
}

#[tokio::test(start_paused = true)]
async fn runs_are_found_by_flow_state_and_time_and_are_removed_with_their_inputs() {
    let place = Place::new();
    let orchestrator = &*place.handle();
    let first = scheduled(orchestrator).await;
    tokio::time::advance(Duration::from_mins(1)).await;
    let later = scheduled(orchestrator).await;
    orchestrator.create_flow_run(NewFlowRun::of("weekly")).await.expect("a run");
    let ids = async |filter: FlowRunFilter| {
        let runs = orchestrator.flow_runs(&filter).await.expect("read");
        runs.into_iter().map(|run| run.id).collect::<Vec<_>>()
    };
    let nightly = FlowRunFilter { flow: Some("nightly".to_owned()), ..FlowRunFilter::default() };
    assert_eq!(ids(nightly.clone()).await, [later.id, first.id]);
    assert_eq!(ids(FlowRunFilter { limit: Some(1), ..nightly.clone() }).await, [later.id]);
    assert_eq!(ids(FlowRunFilter { until: Some(later.expected), ..nightly.clone() }).await, [first.id]);
    assert_eq!(ids(FlowRunFilter { since: Some(later.expected), ..nightly }).await, [later.id]);
    let pending = vec![StateFilter::Type(StateType::Pending), StateFilter::Name("Running".to_owned())];
    assert_eq!(ids(FlowRunFilter { states: pending, ..FlowRunFilter::default() }).await.len(), 1);

    orchestrator.put_input(first.id, "answer", json!({ "yes": true })).await.expect("kept");
    assert_eq!(orchestrator.input(first.id, "answer").await.expect("read"), Some(json!({ "yes": true })));
    assert!(orchestrator.delete_flow_run(first.id).await.expect("removed"));
    assert!(!orchestrator.delete_flow_run(first.id).await.expect("nothing to remove"));
    assert_eq!(orchestrator.flow_run(first.id).await.expect("read"), None);
    let gone = orchestrator.input(first.id, "answer").await;
    assert!(matches!(gone, Err(OrchestratorError::NotFound { kind: "flow run", .. })));
}
