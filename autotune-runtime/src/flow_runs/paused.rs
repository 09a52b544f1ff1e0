//! The pauses of flow runs, for those who resume them.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::{FlowRunError, known, running};
use crate::context::FlowRunInfo;
use crate::id::RunId;
use crate::interrupted::InvalidInput;
use crate::moment::Moment;
use crate::scope::{NotResumed, Open};

/// A pause in which code of a flow run waits.
#[derive(Debug, Clone)]
pub struct OpenPause {
    flow_run: FlowRunInfo,
    open: Open,
}

/// All open pauses of this process.
#[must_use]
pub fn paused() -> Vec<OpenPause> {
    running().iter().flat_map(pauses_of).collect()
}

/// The open pause of this key in a flow run.
pub fn paused_at(id: RunId, key: &str) -> Result<OpenPause, FlowRunError> {
    let flow_run = known(id)?;
    let found = pauses_of(&flow_run).into_iter().find(|pause| pause.key() == key);
    found.ok_or_else(|| FlowRunError::NotPaused { name: flow_run.name(), key: Some(key.to_owned()) })
}

fn pauses_of(flow_run: &FlowRunInfo) -> Vec<OpenPause> {
    let open = flow_run.0.open_pauses().into_iter();
    open.map(|open| OpenPause { flow_run: flow_run.clone(), open }).collect()
}

impl OpenPause {
    /// The flow run that waits.
    #[must_use]
    pub fn flow_run(&self) -> &FlowRunInfo {
        &self.flow_run
    }

    /// What the pause is called in its run.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.open.key
    }

    /// Since when it waits.
    #[must_use]
    pub fn since(&self) -> Timestamp {
        self.open.since.timestamp()
    }

    /// Until when it waits; `None` for ever.
    #[must_use]
    pub fn expires(&self) -> Option<Timestamp> {
        self.open.expires.map(Moment::timestamp)
    }

    /// The JSON Schema of the input that it asks for; `None` if it asks for none.
    #[must_use]
    pub fn schema(&self) -> Option<Value> {
        self.open.question.map(|question| (question.schema)())
    }

    /// Lets the code go on.
    pub fn resume(&self) -> Result<(), FlowRunError> {
        self.flow_run.resume(Some(self.key()), None)
    }

    /// Lets the code go on, with the input that it asks for.
    pub fn resume_with(&self, input: &impl Serialize) -> Result<(), FlowRunError> {
        self.resume_with_json(to_json(input)?)
    }

    /// As [`resume_with`](OpenPause::resume_with), with input that is JSON already.
    pub fn resume_with_json(&self, input: Value) -> Result<(), FlowRunError> {
        self.flow_run.resume(Some(self.key()), Some(input))
    }
}

impl FlowRunInfo {
    pub(super) fn resume(&self, key: Option<&str>, input: Option<Value>) -> Result<(), FlowRunError> {
        self.0.resume(key, input).map_err(|why| {
            let name = self.name();
            match why {
                NotResumed::NotPaused => FlowRunError::NotPaused { name, key: key.map(ToOwned::to_owned) },
                NotResumed::Several(keys) => FlowRunError::Several { name, keys },
                NotResumed::Expired(key) => FlowRunError::Expired { name, key },
                NotResumed::InputMissing(key) => FlowRunError::InputMissing { name, key },
                NotResumed::InvalidInput(invalid) => invalid.into(),
            }
        })
    }
}

pub(super) fn to_json(input: &impl Serialize) -> Result<Value, FlowRunError> {
    serde_json::to_value(input).map_err(|error| {
        let (key, path) = (String::new(), String::new());
        InvalidInput { key, path, message: format!("it cannot be written as JSON: {error}") }.into()
    })
}
