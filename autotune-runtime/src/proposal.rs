//! The question whether a flow run may come into a state, and the answers to it.

use std::time::Duration;

use jiff::Timestamp;
use uuid::Uuid;

use crate::record::StateRecord;
use crate::state::{StateName, StateType};

/// A state that somebody wants a flow run to come into.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Proposal {
    /// The state.
    pub state: StateName,
    /// What led to it: the error or panic.
    pub message: Option<String>,
    /// For `Scheduled` and `AwaitingRetry`: when the run is to go on. For `Paused` and `Suspended`: until when it waits.
    pub due: Option<Timestamp>,
    /// For `Suspended`: the key of the pause in which the run waits.
    pub pause_key: Option<String>,
    /// The worker that proposes it: who proposes `Pending` claims the run for it.
    pub worker: Option<String>,
    /// The same again is the same proposal: it is accepted once, and asked again without harm.
    pub transition: Uuid,
    /// Whether the rules are passed over, for what has happened already: a crash.
    pub force: bool,
}

impl Proposal {
    /// To come into a state.
    #[must_use]
    pub fn of(state: StateName) -> Self {
        Proposal {
            state,
            message: None,
            due: None,
            pause_key: None,
            worker: None,
            transition: Uuid::now_v7(),
            force: false,
        }
    }

    /// With what led to it.
    #[must_use]
    pub fn because(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// With the time at which the run is to go on.
    #[must_use]
    pub fn due(mut self, due: Timestamp) -> Self {
        self.due = Some(due);
        self
    }

    /// In the pause of this key.
    #[must_use]
    pub fn at_pause(mut self, key: impl Into<String>) -> Self {
        self.pause_key = Some(key.into());
        self
    }

    /// In the name of a worker.
    #[must_use]
    pub fn by(mut self, worker: impl Into<String>) -> Self {
        self.worker = Some(worker.into());
        self
    }

    /// Without regard to the rules.
    #[must_use]
    pub fn force(mut self) -> Self {
        self.force = true;
        self
    }

    /// The type of the state.
    #[must_use]
    pub fn state_type(&self) -> StateType {
        self.state.state_type()
    }
}

/// What an orchestrator answers to a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The run is in the state.
    Accept(StateRecord),
    /// The run is in another state instead: go on from there.
    Reject {
        /// The state that the run is in.
        state: StateRecord,
        /// Why.
        reason: String,
    },
    /// Not yet: propose the same again.
    Wait {
        /// How long to wait first.
        delay: Duration,
        /// Why.
        reason: String,
    },
    /// Leave the run alone: it is somebody else's, or has ended.
    Abort {
        /// Why.
        reason: String,
    },
}

impl Verdict {
    /// Whether the run is in the state that was proposed.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        matches!(self, Verdict::Accept(_))
    }
}
