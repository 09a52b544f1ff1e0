//! What was recorded, read from the same file.

use super::StoreOrchestrator;
use crate::embedded::StoreError;
use crate::id::RunId;
use crate::orchestrator::{Answer, History, OrchestratorError};
use crate::record::{
    ArtifactFilter, ArtifactRecord, LogFilter, LogRecord, RunFilter, RunRecord, StateRecord,
};

impl History for StoreOrchestrator {
    fn runs<'a>(&'a self, filter: &'a RunFilter) -> Answer<'a, Vec<RunRecord>> {
        Box::pin(async move { self.store.runs(filter).map_err(unavailable) })
    }

    fn states(&self, id: RunId) -> Answer<'_, Vec<StateRecord>> {
        Box::pin(async move { self.store.states(id).map_err(unavailable) })
    }

    fn logs<'a>(&'a self, id: RunId, filter: &'a LogFilter) -> Answer<'a, Vec<LogRecord>> {
        Box::pin(async move { self.store.logs(id, filter).map_err(unavailable) })
    }

    fn artifacts<'a>(&'a self, filter: &'a ArtifactFilter) -> Answer<'a, Vec<ArtifactRecord>> {
        Box::pin(async move { self.store.artifacts(filter).map_err(unavailable) })
    }
}

fn unavailable(error: StoreError) -> OrchestratorError {
    OrchestratorError::Unavailable(error.into())
}
