//! A flow run that leaves its process while it waits for somebody: a pause that others keep.
//!
//! What was said to its pauses is kept with its orchestrator, so that they are passed wherever the run goes on.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::Scope;
use super::pauses::{Answer, Question};
use crate::interrupted::{Cancelled, CannotSuspend, Interrupted};
use crate::moment::Moment;
use crate::orchestrator::{Deployed, Manner, OrchestratorError};
use crate::proposal::{Proposal, Verdict};
use crate::state::{StateName, StateType};

/// What code asks for that wants its flow run to leave the process.
#[derive(Debug)]
pub(crate) struct Suspension {
    number: u32,
    key: String,
    timeout: Duration,
    /// Why what was said before does not do.
    message: Option<String>,
}

impl Scope {
    /// Where a run comes from that can leave its process.
    pub(crate) fn suspendable(&self) -> Result<&Deployed, CannotSuspend> {
        if self.caller().is_some() {
            return Err(CannotSuspend::InSubflow { flow_run: self.name() });
        }
        let without = || CannotSuspend::WithoutDeployment { flow_run: self.name() };
        self.given.deployed.as_ref().ok_or_else(without)
    }

    /// What was said to the pause of this key, in this process or in an earlier one of the run.
    pub(crate) async fn recall(&self, key: &str) -> Result<Option<Answer>, OrchestratorError> {
        let said = self.control.lock().pauses.resumed.get(key).cloned();
        if said.is_some() {
            return Ok(said);
        }
        let Some(deployed) = &self.given.deployed else { return Ok(None) };
        let said = deployed.response(self.id(), key).await?.map(|said| Answer(Some(said)));
        if let Some(said) = &said {
            self.control.lock().pauses.resumed.insert(key.to_owned(), said.clone());
        }
        Ok(said)
    }

    /// Keeps what was said to a pause for the next process of the run, if there may be one.
    pub(crate) async fn keep(&self, key: &str, answer: &Answer) -> Result<(), OrchestratorError> {
        let Some(deployed) = &self.given.deployed else { return Ok(()) };
        let said = answer.0.clone().unwrap_or_default();
        deployed.orchestrator.put_input(self.id(), &Manner::Paused.response_key(key), said).await
    }

    /// Tells what a suspension asks for, before anybody may answer.
    pub(crate) async fn ask(&self, key: &str, question: Option<Question>) -> Result<(), CannotSuspend> {
        let schema = question.map_or(Value::Null, |question| (question.schema)());
        let orchestrator = &self.suspendable()?.orchestrator;
        let asked = orchestrator.put_input(self.id(), &Manner::Suspended.schema_key(key), schema).await;
        asked.map_err(|error| self.refused(&error.to_string()))
    }

    /// Asks the run to leave its process. Its body is dropped when it is polled next.
    pub(crate) fn suspend(
        self: &Arc<Self>,
        key: String,
        timeout: Duration,
        message: Option<String>,
    ) -> Result<LettingGo, CannotSuspend> {
        let mut inner = self.control.lock();
        if !inner.is_open() {
            drop(inner);
            return Err(CannotSuspend::NotRunning { flow_run: self.name() });
        }
        let number = inner.pauses.number_of_next();
        inner.suspensions.push(Suspension { number, key, timeout, message });
        drop(inner);
        self.control.ask();
        Ok(LettingGo { scope: Arc::clone(self), number })
    }

    pub(crate) fn refused(&self, message: &str) -> CannotSuspend {
        CannotSuspend::Refused { flow_run: self.name(), message: message.to_owned() }
    }

    fn was_cancelled(&self) -> Interrupted {
        Cancelled { name: self.definition().name.to_owned() }.into()
    }
}

/// Code that waits until its run has let go of it. Dropping it takes the wish back.
#[derive(Debug)]
pub(crate) struct LettingGo {
    scope: Arc<Scope>,
    number: u32,
}

impl Drop for LettingGo {
    fn drop(&mut self) {
        self.scope.control.lock().suspensions.retain(|suspension| suspension.number != self.number);
    }
}

impl Suspension {
    /// Gives the run back to its orchestrator, once nothing of it runs here any more.
    ///
    /// It may have been cancelled meanwhile.
    pub(crate) async fn hand_over(self, scope: &Scope) -> Result<(), Interrupted> {
        let Deployed { orchestrator, .. } = scope.suspendable()?;
        let mut suspended = Proposal::of(StateName::Suspended).at_pause(self.key);
        suspended.due = Moment::now().plus(self.timeout).map(Moment::timestamp);
        suspended.message = self.message;
        let mut verdict = orchestrator.propose(scope.id(), suspended.clone()).await;
        if matches!(&verdict, Ok(Verdict::Reject { state, .. }) if state.state_type == StateType::Pending) {
            // No recorder has told that it runs.
            verdict = match orchestrator.propose(scope.id(), Proposal::of(StateName::Running)).await {
                Ok(Verdict::Accept(_)) => orchestrator.propose(scope.id(), suspended).await,
                other => other,
            };
        }
        match verdict {
            Ok(Verdict::Accept(_)) => Ok(()),
            Ok(Verdict::Reject { state, .. }) if state.state_type == StateType::Cancelling => {
                Err(scope.was_cancelled())
            }
            Ok(Verdict::Abort { .. }) => {
                scope.silence();
                Err(scope.was_cancelled())
            }
            Ok(Verdict::Reject { reason, .. } | Verdict::Wait { reason, .. }) => {
                Err(scope.refused(&reason).into())
            }
            Err(error) => Err(scope.refused(&error.to_string()).into()),
        }
    }
}
