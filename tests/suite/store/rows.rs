//! What is recorded is there.

use std::time::Duration;

use autotune::artifact::Artifact;
use autotune::embedded::{ArtifactFilter, LogFilter, RunFilter, StateFilter, Store};
use autotune::event::{ArtifactEvent, Detail, Event, LogEvent, Root, StateEvent};
use autotune::{StateName, StateType};
use autotune_runtime::moment::Moment;
use serde_json::json;
use tracing::Level;

use super::{FLOW, Place, ago, failed, flow_run, record, state};

fn log(sequence: u32, level: Level, message: &str) -> Event {
    let (target, message) = ("tuner".to_owned(), message.to_owned());
    Event::Log(Box::new(LogEvent { sequence, at: Moment::now(), level, target, message }))
}

#[test]
fn a_run_is_found_with_its_calls_states_parameters_and_logs() {
    let place = Place::new();
    let parameters = json!({ "days": 7 }).as_object().cloned();
    let root = Root {
        parameters,
        tags: vec!["manual".to_owned()],
        ..std::sync::Arc::into_inner(flow_run("tonight")).expect("the only one")
    };
    let start = ago(Duration::from_mins(1));
    let after = |seconds| start.plus(Duration::from_secs(seconds)).expect("a time");
    // What a call was given is told with each of its states.
    let given = || Detail {
        name: Some("load the week".to_owned()),
        tags: vec!["retried".to_owned()],
        ..Detail::default()
    };
    let waiting = Detail { message: Some("503".to_owned()), delay: Some(Duration::from_secs(5)), ..given() };
    let of_load = |name, attempt, seconds, detail| {
        let detail = Some(Box::new(detail));
        Event::State(StateEvent { attempt, at: after(seconds), detail, ..state(1, name, start) })
    };
    let events = vec![
        Event::State(state(0, StateName::Running, start)),
        Event::State(state(1, StateName::Running, start)),
        log(1, Level::INFO, "loading"),
        of_load(StateName::AwaitingRetry, 0, 1, waiting),
        of_load(StateName::Retrying, 1, 6, given()),
        log(0, Level::WARN, "slow"),
        of_load(StateName::Completed, 1, 8, given()),
        failed(2, after(9), "no such day"),
        Event::State(StateEvent { at: after(10), ..state(0, StateName::Completed, start) }),
    ];
    record(&mut place.recorder(), &root, events);

    // As another process sees it.
    let store = Store::open(place.store.path()).expect("the same database");
    let run = store.run(root.id).expect("read").expect("the flow run");
    assert_eq!((run.name.as_str(), run.definition.as_str()), ("tonight", "nightly"));
    assert_eq!((run.state_type, run.took()), (StateType::Completed, Some(Duration::from_secs(10))));
    assert_eq!((run.tags.as_slice(), run.parent), (&["manual".to_owned()][..], None));
    let known = store.root(root.id).expect("read").expect("the flow run");
    assert_eq!(known.parameters.map(serde_json::Value::Object), Some(json!({ "days": 7 })));
    assert_eq!(known.version.as_deref(), Some("1.2.0"));
    assert_eq!(known.process.map(|(_, pid)| pid), Some(std::process::id()));

    let calls = store.calls(root.id, 10).expect("read");
    assert_eq!(calls.iter().map(|call| call.name.as_str()).collect::<Vec<_>>(), ["load the week", "load-2"]);
    assert_eq!((calls[0].id, calls[0].parent, calls[0].run_count), (root.id.of_call(1), Some(root.id), 2));
    assert_eq!((&calls[0].tags, &calls[1].tags), (&vec!["io".into(), "retried".into()], &vec!["io".into()]));
    assert_eq!(calls[1].message.as_deref(), Some("no such day"));

    let states = store.states(calls[0].id).expect("read");
    let names: Vec<_> = states.iter().map(|state| (state.state_name.as_str(), state.run_count)).collect();
    assert_eq!(names, [("Running", 1), ("AwaitingRetry", 1), ("Retrying", 2), ("Completed", 2)]);
    assert_eq!(states[1].message.as_deref(), Some("503"));
    assert_eq!(states[1].due, Some(after(6).timestamp()));

    let lines = |id, level| {
        let filter = LogFilter { level, limit: None };
        let lines = store.logs(id, &filter).expect("read");
        lines.into_iter().map(|line| format!("{} {}", line.run_name, line.message)).collect::<Vec<_>>()
    };
    assert_eq!(lines(root.id, None), ["load the week loading", "tonight slow"]);
    assert_eq!(lines(root.id, Some(Level::WARN)), ["tonight slow"]);
    assert_eq!(lines(root.id.of_call(1), None), ["load the week loading"]);
    assert_eq!(store.lost(), 0);
}

