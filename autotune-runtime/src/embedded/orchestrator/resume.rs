//! A suspended run goes on: what is said to it is held against what it asks for, and kept.

use jiff::Timestamp;
use rusqlite::Transaction;
use serde_json::Value;

use super::flow_runs::{input as read_input, put_input};
use super::propose::propose;
use super::{Failure, StoreOrchestrator, answer, now, rows};
use crate::embedded::schema;
use crate::id::RunId;
use crate::interrupted::InvalidInput;
use crate::orchestrator::{Manner, OrchestratorError};
use crate::proposal::{Proposal, Verdict};
use crate::state::StateName;

pub(super) fn resume(
    transaction: &Transaction<'_>,
    id: RunId,
    key: Option<&str>,
    input: Option<&Value>,
    at: Timestamp,
) -> Result<Verdict, Failure> {
    let known = rows::known(transaction, id)?;
    let resuming = Proposal::of(StateName::Resuming).due(at);
    let own = known.run.pause_key.as_deref().unwrap_or_default();
    let is_in_time = known.run.state.due.is_none_or(|due| due > at);
    if known.run.state.state_name != StateName::Suspended.as_str() {
        let reason = format!("the run is {}, and not Suspended", known.run.state.state_name);
        return Ok(Verdict::Reject { state: known.run.state, reason });
    }
    if let Some(other) = key.filter(|key| *key != own) {
        let reason = format!("the run is suspended at `{own}`, and not at `{other}`");
        return Ok(Verdict::Reject { state: known.run.state, reason });
    }
    if is_in_time {
        let asked = read_input(transaction, known.root, &Manner::Suspended.schema_key(own))?;
        check(own, asked.as_ref().filter(|schema| !schema.is_null()), input)?;
        let said = input.unwrap_or(&Value::Null);
        put_input(transaction, known.root, &Manner::Suspended.response_key(own), said)?;
    }
    // Where its time is up, the rules end it.
    propose(transaction, id, &resuming, at)
}

impl StoreOrchestrator {
    /// Resumes a run for somebody who cannot wait for an answer; `None` if it is not suspended.
    pub(in crate::embedded) fn resume_now(
        &self,
        id: RunId,
        key: Option<&str>,
        input: Option<&Value>,
    ) -> Result<Option<Verdict>, OrchestratorError> {
        answer(
            |within| self.store.write(within),
            |transaction| {
                let known = rows::find(transaction, id)?;
                let suspended = StateName::Suspended.as_str();
                if known.is_none_or(|known| known.run.state.state_name != suspended) {
                    return Ok(None);
                }
                resume(transaction, id, key, input, now()).map(Some)
            },
        )
    }
}

/// Whether what is said fits what is asked.
fn check(key: &str, asked: Option<&Value>, said: Option<&Value>) -> Result<(), InvalidInput> {
    let invalid = |path: String, message: String| InvalidInput { key: key.to_owned(), path, message };
    match (asked, said) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(invalid(String::new(), "this pause takes none".to_owned())),
        (Some(schema), None) => {
            let asked = schema.get("properties").unwrap_or(schema);
            Err(invalid(String::new(), format!("it is missing; asked for is {asked}")))
        }
        (Some(schema), Some(said)) => {
            schema::fits(schema, said).map_err(|misfit| invalid(misfit.path, misfit.message))
        }
    }
}
