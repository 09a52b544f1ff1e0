//! The ends of runs that nobody has heard of yet, because the orchestrator did not answer.
//!
//! They are told later: a run that seems to run for ever keeps its place in its queue and its deployment.

use super::Worker;
use crate::id::RunId;
use crate::orchestrator::OrchestratorError;
use crate::proposal::Proposal;
use crate::state::StateName;

/// The end of a run.
#[derive(Debug, Clone)]
pub(super) struct Untold {
    /// The name of the run.
    pub(super) run: String,
    pub(super) state: StateName,
    pub(super) message: Option<String>,
}

impl Worker {
    /// Tells the ends that could not be told before.
    pub(super) async fn tell_ends(&mut self) {
        while let Some((&id, end)) = self.untold.first_key_value() {
            let told = self.conclude(id, end).await;
            if self.unanswered.heed("the ends of runs cannot be told", told).is_none() {
                return;
            }
            self.untold.remove(&id);
        }
    }

    /// Ends a run for others, if its recorder has not, and if it is still this worker's.
    async fn conclude(&self, id: RunId, end: &Untold) -> Result<(), OrchestratorError> {
        let Some(known) = self.orchestrator.flow_run(id).await? else { return Ok(()) };
        let is_lost = known.worker.is_some_and(|worker| worker != self.options.name);
        if is_lost || known.state.state_type.is_final() {
            return Ok(());
        }
        let mut proposal = Proposal::of(end.state).by(self.options.name.clone());
        proposal.message.clone_from(&end.message);
        self.orchestrator.propose(id, proposal).await.map(drop)
    }
}