#[test]
fn runs_are_found_by_name_state_and_time() {
    let place = Place::new();
    let (old, new) = (flow_run("old"), flow_run("new"));
    let mut recorder = place.recorder();
    let hour = Duration::from_hours(1);
    let (long_ago, lately) = (ago(3 * hour), ago(hour));
    record(&mut recorder, &old, vec![failed(1, long_ago, "x"), failed(0, long_ago, "x")]);
    let states = [state(1, StateName::Cached, lately), state(0, StateName::Running, lately)];
    record(&mut recorder, &new, states.map(Event::State).into());

    let names = |filter: &RunFilter| {
        let runs = place.store.runs(filter).expect("read");
        runs.into_iter().map(|run| format!("{} {}", run.name, run.state_name)).collect::<Vec<_>>()
    };
    assert_eq!(names(&RunFilter::all()), ["load-1 Cached", "new Running", "load-1 Failed", "old Failed"]);
    assert_eq!(names(&RunFilter::roots()), ["new Running", "old Failed"]);
    assert_eq!(names(&RunFilter::of_task("load")), ["load-1 Cached", "load-1 Failed"]);
    assert_eq!(names(&RunFilter::of_flow("load")), [""; 0]);
    assert_eq!(names(&RunFilter { limit: Some(1), ..RunFilter::roots() }), ["new Running"]);
    let in_state = |state| RunFilter { state: Some(state), ..RunFilter::all() };
    assert_eq!(names(&in_state(StateFilter::Type(StateType::Completed))), ["load-1 Cached"]);
    assert_eq!(names(&in_state(StateFilter::Name("Failed".into()))), ["load-1 Failed", "old Failed"]);
    let two_hours_ago = Some(ago(2 * hour).timestamp());
    assert_eq!(names(&RunFilter { since: two_hours_ago, ..RunFilter::roots() }), ["new Running"]);
    assert_eq!(names(&RunFilter { until: two_hours_ago, ..RunFilter::roots() }), ["old Failed"]);
    assert_eq!(names(&RunFilter { root: Some(old.id), ..RunFilter::all() }), ["load-1 Failed", "old Failed"]);
}

#[test]
fn a_flow_run_is_found_as_soon_as_a_call_in_it_is_and_says_only_once_that_it_runs() {
    let place = Place::new();
    let (root, mut recorder) = (flow_run("quick"), place.recorder());
    record(&mut recorder, &root, vec![Event::State(state(1, StateName::Completed, Moment::now()))]);
    let run = place.store.run(root.id).expect("read").expect("its process may be killed now");
    assert_eq!((run.name.as_str(), run.state_name.as_str(), run.run_count), ("quick", "Running", 1));
    let then = [StateName::Running, StateName::Paused, StateName::Running, StateName::Completed];
    for name in then {
        record(&mut recorder, &root, vec![Event::State(state(0, name, Moment::now()))]);
    }
    let states = place.store.states(root.id).expect("read");
    let states: Vec<_> = states.iter().map(|state| state.state_name.as_str()).collect();
    assert_eq!(states, ["Running", "Paused", "Running", "Completed"]);
    assert_eq!(place.store.lost(), 0);
}

#[test]
fn a_state_that_comes_twice_at_one_instant_keeps_nothing_from_being_written() {
    let place = Place::new();
    let (root, now) = (flow_run("blinks"), Moment::now());
    let mut recorder = place.recorder();
    for name in [StateName::Running, StateName::Paused, StateName::Running, StateName::Completed] {
        record(&mut recorder, &root, vec![Event::State(state(0, name, now))]);
    }
    assert_eq!(place.store.lost(), 0);
    let run = place.store.run(root.id).expect("read").expect("recorded");
    assert_eq!(run.state_name, "Completed");
}

