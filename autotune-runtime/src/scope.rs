//! A root run: a flow run, or a task called outside of any flow. It numbers the
//! calls made in it, buffers their events and knows which of them are still open.

mod control;
mod open_calls;
mod pauses;
mod running;
mod suspensions;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use serde_json::{Map, Value};

use crate::definition::{Definition, Kind};
use crate::deployment::DeploymentId;
use crate::event::{Event, Root};
use crate::id::{KnownRun, RunId};
use crate::key::Lineage;
use crate::moment::Moment;
use crate::orchestrator::Deployed;
use crate::recorder::{self, Buffer, Source};
use crate::state::StateName;
#[cfg(feature = "testing")]
use crate::surroundings::{self, Observer};
pub(crate) use control::Control;
pub(crate) use open_calls::{OpenCall, OpenCalls};
pub(crate) use pauses::{Misfit, NotResumed, Open, Question};
pub(crate) use running::{find, running};
pub(crate) use suspensions::Suspension;

#[derive(Debug)]
pub(crate) struct Scope {
    definition: &'static Definition,
    given: Given,
    id: OnceLock<RunId>,
    created: Moment,
    lineage: OnceLock<Lineage>,
    /// How many subflows with equal parameters the present attempt has called.
    subflows: Mutex<HashMap<Lineage, u32>>,
    /// The number of the latest call.
    sequence: AtomicU32,
    buffer: Option<Buffer>,
    root: OnceLock<Arc<Root>>,
    calls: OpenCalls,
    ended: AtomicBool,
    /// Whether nothing of the run is recorded any more.
    silent: AtomicBool,
    control: Control,
    /// Among the flow runs that are running; `None` for a task.
    place: Option<u64>,
}

/// What the call that created the run gave it.
#[derive(Debug, Default)]
pub(crate) struct Given {
    pub(crate) name: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) parameters: Option<Map<String, Value>>,
    pub(crate) parent: Option<(Arc<Scope>, u32)>,
    /// Which run it is, where it is not a new one.
    pub(crate) known: Option<KnownRun>,
    /// Where it comes from, where a worker runs it.
    pub(crate) deployed: Option<Deployed>,
    #[cfg(feature = "testing")]
    pub(crate) observer: Option<Arc<dyn Observer>>,
}

impl Scope {
    pub(crate) fn new(definition: &'static Definition, given: Given) -> Arc<Self> {
        match definition.kind {
            Kind::Task => Scope::at(definition, given, None),
            Kind::Flow => running::enter(|place| Scope::at(definition, given, Some(place))),
        }
    }

    fn at(definition: &'static Definition, given: Given, place: Option<u64>) -> Arc<Self> {
        // What a run calls that is nobody's any more, is nobody's either.
        let is_silent = given.parent.as_ref().is_some_and(|(scope, _)| scope.is_silent());
        let known = given.known;
        let scope = Arc::new(Scope {
            definition,
            given,
            id: known.map_or_else(OnceLock::new, |known| known.id.into()),
            created: Moment::now(),
            lineage: OnceLock::new(),
            subflows: Mutex::default(),
            sequence: AtomicU32::new(known.map_or(0, |known| known.calls)),
            buffer: Buffer::open(),
            root: OnceLock::new(),
            calls: OpenCalls::default(),
            silent: AtomicBool::new(is_silent),
            ended: AtomicBool::new(false),
            control: Control::default(),
            place,
        });
        if let Some(buffer) = &scope.buffer {
            let source: Weak<dyn Source> = Arc::downgrade(&(Arc::clone(&scope) as Arc<dyn Source>));
            buffer.writer().open(source);
        }
        scope
    }

