//! As many runs as there may be.

use std::time::Duration;

use autotune::definition::Definition;
use autotune::embedded::{RunFilter, StateFilter};
use autotune::event::{Event, StateEvent};
use autotune::recorder::Recorder;
use autotune::{StateName, StateType};
use autotune_runtime::moment::Moment;

use super::{Place, TASK, ago, failed, flow_run, state};

const RUNS: u32 = 100_000;

#[test]
fn a_hundred_thousand_task_runs_are_listed_and_filtered() {
    let place = Place::new();
    let root = flow_run("large");
    let mut recorder = place.recorder();
    let call = |call| match call % 10_000 {
        0 => failed(call, Moment::now(), "the tenth thousand"),
        _ => Event::State(state(call, StateName::Completed, Moment::now())),
    };
    for first in (1..=RUNS).step_by(500) {
        recorder.record(&root, (first..first + 500).map(call).collect());
    }
    recorder.record(&root, vec![Event::State(state(0, StateName::Completed, Moment::now()))]);
    recorder.flush();

    let numbers = |filter: &RunFilter| {
        let runs = place.store.runs(filter).expect("read");
        runs.into_iter().map(|run| run.sequence).collect::<Vec<_>>()
    };
    let latest = RunFilter { limit: Some(3), ..RunFilter::of_task("load") };
    assert_eq!(numbers(&latest), [100_000, 99_999, 99_998]);
    let wrong = RunFilter { state: Some(StateFilter::Type(StateType::Failed)), ..RunFilter::all() };
    assert_eq!(numbers(&wrong).len(), 10);
    assert_eq!(numbers(&RunFilter::of_task("load")).len(), 100_000);
    assert_eq!(place.store.calls(root.id, 5).expect("read").len(), 5);
    let counts = place.store.counts(root.id).expect("read");
    let counts: Vec<_> = counts.into_iter().map(|count| (count.state_name, count.runs)).collect();
    assert_eq!(counts, [("Completed".to_owned(), 99_990), ("Failed".to_owned(), 10)]);
}

#[test]
fn the_latest_runs_of_a_task_are_those_of_all_its_versions() {
    static NEWER: Definition = Definition { version: Some("2"), ..TASK };
    let place = Place::new();
    let root = flow_run("released");
    let before = |seconds| ago(Duration::from_secs(seconds));
    let call = |call, definition, at| {
        Event::State(StateEvent { definition, ..state(call, StateName::Completed, at) })
    };
    // The newer version runs beside the older one.
    let calls = [(&TASK, 50), (&NEWER, 40), (&TASK, 30), (&NEWER, 20), (&TASK, 10)];
    let events = (1..).zip(calls).map(|(number, (of, seconds))| call(number, of, before(seconds)));
    super::record(&mut place.recorder(), &root, events.collect());
    for (limit, expected) in [(Some(3), &[5, 4, 3][..]), (None, &[5, 4, 3, 2, 1])] {
        let runs = place.store.runs(&RunFilter { limit, ..RunFilter::of_task("load") }).expect("read");
        let numbers: Vec<_> = runs.into_iter().map(|run| run.sequence).collect();
        assert_eq!(numbers, expected);
    }
}

#[test]
fn two_that_write_at_once_lose_nothing() {
    const EACH: u32 = 5_000;
    let place = Place::new();
    let roots = [flow_run("one"), flow_run("other")];
    std::thread::scope(|scope| {
        for root in &roots {
            let mut recorder = place.recorder();
            scope.spawn(move || {
                for first in (1..=EACH).step_by(50) {
                    let state = |call| Event::State(state(call, StateName::Completed, Moment::now()));
                    recorder.record(root, (first..first + 50).map(state).collect());
                    recorder.flush();
                }
            });
        }
    });
    assert_eq!(place.store.lost(), 0);
    for root in &roots {
        assert_eq!(place.store.calls(root.id, u32::MAX).expect("read").len(), EACH as usize);
    }
}

#[test]
fn runs_go_on_where_their_recorder_is_another_one() {
    let place = Place::new();
    let root = flow_run("resumed");
    let all = |name| (1..=100).map(|call| Event::State(state(call, name, Moment::now()))).collect();
    super::record(&mut place.recorder(), &root, all(StateName::Running));
    // This one has seen none of them.
    super::record(&mut place.recorder(), &root, all(StateName::Completed));
    let calls = place.store.calls(root.id, u32::MAX).expect("read");
    assert!(calls.len() == 100 && calls.iter().all(|call| call.state_type == StateType::Completed));
    for call in calls {
        let states = place.store.states(call.id).expect("read");
        let names: Vec<_> = states.iter().map(|state| state.state_name.as_str()).collect();
        assert_eq!(names, ["Running", "Completed"]);
    }
}
