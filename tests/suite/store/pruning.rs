//! What is old goes, with all that belongs to it.

use std::time::Duration;

use autotune::artifact::Artifact;
use autotune::embedded::{ArtifactFilter, LogFilter, RunFilter};
use autotune::event::{ArtifactEvent, Event, LogEvent, Root, StateEvent, WaitedEvent};
use autotune::{RunId, StateName};

use super::{Place, ago, failed, flow_run, record, state};

const DAY: Duration = Duration::from_hours(24);

fn names(place: &Place) -> Vec<String> {
    let mut runs = place.store.runs(&RunFilter::roots()).expect("read");
    runs.sort_by_key(|run| run.id);
    runs.into_iter().map(|run| run.name).collect()
}

#[test]
fn old_runs_go_with_their_calls_logs_and_artifacts_and_the_others_stay() {
    let place = Place::new();
    let (old, running, new) = (flow_run("old"), flow_run("running"), flow_run("new"));
    let mut recorder = place.recorder();
    let at = ago(40 * DAY);
    let (target, message) = (String::new(), "loaded".to_owned());
    let log = LogEvent { sequence: 1, at, level: tracing::Level::INFO, target, message };
    let artifact = ArtifactEvent { sequence: 1, at, artifact: Artifact::progress(1.0) };
    let waited = WaitedEvent { sequence: 1, runs: [RunId::new()].into() };
    let events = vec![
        Event::Waited(Box::new(waited)),
        Event::State(state(1, StateName::Running, at)),
        Event::Log(Box::new(log)),
        Event::Artifact(Box::new(artifact)),
        failed(1, ago(39 * DAY), "x"),
        failed(0, ago(39 * DAY), "x"),
    ];
    record(&mut recorder, &old, events);
    record(&mut recorder, &running, vec![Event::State(state(0, StateName::Running, at))]);
    record(&mut recorder, &new, vec![failed(1, ago(DAY), "x"), failed(0, ago(DAY), "x")]);

    assert_eq!(place.store.prune(ago(30 * DAY).timestamp()).expect("pruned"), 1);
    assert_eq!(names(&place), ["running", "new"]);
    assert_eq!(place.store.run(old.id.of_call(1)).expect("read"), None);
    let tables = ["root_run", "run", "former_state", "log", "artifact", "upstream"];
    let connection = rusqlite::Connection::open(place.store.path()).expect("the database");
    let rows = tables.map(|table| {
        let count = format!("SELECT count(*) FROM {table}");
        connection.query_row(&count, [], |row| row.get::<_, i64>(0)).expect("a table")
    });
    assert_eq!(rows, [2, 3, 0, 0, 0, 0]);
    assert!(place.store.logs(old.id, &LogFilter::default()).expect("read").is_empty());
    assert!(place.store.artifacts(&ArtifactFilter::default()).expect("read").is_empty());
    assert_eq!(place.store.prune(ago(30 * DAY).timestamp()).expect("pruned"), 0);
}

#[test]
fn a_subflow_stays_as_long_as_its_caller() {
    let place = Place::new();
    let parent = flow_run("parent");
    let mut recorder = place.recorder();
    let (start, end) = (ago(40 * DAY), ago(20 * DAY));
    let child = Root {
        parent: Some(parent.id.of_call(1)),
        ..std::sync::Arc::into_inner(flow_run("child")).expect("the only one")
    };
    record(&mut recorder, &child, vec![Event::State(state(0, StateName::Completed, start))]);
    let ended = StateEvent { at: end, ..state(0, StateName::Completed, start) };
    record(&mut recorder, &parent, vec![Event::State(ended)]);
    assert_eq!(place.store.prune(ago(30 * DAY).timestamp()).expect("pruned"), 0);
    assert_eq!(place.store.prune(ago(10 * DAY).timestamp()).expect("pruned"), 2);
    assert_eq!(names(&place), [""; 0]);
}

#[test]
fn the_space_of_what_is_gone_is_given_back() {
    let place = Place::new();
    let root = flow_run("large");
    let mut recorder = place.recorder();
    let message = "x".repeat(1000);
    let calls = (1..=2000).map(|call| failed(call, ago(40 * DAY), &message));
    record(&mut recorder, &root, calls.chain([failed(0, ago(40 * DAY), "x")]).collect());
    drop(recorder);
    place.store.vacuum().expect("nothing is in the way");
    let before = place.store.size();
    assert_eq!(place.store.prune(ago(DAY).timestamp()).expect("pruned"), 1);
    place.store.vacuum().expect("nothing is in the way");
    assert!(place.store.size() * 10 < before, "{} of {before} bytes are left", place.store.size());
}
