//! What others see of a flow run, and what they and its own code ask of it.
//!
//! Others never change the state of a run: they leave a wish here and wake the run,
//! which heeds it when it is polled next.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use futures_util::task::AtomicWaker;
use tokio::sync::Notify;

use super::pauses::Pauses;
use super::suspensions::Suspension;
use crate::state::StateName;

#[derive(Debug, Default)]
pub(crate) struct Control {
    /// Wakes whoever polls the run.
    waker: AtomicWaker,
    /// Whether there is a wish that the run has not heeded.
    asked: AtomicBool,
    /// Tells those who wait in a pause that something was resumed.
    pub(super) resumed: Notify,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) state: StateName,
    cancelled: bool,
    pub(super) pauses: Pauses,
    /// What code of the run asks for that wants it to leave its process. The first is heeded.
    pub(super) suspensions: Vec<Suspension>,
    /// The states that the run is to come into, in order.
    pub(super) turns: Vec<StateName>,
}

impl Default for Inner {
    fn default() -> Self {
        Inner {
            state: StateName::Pending,
            cancelled: false,
            pauses: Pauses::default(),
            suspensions: Vec::new(),
            turns: Vec::new(),
        }
    }
}

impl Control {
    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The run is polled by the task of this waker.
    pub(crate) fn polled_by(&self, waker: &Waker) {
        self.waker.register(waker);
    }

    /// Whether something was asked since the last time.
    pub(crate) fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Acquire) && self.asked.swap(false, Ordering::AcqRel)
    }

    /// Has the run look at what was asked of it.
    pub(super) fn ask(&self) {
        self.asked.store(true, Ordering::Release);
        self.waker.wake();
    }

    /// Asks the run to stop; the state of a run that has ended already.
    pub(crate) fn cancel(&self) -> Result<(), StateName> {
        let mut inner = self.lock();
        if inner.state.has_left() {
            return Err(inner.state);
        }
        inner.cancelled = true;
        drop(inner);
        self.ask();
        Ok(())
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.lock().cancelled
    }

    /// How the run is to leave its process, if code of it wants that.
    pub(crate) fn suspension(&self) -> Option<Suspension> {
        let mut suspensions = std::mem::take(&mut self.lock().suspensions);
        (!suspensions.is_empty()).then(|| suspensions.swap_remove(0))
    }

    /// The states that the run is to come into, once.
    pub(crate) fn turns(&self) -> Vec<StateName> {
        std::mem::take(&mut self.lock().turns)
    }

    pub(crate) fn state(&self) -> StateName {
        self.lock().state
    }

    pub(crate) fn set_state(&self, state: StateName) {
        self.lock().state = state;
    }

    /// A later attempt counts its pauses anew, so that it passes those that were resumed.
    pub(crate) fn begin_attempt(&self) {
        let mut inner = self.lock();
        inner.pauses.begin_attempt();
        inner.suspensions.clear();
        inner.turns.clear();
    }
}

impl Inner {
    /// Whether code of the run may still begin to wait.
    pub(super) fn is_open(&self) -> bool {
        !self.cancelled && !self.state.has_left()
    }
}
