//! The stored history, seen through its own queries.

mod faults;
mod many;
mod pruning;
mod rows;
mod stats;

use std::sync::Arc;
use std::time::Duration;

use autotune::definition::Definition;
use autotune::embedded::{Store, StoreRecorder};
use autotune::event::{Detail, Event, Kept, LogEvent, Persisted, Root, StateEvent};
use autotune::recorder::Recorder;
use autotune::{RunId, StateName};
use autotune_runtime::key::InputsKey;
use autotune_runtime::moment::Moment;
use tempfile::TempDir;

static FLOW: Definition = Definition { name: "nightly", version: Some("1.2.0"), ..Definition::FLOW };
static TASK: Definition = Definition { name: "load", tags: &["io"], ..Definition::TASK };

/// A store in a folder of its own.
struct Place {
    /// Removed with the last of its users.
    _folder: TempDir,
    store: Store,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path().join("autotune.db")).expect("a new database");
        Place { _folder: folder, store }
    }

    fn recorder(&self) -> StoreRecorder {
        self.store.recorder().expect("a recorder")
    }
}

/// A flow run.
fn flow_run(name: &str) -> Arc<Root> {
    Arc::new(Root {
        id: RunId::new(),
        definition: &FLOW,
        name: name.to_owned(),
        parameters: None,
        tags: Vec::new(),
        parent: None,
        created: Moment::now(),
    })
}

/// A new state of a flow run, or of a call in it.
fn state(sequence: u32, state: StateName, at: Moment) -> StateEvent {
    let definition = if sequence == 0 { &FLOW } else { &TASK };
    StateEvent { definition, sequence, parent: 0, attempt: 0, state, started: at, at, detail: None }
}

/// The last state of a call, with a message.
fn failed(sequence: u32, at: Moment, message: &str) -> Event {
    let detail = Detail { message: Some(message.to_owned()), ..Detail::default() };
    Event::State(StateEvent { detail: Some(Box::new(detail)), ..state(sequence, StateName::Failed, at) })
}

/// Records events at once.
fn record(recorder: &mut StoreRecorder, root: &Root, events: Vec<Event>) {
    recorder.record(root, events);
    recorder.flush();
}

/// That long ago.
fn ago(duration: Duration) -> Moment {
    let then = Moment::now().timestamp().checked_sub(duration).expect("a date");
    Moment::at(then).expect("a clock can show it")
}

/// Records `old` runs that ended 40 days ago, and `new` ones: each a flow run with calls, a message and a result, in a
/// transaction of its own.
#[cfg_attr(not(all(feature = "cli", unix)), expect(dead_code, reason = "for the tests that run programs"))]
pub(crate) fn fill_with_runs(store: &Store, old: usize, new: usize) {
    let mut recorder = store.recorder().expect("a recorder");
    let now = Moment::now();
    let ages = std::iter::repeat_n(("old", ago(Duration::from_hours(40 * 24))), old);
    for (name, at) in ages.chain(std::iter::repeat_n(("new", now), new)) {
        let root = flow_run(name);
        let mut events = vec![Event::State(state(0, StateName::Running, at))];
        for call in 1..=3 {
            let key = InputsKey::new().input("run", &root.id.to_string()).input("call", &call).finish();
            let kept = Kept { sequence: Some(call), key, value: vec![0; 200], created: at, expires: None };
            let detail = Detail { result: Some(Persisted::New(Box::new(kept))), ..Detail::default() };
            let (target, message) = ("suite".to_owned(), "it is done".to_owned());
            events.push(Event::State(state(call, StateName::Running, at)));
            let done = StateEvent { detail: Some(Box::new(detail)), ..state(call, StateName::Completed, at) };
            events.push(Event::State(done));
            events.push(Event::Log(Box::new(LogEvent {
                sequence: call,
                at,
                level: tracing::Level::INFO,
                target,
                message,
            })));
        }
        events.push(Event::State(state(0, StateName::Completed, at)));
        record(&mut recorder, &root, events);
    }
}

/// Records that a run has begun, and nothing after that.
#[cfg_attr(not(all(feature = "cli", unix)), expect(dead_code, reason = "for the tests that run programs"))]
pub(crate) fn begin_run(store: &Store) -> RunId {
    let root = flow_run("begun");
    let began = Event::State(state(0, StateName::Running, Moment::now()));
    record(&mut store.recorder().expect("a recorder"), &root, vec![began]);
    root.id
}