    pub(crate) fn definition(&self) -> &'static Definition {
        self.definition
    }

    pub(crate) fn id(&self) -> RunId {
        *self.id.get_or_init(RunId::new)
    }

    /// What stands for the run in the keys of its tasks.
    pub(crate) fn lineage(&self) -> Lineage {
        *self.lineage.get_or_init(|| match self.caller() {
            None => Lineage::of_root(self.id()),
            Some(caller) => caller.lineage_of_subflow(self.definition, self.parameters()),
        })
    }

    fn lineage_of_subflow(&self, flow: &Definition, parameters: Option<&Map<String, Value>>) -> Lineage {
        let calls = self.lineage().of_calls(flow, parameters);
        let mut subflows = self.subflows.lock().unwrap_or_else(PoisonError::into_inner);
        let number = subflows.entry(calls).or_default();
        *number += 1;
        calls.number(*number)
    }

    /// A later attempt counts its pauses and subflows anew, so that it finds what they have left behind.
    pub(crate) fn begin_attempt(&self) {
        self.control.begin_attempt();
        self.subflows.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The name of the run: the one it was given, or the definition's and a part of its id.
    pub(crate) fn name(&self) -> String {
        self.given.name.clone().unwrap_or_else(|| {
            let id = self.id().to_string();
            let end = id.get(id.len() - 6..).unwrap_or(&id);
            format!("{}-{end}", self.definition.name)
        })
    }

    pub(crate) fn tags(&self) -> Vec<String> {
        let own = self.definition.tags.iter().map(ToString::to_string);
        own.chain(self.given.tags.iter().cloned()).collect()
    }

    pub(crate) fn parameters(&self) -> Option<&Map<String, Value>> {
        self.given.parameters.as_ref()
    }

    pub(crate) fn parent(&self) -> Option<RunId> {
        self.given.parent.as_ref().map(|(scope, sequence)| scope.id().of_call(*sequence))
    }

    pub(crate) fn created(&self) -> Moment {
        self.created
    }

    /// The number of the next call.
    #[inline]
    pub(crate) fn next_call(&self) -> u32 {
        self.sequence.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
    }

    /// The flow run, or the task outside of any, that made the call.
    pub(crate) fn caller(&self) -> Option<&Arc<Scope>> {
        self.given.parent.as_ref().map(|(scope, _)| scope)
    }

    /// The deployment that the run is one of.
    pub(crate) fn deployment(&self) -> Option<DeploymentId> {
        self.given.deployed.as_ref().map(|deployed| deployed.deployment)
    }

    /// How many starts of the run were no retries, because it had only been suspended.
    pub(crate) fn resumptions(&self) -> u32 {
        self.given.known.map_or(0, |known| known.resumptions)
    }

    pub(crate) fn control(&self) -> &Control {
        &self.control
    }

    /// Shows others in which state the run is. One that has left the process is not among the running ones any more.
    pub(crate) fn set_state(&self, state: StateName) {
        self.control.set_state(state);
        if state.has_left()
            && let Some(place) = self.place
        {
            running::leave(place);
        }
    }

    pub(crate) fn calls(&self) -> &OpenCalls {
        &self.calls
    }

    /// Whether a test of flows watches the run, where there is no worker that would start it again.
    #[cfg_attr(not(feature = "testing"), expect(clippy::unused_self, reason = "only a test watches runs"))]
    pub(crate) fn is_in_test(&self) -> bool {
        #[cfg(feature = "testing")]
        return self.given.observer.is_some();
        #[cfg(not(feature = "testing"))]
        false
    }

    /// Whether anybody sees what happens in the run.
    #[inline]
    pub(crate) fn is_recorded(&self) -> bool {
        #[cfg(feature = "testing")]
        if self.given.observer.is_some() {
            return true;
        }
        self.buffer.is_some()
    }

    #[inline]
    pub(crate) fn record(&self, event: Event) {
        #[cfg(feature = "testing")]
        if let Some(observer) = &self.given.observer {
            observer.record(&self.root(), &event);
        }
        if let Some(buffer) = &self.buffer
            && !self.is_silent()
        {
            buffer.push(event, || self.root());
        }
    }

    /// Records nothing from now on: the run is somebody else's.
    pub(crate) fn silence(&self) {
        self.silent.store(true, Ordering::Relaxed);
    }

    #[inline]
    fn is_silent(&self) -> bool {
        self.silent.load(Ordering::Relaxed)
    }

    /// Whether this is the run of this id, or was called by it, however deep.
    pub(crate) fn is_within(&self, id: RunId) -> bool {
        self.id.get() == Some(&id) || self.caller().is_some_and(|caller| caller.is_within(id))
    }

    /// Resolves when everything that was recorded of this run is kept. Panics where it is not, and must be.
    pub(crate) fn stored(&self) -> Option<impl Future<Output = ()> + Send + Sync + use<>> {
        let writer = self.buffer.as_ref()?.writer();
        let recorded = writer.flush(Some(self.id()));
        Some(async {
            let is_stored = recorded.await.is_ok();
            // Otherwise the writer is gone: there is nothing left to wait for.
            assert!(is_stored || !writer.is_required(), "the history of this flow could not be stored");
        })
    }

    /// The run as the recorder sees it.
    pub(crate) fn root(&self) -> Arc<Root> {
        let root = self.root.get_or_init(|| {
            Arc::new(Root {
                id: self.id(),
                definition: self.definition,
                name: self.name(),
                parameters: self.given.parameters.clone(),
                tags: self.tags(),
                parent: self.parent(),
                created: self.created,
            })
        });
        Arc::clone(root)
    }

    pub(crate) fn end(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }

    #[inline]
    pub(crate) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }
}

impl Source for Scope {
    fn send(&self) {
        if let Some(buffer) = &self.buffer {
            // The writer does not wait for itself.
            let _ = buffer.send_rest(|| self.root());
        }
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        if let Some(buffer) = &self.buffer
            && buffer.send_rest(|| self.root())
        {
            buffer.writer().wait_for_room();
        }
    }
}

/// Whether the root runs that begin here and now are recorded.
#[inline]
pub(crate) fn is_recorded() -> bool {
    #[cfg(feature = "testing")]
    if surroundings::are_observed() {
        return true;
    }
    recorder::writer().is_some()
}
