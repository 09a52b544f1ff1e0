//! The memory of a test: what happened, in order.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tracing::Level;

use super::open::Open;
use crate::artifact::Artifact;
use crate::definition::Definition;
use crate::event::{Event, Root};
use crate::id::RunId;
use crate::limits::Limits;
use crate::moment::Moment;
use crate::state::StateName;
use crate::surroundings::{Observer, OpenInTest, Stubs};
use crate::trace::TARGET;
use crate::variable_store::{Memory, VariableStore};

#[derive(Debug)]
pub(super) struct Watch {
    start: Moment,
    cache_name: String,
    entries: Mutex<Vec<Entry>>,
    stubs: Stubs,
    limits: Limits,
    variables: Memory,
    open: Arc<Open>,
}

/// Something that happened.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) root: Arc<Root>,
    /// The number of the call within the root run; 0 is the root run itself.
    pub(super) sequence: u32,
    /// Since the start of the test.
    pub(super) at: Duration,
    pub(super) what: What,
}

#[derive(Debug, Clone)]
pub(super) enum What {
    State(StateSeen),
    Log { level: Level, target: String, message: String },
    Artifact(Artifact),
}

#[derive(Debug, Clone)]
pub(super) struct StateSeen {
    pub(super) definition: &'static Definition,
    pub(super) parent: u32,
    pub(super) state: StateName,
    pub(super) started: Duration,
    pub(super) name: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) message: Option<String>,
    pub(super) delay: Option<Duration>,
}

impl Entry {
    pub(super) fn id(&self) -> RunId {
        self.root.id.of_call(self.sequence)
    }
}

impl Watch {
    pub(super) fn new() -> Self {
        static TESTS: AtomicU64 = AtomicU64::new(0);
        Watch {
            start: Moment::now(),
            cache_name: format!("test {}", TESTS.fetch_add(1, Ordering::Relaxed)),
            entries: Mutex::default(),
            stubs: Stubs::default(),
            limits: Limits::default(),
            variables: Memory::default(),
            open: Arc::default(),
        }
    }

    /// What has happened so far.
    pub(super) fn entries(&self) -> Vec<Entry> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn open(&self) -> &Arc<Open> {
        &self.open
    }

    fn of(&self, event: &Event) -> Option<(u32, Moment, What)> {
        Some(match event {
            Event::State(event) => {
                let detail = event.detail.as_deref();
                let state = StateSeen {
                    definition: event.definition,
                    parent: event.parent,
                    state: event.state,
                    started: event.started.since(self.start),
                    name: detail.and_then(|detail| detail.name.clone()),
                    tags: detail.map(|detail| detail.tags.clone()).unwrap_or_default(),
                    message: detail.and_then(|detail| detail.message.clone()),
                    delay: detail.and_then(|detail| detail.delay),
                };
                (event.sequence, event.at, What::State(state))
            }
            // What a subscriber is told of a state is said by the state itself.
            Event::Log(log) if log.target == TARGET && log.message.contains(" state=") => return None,
            Event::Log(log) => {
                let (target, message) = (log.target.clone(), log.message.clone());
                (log.sequence, log.at, What::Log { level: log.level, target, message })
            }
            Event::Kept(_) | Event::Waited(_) => return None,
            Event::Artifact(shown) => (shown.sequence, shown.at, What::Artifact(shown.artifact.clone())),
        })
    }
}

impl Observer for Watch {
    fn record(&self, root: &Arc<Root>, event: &Event) {
        let Some((sequence, at, what)) = self.of(event) else { return };
        let entry = Entry { root: Arc::clone(root), sequence, at: at.since(self.start), what };
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
    }

    fn open_call(&self) -> OpenInTest {
        Box::new(self.open.one())
    }

    fn cache_name(&self) -> &str {
        &self.cache_name
    }

    fn stubs(&self) -> &Stubs {
        &self.stubs
    }

    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn variables(&self) -> &dyn VariableStore {
        &self.variables
    }
}
