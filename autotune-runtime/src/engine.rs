//! How a call becomes a run: one driver, for tasks and for flows.
//!
//! The order in which features act on a run is written once, in `drive`; only
//! `transition` changes the state of a run.

mod attempt;
mod begin;
mod close;
mod drive;
mod heed;
mod hook;
mod plain;
mod reuse;
mod settle;
mod slots;
#[cfg(feature = "testing")]
mod stub;
mod transition;

use std::any::Any;
use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::context::{Node, Run};
use crate::definition::{Definition, Kind};
use crate::extras::NO_LIMIT;
use crate::hooks::{Attached, HookFuture};
use crate::interrupted::Interrupted;
use crate::key::Key;
use crate::moment::Moment;
use crate::output::Ops;
use crate::state::{State, StateName};

/// One call on its way: what it carries besides its body. Generic over the
/// output only.
pub(crate) struct Execution<R> {
    pub(crate) core: Core,
    held: Option<Box<Held<R>>>,
}

/// What does not depend on any type of the function.
pub(crate) struct Core {
    pub(crate) node: Node,
    pub(crate) key: Option<Key>,
    /// When the run began, where it is recorded.
    started: Option<Moment>,
    phase: Phase,
    state: StateName,
    /// Whether somebody was told that the body runs.
    announced: bool,
}

/// What only some calls have, and depends on the output.
pub(crate) struct Held<R> {
    /// How the output carries a failure of the framework, where the call asks for it.
    pub(crate) interrupt: Option<fn(Interrupted) -> R>,
    /// The end of the body, while the run waits for something else to end.
    parked: Option<Ending<R>>,
    /// The hooks that are being called.
    hooking: Option<Hooking<R>>,
    /// The hooks that only this call has.
    pub(crate) attached: Vec<Attached<R>>,
    /// Calls the hooks of a run that is dropped.
    cancel: Option<fn(Run, State<R>)>,
    /// The attempt of a stub, in place of one of the body.
    #[cfg(feature = "testing")]
    stub: Option<stub::StubAttempt<R>>,
}

/// Hooks on their way.
enum Hooking<R> {
    /// Those of the attribute. The lock only makes them `Sync`.
    Called(Mutex<HookFuture<R>>),
    /// There are none; those of the call come next.
    None(State<R>),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Phase {
    /// Not polled yet.
    Created,
    /// Waits for the runs named in `wait_for`.
    WaitingForUpstream,
    /// Looks for an earlier result.
    LookingUp,
    /// Waits for another call of the same key.
    WaitingForFlight,
    /// About to take slots of the limits on its tags.
    TakingSlots,
    /// Waits for them.
    WaitingForSlots,
    /// About to start an attempt.
    Starting,
    /// Calls the hooks before an attempt.
    HookingStart,
    /// The body runs.
    Running,
    /// The body has ended; calls that it submitted have not.
    Closing,
    /// Undoes what the attempt has left behind in its transaction.
    Undoing,
    /// Waits for the next attempt.
    Delaying,
    /// The run has ended; its transaction has not.
    Settling,
    /// The run has ended; its hooks have not.
    HookingEnd,
    /// The run has ended; its history is not stored yet.
    Storing,
    /// Its own code wants it to leave the process; calls that it submitted have not ended, or its orchestrator has not
    /// taken it back.
    Suspending,
    /// Was asked to stop; calls that it submitted have not ended.
    Stopping,
    /// Was asked to stop; its hooks have not ended.
    HookingStop,
    /// Nothing is left to do.
    Ended,
}

/// How the body of a call ended.
pub(crate) enum Ending<R> {
    /// It returned.
    Output(R),
    /// It did not return in time.
    TimedOut(Duration),
    /// It panicked.
    Panic(Panic),
}

/// What a body panicked with. The lock only makes it `Sync`.
pub(crate) struct Panic(Mutex<Box<dyn Any + Send>>);

impl Panic {
    fn new(payload: Box<dyn Any + Send>) -> Self {
        Panic(Mutex::new(payload))
    }

    /// A failure of the framework that the output cannot carry.
    fn uncarried(message: String) -> Self {
        Panic(Mutex::new(Box::new(Uncarried(message))))
    }

    /// Goes on unwinding.
    pub(crate) fn resume(self) -> ! {
        let payload = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        match payload.downcast::<Uncarried>() {
            Ok(why) => panic!(
                "{}, and its output cannot say so: make its error type `From<autotune::Interrupted>`",
                why.0
            ),
            Err(payload) => resume_unwind(payload),
        }
    }

