//! How a submitted call ended, for those that wait for it.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::sync::Notify;

use crate::definition::Definition;
use crate::id::RunId;
use crate::interrupted::NotReady;
use crate::state::{StateName, StateType};

/// The end of a submitted call.
pub(crate) struct Completion {
    definition: &'static Definition,
    /// Which run it is, once it has begun and where it is recorded.
    run: OnceLock<RunId>,
    state: OnceLock<StateName>,
    ended: Notify,
    then: Mutex<Vec<Then>>,
}

/// What is called at the end.
pub(crate) type Then = Box<dyn FnOnce(StateName) + Send>;

impl Completion {
    pub(crate) fn new(definition: &'static Definition) -> Arc<Self> {
        Arc::new(Completion {
            definition,
            run: OnceLock::new(),
            state: OnceLock::new(),
            ended: Notify::new(),
            then: Mutex::default(),
        })
    }

    pub(crate) fn definition(&self) -> &'static Definition {
        self.definition
    }

    /// The run has begun.
    #[inline]
    pub(crate) fn begin(&self, run: impl FnOnce() -> RunId) {
        self.run.get_or_init(run);
    }

    pub(crate) fn state(&self) -> Option<StateName> {
        self.state.get().copied()
    }

    /// Only the first end counts.
    pub(crate) fn set(&self, state: StateName) {
        if self.state.set(state).is_err() {
            return;
        }
        self.ended.notify_waiters();
        let then = std::mem::take(&mut *self.then.lock().unwrap_or_else(PoisonError::into_inner));
        for then in then {
            then(state);
        }
    }

    /// Calls `then` at the end; at once if that has come.
    pub(crate) fn on_end(&self, then: Then) {
        let mut waiting = self.then.lock().unwrap_or_else(PoisonError::into_inner);
        // Under the lock: whoever sets the state afterwards finds it in the list.
        match self.state() {
            None => waiting.push(then),
            Some(state) => {
                drop(waiting);
                then(state);
            }
        }
    }

    /// Waits for the end.
    pub(crate) async fn ended(&self) -> StateName {
        loop {
            let mut ended = std::pin::pin!(self.ended.notified());
            // Registered before the state is read, so that no end is missed.
            ended.as_mut().enable();
            if let Some(state) = self.state() {
                return state;
            }
            ended.await;
        }
    }
}

/// A run that another waits for.
#[derive(Debug, Clone)]
pub struct Upstream {
    run: Arc<Completion>,
    may_fail: bool,
}

impl Upstream {
    pub(crate) fn new(run: &Arc<Completion>) -> Self {
        Upstream { run: Arc::clone(run), may_fail: false }
    }

    pub(crate) fn allow_failure(self) -> Self {
        Upstream { may_fail: true, ..self }
    }

    /// Which run it is, if it has begun and is recorded.
    pub(crate) fn run(&self) -> Option<RunId> {
        self.run.run.get().copied()
    }

    /// Waits for the end of the run; an error if it keeps the other from starting.
    pub(crate) async fn ready(&self) -> Result<(), NotReady> {
        let state = self.run.ended().await;
        match state.state_type() {
            StateType::Completed => Ok(()),
            StateType::Failed | StateType::Pending if self.may_fail => Ok(()),
            _ => Err(NotReady { upstream: self.run.definition.name.to_owned(), state }),
        }
    }
}

impl fmt::Debug for Completion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Completion").field("state", &self.state()).finish_non_exhaustive()
    }
}
