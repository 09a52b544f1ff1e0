//! What is due is claimed, and begun.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::{Running, Worker, until};
use crate::call::StartOptions;
use crate::flow_run::FlowRun;
use crate::id::KnownRun;
use crate::moment::Moment;
use crate::orchestrator::{Deployed, OrchestratorError};
use crate::proposal::{Proposal, Verdict};
use crate::record::RunFilter;
use crate::state::StateName;
use crate::worker_record::Poll;

impl Worker {
    /// Begins what is due, as far as there is room; how long to wait before it asks again.
    pub(super) async fn claim(&mut self) -> Duration {
        match self.try_claim().await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::warn!(target: "autotune::worker", "no runs can be claimed: {error}");
                self.options.poll
            }
        }
    }

    async fn try_claim(&mut self) -> Result<Duration, OrchestratorError> {
        if self.room() == 0 {
            return Ok(self.options.poll);
        }
        let now = Moment::now().timestamp();
        for run in self.orchestrator.due_runs(&self.ask(just_after(now))).await? {
            if self.room() > 0 && !self.running.contains_key(&run.id) {
                self.claim_one(run).await?;
            }
        }
        if self.room() == 0 {
            return Ok(self.options.poll);
        }
        // What becomes due before it would ask again, is asked for when it is due.
        let soon = now.saturating_add(self.options.poll).unwrap_or(now);
        let coming = self.orchestrator.due_runs(&self.ask(soon)).await?;
        let next = coming.iter().map(|run| run.expected).filter(|expected| *expected > now).min();
        Ok(next.map_or(self.options.poll, until).min(self.options.poll))
    }

    fn ask(&self, before: jiff::Timestamp) -> Poll {
        let mut poll = Poll::new(self.options.pool.clone(), before, self.room());
        poll.queues.clone_from(&self.options.queues);
        let startable = self.registry.flows().filter(|flow| flow.refusal().is_none());
        poll.flows = startable.map(|flow| flow.definition.name.to_owned()).collect();
        poll
    }

    /// Claims a run. Where it is not accepted, another worker has it, or it has to wait.
    async fn claim_one(&mut self, run: FlowRun) -> Result<(), OrchestratorError> {
        let claim = Proposal::of(StateName::Pending).by(self.options.name.clone());
        match self.orchestrator.propose(run.id, claim).await? {
            Verdict::Accept(_) => self.begin(run).await,
            Verdict::Reject { reason, .. } | Verdict::Wait { reason, .. } | Verdict::Abort { reason } => {
                tracing::debug!(target: "autotune::worker", "{} is not begun: {reason}", run.name);
                Ok(())
            }
        }
    }

    async fn begin(&mut self, run: FlowRun) -> Result<(), OrchestratorError> {
        let flow = match self.registry.get(&run.flow) {
            Ok(flow) => *flow,
            Err(error) => return self.refuse(&run, StateName::Crashed, error.to_string()).await,
        };
        let mut parameters = run.parameters.clone();
        // What stands in their place when they are shown is no value.
        parameters.retain(|name, _| !flow.is_secret(name));
        match self.secrets.of(&flow) {
            Ok(secrets) => parameters.extend(secrets),
            Err(error) => return self.refuse(&run, StateName::Crashed, error).await,
        }
        if let Err(error) = flow.check_given(&parameters) {
            return self.refuse(&run, StateName::Failed, error.to_string()).await;
        }
        let is_own = |tag: &String| !flow.definition.tags.contains(&tag.as_str());
        let options = StartOptions {
            name: Some(run.name.clone()),
            tags: run.tags.iter().filter(|tag| is_own(tag)).cloned().collect(),
            known: Some(self.known(&run).await?),
            deployed: run
                .deployment
                .map(|deployment| Deployed { deployment, orchestrator: Arc::clone(&self.orchestrator) }),
        };
        if let Err(error) = self.start(&run, flow, Value::Object(parameters), options) {
            let message = format!("the thread of the run cannot be started: {error}");
            return self.refuse(&run, StateName::Crashed, message).await;
        }
        self.running.insert(run.id, Running { name: run.name, is_lost: false });
        Ok(())
    }

    /// What there is already of a run: one that was suspended, or that a dead worker left behind, goes on from there.
    async fn known(&self, run: &FlowRun) -> Result<KnownRun, OrchestratorError> {
        let mut known = KnownRun::new(run.id);
        if run.run_count > 0 {
            known.run_count = run.run_count;
            let calls = RunFilter { root: Some(run.id), ..RunFilter::all() };
            let calls = self.orchestrator.runs(&calls).await?;
            known.calls = calls.iter().map(|call| call.sequence).max().unwrap_or_default();
            known = known.with_states(&self.orchestrator.states(run.id).await?);
        }
        Ok(known)
    }

    /// Ends a run that was claimed and cannot be begun.
    async fn refuse(
        &mut self,
        run: &FlowRun,
        state: StateName,
        message: String,
    ) -> Result<(), OrchestratorError> {
        tracing::error!(target: "autotune::worker", "{} is not begun: {message}", run.name);
        self.ended.others += 1;
        let proposal = Proposal::of(state).by(self.options.name.clone()).because(message);
        self.orchestrator.propose(run.id, proposal).await.map(drop)
    }
}

/// What is due at this very moment is due before the next.
fn just_after(now: jiff::Timestamp) -> jiff::Timestamp {
    now.saturating_add(Duration::from_nanos(1)).unwrap_or(now)
}
