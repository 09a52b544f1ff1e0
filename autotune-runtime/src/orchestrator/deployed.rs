//! A flow run that a worker runs: whose it is, and who is asked when it leaves its process.

use std::sync::Arc;

use serde_json::Value;

use super::{Orchestrator, OrchestratorError};
use crate::deployment::DeploymentId;
use crate::id::RunId;

/// What a flow run of a deployment knows of where it comes from.
#[derive(Debug, Clone)]
pub struct Deployed {
    /// The deployment that it is a run of.
    pub deployment: DeploymentId,
    /// Who keeps the run, and has it started again.
    pub orchestrator: Arc<dyn Orchestrator>,
}

/// How a run waits: each has inputs of its own, as with Prefect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// In its process.
    Paused,
    /// Without one.
    Suspended,
}

impl Manner {
    fn as_str(self) -> &'static str {
        match self {
            Manner::Paused => "paused",
            Manner::Suspended => "suspended",
        }
    }

    /// Where the JSON Schema of what is asked stands, among the inputs of the run.
    pub(crate) fn schema_key(self, key: &str) -> String {
        format!("{}-{key}-schema", self.as_str())
    }

    /// Where that stands which was said to it.
    pub(crate) fn response_key(self, key: &str) -> String {
        format!("{}-{key}-response", self.as_str())
    }
}

impl Deployed {
    /// What was said to the pause of this key in an earlier process, if it was resumed. `null` may be nothing at all.
    pub(crate) async fn response(&self, run: RunId, key: &str) -> Result<Option<Value>, OrchestratorError> {
        for manner in [Manner::Suspended, Manner::Paused] {
            let said = self.orchestrator.input(run, &manner.response_key(key)).await?;
            if said.is_some() {
                return Ok(said);
            }
        }
        Ok(None)
    }
}
