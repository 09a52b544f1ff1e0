//! A run on a thread of its own, and its end.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{io, thread};

use serde_json::Value;
use tokio::runtime::Handle;
use tracing::dispatcher;

use super::{Message, Worker};
use crate::call::StartOptions;
use crate::flow::FlowOutcome;
use crate::flow_run::FlowRun;
use crate::id::RunId;
use crate::proposal::Proposal;
use crate::recorder;
use crate::registry::Registered;
use crate::state::{StateName, StateType};

impl Worker {
    /// Starts a run on a thread of its own, because a flow need not be `Send`.
    pub(super) fn start(
        &self,
        run: &FlowRun,
        flow: Registered,
        parameters: Value,
        options: StartOptions,
    ) -> io::Result<()> {
        let (id, runtime, worker) = (run.id, Handle::current(), self.to_itself.clone());
        let dispatch = dispatcher::get_default(Clone::clone);
        let body = move || {
            let run = || {
                dispatcher::with_default(&dispatch, || {
                    runtime.block_on(async { Ok(flow.start(parameters, options)?.await) })
                })
            };
            let outcome = match catch_unwind(AssertUnwindSafe(run)) {
                Ok(Ok(outcome)) => Ok(outcome),
                Ok(Err(error)) => Err(crate::registry::StartError::to_string(&error)),
                Err(_) => Err("the run panicked outside of its flow".to_owned()),
            };
            // A worker that is gone has nobody to tell.
            let _ = worker.send(Message::Done(id, outcome));
        };
        thread::Builder::new().name(run.name.clone()).spawn(body).map(drop)
    }

    /// A run has ended. Its recorder has said so already; where there is none, the worker does.
    pub(super) async fn done(&mut self, id: RunId, outcome: Result<FlowOutcome, String>) {
        let Some(run) = self.running.remove(&id) else { return };
        let (state, message) = match outcome {
            Ok(outcome) => (outcome.state, outcome.message),
            Err(message) => (StateName::Crashed, Some(message)),
        };
        match state.state_type() {
            StateType::Completed => self.ended.completed += 1,
            _ if state == StateName::Suspended => self.ended.suspended += 1,
            _ => self.ended.others += 1,
        }
        // One that is suspended was accepted as such, and may be another's by now.
        if run.is_lost || state == StateName::Suspended {
            return;
        }
        recorder::flush().await;
        if let Err(error) = self.conclude(id, state, message).await {
            tracing::warn!(target: "autotune::worker", "the end of {} cannot be told: {error}", run.name);
        }
    }

    async fn conclude(
        &self,
        id: RunId,
        state: StateName,
        message: Option<String>,
    ) -> Result<(), crate::orchestrator::OrchestratorError> {
        let known = self.orchestrator.flow_run(id).await?;
        if known.is_none_or(|run| run.state.state_type.is_final()) {
            return Ok(());
        }
        let mut proposal = Proposal::of(state).by(self.options.name.clone());
        proposal.message = message;
        self.orchestrator.propose(id, proposal).await.map(drop)
    }
}
