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
use autotune::event::{Detail, Event, Root, StateEvent};
use autotune::recorder::Recorder;
use autotune::{RunId, StateName};
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
