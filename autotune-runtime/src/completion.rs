//! How a submitted call ended, for those that wait for it.

use std::sync::{Arc, OnceLock};

use tokio::sync::Notify;

use crate::definition::Definition;
use crate::interrupted::NotReady;
use crate::state::{StateName, StateType};

/// The end of a submitted call.
#[derive(Debug)]
pub(crate) struct Completion {
    definition: &'static Definition,
    state: OnceLock<StateName>,
    ended: Notify,
}

impl Completion {
    pub(crate) fn new(definition: &'static Definition) -> Arc<Self> {
        Arc::new(Completion { definition, state: OnceLock::new(), ended: Notify::new() })
    }

    pub(crate) fn definition(&self) -> &'static Definition {
        self.definition
    }

    pub(crate) fn state(&self) -> Option<StateName> {
        self.state.get().copied()
    }

    /// Only the first end counts.
    pub(crate) fn set(&self, state: StateName) {
        if self.state.set(state).is_ok() {
            self.ended.notify_waiters();
        }
    }

    /// Waits for the end; an error if it is not `Completed`.
    pub(crate) async fn completed(&self) -> Result<(), NotReady> {
        let state = self.ended().await;
        if state.state_type() == StateType::Completed {
            return Ok(());
        }
        Err(NotReady { upstream: self.definition.name.to_owned(), state })
    }

    async fn ended(&self) -> StateName {
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