#[test]
fn an_id_may_be_cut_short() {
    let place = Place::new();
    let (one, other) = (flow_run("one"), flow_run("other"));
    for root in [&one, &other] {
        record(
            &mut place.recorder(),
            root,
            vec![failed(1, Moment::now(), "x"), failed(0, Moment::now(), "x")],
        );
    }
    let id = one.id.to_string();
    let found = |part: &str| place.store.find(part).map(|run| run.id).map_err(|error| error.to_string());
    assert_eq!(found(&id), Ok(one.id));
    assert_eq!(found(&id[id.len() - 8..]), Ok(one.id));
    assert_eq!(found(&id[..30].to_uppercase()), Ok(one.id));
    assert_eq!(found(&format!("{}.1", &id[id.len() - 8..])), Ok(one.id.of_call(1)));
    assert_eq!(found(&one.id.of_call(1).to_string()), Ok(one.id.of_call(1)));
    // Both were made in the same minutes.
    assert!(found(&id[..6]).is_err_and(|error| error.contains(&other.id.to_string())));
    for unknown in ["xyz", "", &format!("{id}.9"), &one.id.of_call(7).to_string(), "ffffffffffff.x"] {
        assert!(found(unknown).is_err_and(|error| error.contains("runs ls")), "{unknown}");
    }
}

#[test]
fn a_subflow_knows_its_caller_and_its_caller_knows_it() {
    let place = Place::new();
    let parent = flow_run("parent");
    let child = Root {
        parent: Some(parent.id.of_call(3)),
        ..std::sync::Arc::into_inner(flow_run("child")).expect("the only one")
    };
    let mut recorder = place.recorder();
    // What is called ends, and is recorded, before its caller.
    record(&mut recorder, &child, vec![Event::State(state(0, StateName::Completed, Moment::now()))]);
    record(&mut recorder, &parent, vec![Event::State(state(0, StateName::Completed, Moment::now()))]);
    let subflows = place.store.subflows(parent.id).expect("read");
    assert_eq!(subflows.iter().map(|run| run.id).collect::<Vec<_>>(), [child.id]);
    assert_eq!(subflows[0].parent, Some(parent.id.of_call(3)));
}

#[test]
fn artifacts_are_found_by_run_and_by_key() {
    let place = Place::new();
    let (first, second) = (flow_run("first"), flow_run("second"));
    let shown = |sequence, artifact| {
        Event::Artifact(Box::new(ArtifactEvent { sequence, at: Moment::now(), artifact }))
    };
    let report = |text: &str| Artifact::markdown(text).key("report").expect("a key");
    let mut recorder = place.recorder();
    record(&mut recorder, &first, vec![shown(0, report("old")), shown(1, Artifact::progress(50.0))]);
    record(&mut recorder, &second, vec![shown(0, report("new").description("weekly"))]);

    let data = |filter: &ArtifactFilter| {
        let artifacts = place.store.artifacts(filter).expect("read");
        artifacts.into_iter().map(|artifact| artifact.data).collect::<Vec<_>>()
    };
    assert_eq!(data(&ArtifactFilter::default()), [json!("new"), json!(50.0), json!("old")]);
    let key = Some("report".to_owned());
    assert_eq!(data(&ArtifactFilter { key, ..ArtifactFilter::default() }), [json!("new"), json!("old")]);
    let of = |run| ArtifactFilter { run: Some(run), ..ArtifactFilter::default() };
    assert_eq!(data(&of(first.id)), [json!(50.0), json!("old")]);
    assert_eq!(data(&of(first.id.of_call(1))), [json!(50.0)]);
    let newest = place.store.artifacts(&ArtifactFilter::default()).expect("read").remove(0);
    assert_eq!((newest.kind.as_str(), newest.description.as_deref()), ("markdown", Some("weekly")));
}

#[test]
fn a_task_outside_of_any_flow_is_a_root_run() {
    let place = Place::new();
    let root = Root {
        definition: &super::TASK,
        ..std::sync::Arc::into_inner(flow_run("alone")).expect("the only one")
    };
    let ended = StateEvent { definition: &super::TASK, ..state(0, StateName::Completed, Moment::now()) };
    record(&mut place.recorder(), &root, vec![Event::State(ended)]);
    let runs = place.store.runs(&RunFilter::roots()).expect("read");
    assert_eq!((runs.len(), runs[0].definition.as_str(), runs[0].id), (1, "load", root.id));
    assert_ne!(FLOW.name, runs[0].definition);
}
