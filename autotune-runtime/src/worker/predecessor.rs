//! What an earlier process of the same name has left behind.

use super::Worker;
use crate::orchestrator::OrchestratorError;

impl Worker {
    /// Has the runs ended, or scheduled again, that an earlier worker of this name had; says whether that is done.
    ///
    /// Nobody would miss that worker, for its name is heard of again.
    pub(super) async fn settle(&mut self) -> bool {
        let settled = self.bury_predecessor().await;
        self.is_settled = self.unanswered.heed("the worker cannot begin", settled).is_some();
        self.is_settled
    }

    async fn bury_predecessor(&self) -> Result<(), OrchestratorError> {
        if !self.orchestrator.runs_of(&self.options.name).await?.is_empty() {
            self.orchestrator.leave(&self.options.name).await?;
            self.orchestrator.tend().await?;
        }
        Ok(())
    }
}
