//! The orchestrator that the commands ask, and waiting for its answers.

use std::sync::Arc;

use autotune_runtime::embedded::Store;
use tokio::runtime::{Builder, Handle};

use super::exit::{Exit, Failure};
use super::history;
use super::process::Process;
use crate::deploy::DeployError;
use crate::orchestrator::{self, Orchestrator, OrchestratorError};

/// That of the program, or else that of the database, which is made if there is none.
pub(super) fn open(process: &Process) -> Result<Arc<dyn Orchestrator>, Failure> {
    if process.is_current()
        && let Some(installed) = orchestrator::installed()
    {
        return Ok(installed);
    }
    Ok(Arc::new(Store::open(history::path(process)?)?.orchestrator()))
}

/// Waits for an answer.
pub(super) fn wait<T, E, F>(answer: impl FnOnce() -> F + Send) -> Result<T, Failure>
where
    T: Send,
    F: Future<Output = Result<T, E>>,
    Failure: From<E>,
{
    if Handle::try_current().is_err() {
        return on_this_thread(answer);
    }
    // A thread that belongs to a runtime cannot wait in another one.
    let waited = std::thread::scope(|scope| scope.spawn(|| on_this_thread(answer)).join());
    waited.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn on_this_thread<T, E, F>(answer: impl FnOnce() -> F) -> Result<T, Failure>
where
    F: Future<Output = Result<T, E>>,
    Failure: From<E>,
{
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime
        .map_err(|error| Failure::Told(Exit::Failed, format!("the runtime cannot be started: {error}")))?;
    Ok(runtime.block_on(answer())?)
}

impl From<OrchestratorError> for Failure {
    fn from(error: OrchestratorError) -> Self {
        match error {
            OrchestratorError::Unavailable(_) => Failure::Told(Exit::Failed, error.to_string()),
            other => Failure::misused(other.to_string()),
        }
    }
}

impl From<DeployError> for Failure {
    fn from(error: DeployError) -> Self {
        match error {
            DeployError::Orchestrator(error) => error.into(),
            other => Failure::misused(other.to_string()),
        }
    }
}