    /// The text of `panic!`, where it has one.
    pub(crate) fn message(&self) -> String {
        let payload = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = payload.downcast_ref::<&str>().map(ToString::to_string);
        let text = text.or_else(|| payload.downcast_ref::<Uncarried>().map(|why| why.0.clone()));
        text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "panicked".to_owned())
    }
}

/// What the framework had to say instead of an output.
struct Uncarried(String);

/// How a run ended: what its caller is given.
pub(crate) enum Outcome<R> {
    /// The function's output, or the framework's own failure in its place.
    Output(R),
    /// The body's panic, to be resumed.
    Panic(Panic),
}

/// A run that has ended, on its own.
pub(crate) struct Ended<R> {
    pub(crate) outcome: Outcome<R>,
    pub(crate) name: StateName,
    pub(crate) run_count: u32,
}

impl<R> Ended<R> {
    pub(crate) fn of(core: &Core, outcome: Outcome<R>) -> Self {
        Ended { outcome, name: core.state, run_count: core.run_count() }
    }

    pub(crate) fn into_state(self, message: fn(&R) -> Option<String>) -> State<R> {
        let (message, result) = match self.outcome {
            // What the framework puts in the place of the output is no result.
            Outcome::Output(output) if matches!(self.name, StateName::Cancelled | StateName::Suspended) => {
                (message(&output), None)
            }
            Outcome::Output(output) => (message(&output), Some(output)),
            Outcome::Panic(panic) => (Some(panic.message()), None),
        };
        State { name: self.name, run_count: self.run_count, message, result, by_hand: false }
    }
}

impl<R> Default for Held<R> {
    fn default() -> Self {
        Held {
            interrupt: None,
            parked: None,
            hooking: None,
            attached: Vec::new(),
            cancel: None,
            #[cfg(feature = "testing")]
            stub: None,
        }
    }
}

impl<R> Execution<R> {
    /// Built in one piece, and always where it is used: each copy of a call costs as much as polling it.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "measured: a third of the time of a call was spent on copies")]
    pub(crate) fn new(definition: &'static Definition, key: Option<Key>) -> Self {
        Execution {
            core: Core {
                node: Node::here(definition),
                key,
                started: None,
                phase: Phase::Created,
                state: StateName::Pending,
                announced: false,
            },
            held: None,
        }
    }

    pub(crate) fn held(&mut self) -> &mut Held<R> {
        self.held.get_or_insert_default()
    }

    fn unpark(&mut self) -> Ending<R> {
        let parked = self.held.as_mut().and_then(|held| held.parked.take());
        parked.expect("a run waits for others only after its body has ended")
    }

    #[cold]
    fn interrupt(&self, ops: &Ops<R>, interrupted: Interrupted) -> R {
        let carry = self.carries(ops);
        carry.expect("what can interrupt a call is only set where its output can carry the failure")(
            interrupted,
        )
    }

    /// How the output carries a failure of the framework, where it can.
    fn carries(&self, ops: &Ops<R>) -> Option<fn(Interrupted) -> R> {
        self.held.as_ref().and_then(|held| held.interrupt).or(ops.interrupt)
    }
}

impl Core {
    /// Whether the run has begun and not ended.
    #[inline]
    fn is_under_way(&self) -> bool {
        !matches!(
            self.phase,
            Phase::Created | Phase::Settling | Phase::HookingEnd | Phase::Storing | Phase::Ended
        )
    }

    pub(crate) fn state(&self) -> StateName {
        self.state
    }

    /// How often the body was started.
    fn run_count(&self) -> u32 {
        match self.state {
            StateName::Cached | StateName::NotReady | StateName::Pending => 0,
            _ => self.node.attempt + 1,
        }
    }

    /// Which attempt this is, counted from 0, without those that began because the run was resumed.
    fn attempts_that_failed(&self) -> u32 {
        let is_flow = self.node.definition.kind == Kind::Flow;
        let resumptions = self.node.scope.as_ref().filter(|_| is_flow).map_or(0, |scope| scope.resumptions());
        self.node.attempt.saturating_sub(resumptions)
    }

    fn retries(&self) -> u32 {
        let chosen = self.node.extras.as_ref().and_then(|extras| extras.retries);
        chosen.unwrap_or(self.node.definition.retries)
    }

    #[inline]
    fn timeout(&self) -> Option<Duration> {
        let chosen = self.node.extras.as_ref().and_then(|extras| extras.timeout);
        chosen.or(self.node.definition.timeout).filter(|timeout| *timeout < NO_LIMIT)
    }
}
