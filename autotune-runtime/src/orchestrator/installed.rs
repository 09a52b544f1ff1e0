//! The orchestrator of the program.

use std::sync::{Arc, OnceLock};

use super::Orchestrator;

static INSTALLED: OnceLock<Arc<dyn Orchestrator>> = OnceLock::new();

/// Why an orchestrator was not installed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InstallError {
    /// There is one already.
    #[error("an orchestrator is installed already; a process has one")]
    AlreadyInstalled,
}

/// Deployments of this process are applied to this orchestrator from now on, and its workers ask it.
///
/// For programs; a library never installs anything.
pub fn install(orchestrator: Arc<dyn Orchestrator>) -> Result<(), InstallError> {
    INSTALLED.set(orchestrator).map_err(|_| InstallError::AlreadyInstalled)
}

/// The orchestrator of this process, if it has one.
#[must_use]
pub fn installed() -> Option<Arc<dyn Orchestrator>> {
    INSTALLED.get().cloned()
}
