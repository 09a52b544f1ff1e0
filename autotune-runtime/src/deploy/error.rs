//! Why a flow was not deployed.

use crate::orchestrator::OrchestratorError;
use crate::registry::StartError;
use crate::schedule::ScheduleError;

/// Why a flow was not deployed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeployError {
    /// The name cannot be that of a deployment.
    #[error("`{name}` cannot be the name of a deployment: write one or more letters, without `/`")]
    Name {
        /// The name.
        name: String,
    },
    /// A schedule is not one.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// An option of schedules stands before any.
    #[error("deployment `{deployment}`: `{option}` is about the schedules before it, and there are none")]
    Misplaced {
        /// The deployment.
        deployment: String,
        /// The option.
        option: &'static str,
    },
    /// A parameter is not one of the flow's, or the flow cannot be started by name.
    #[error(transparent)]
    Parameter(#[from] StartError),
    /// Runs of a schedule would lack parameters.
    #[error(
        "deployment `{deployment}` runs by itself, and its flow needs {}: give them with `.parameter(..)`",
        quoted(parameters)
    )]
    Missing {
        /// The deployment.
        deployment: String,
        /// The parameters.
        parameters: Vec<String>,
    },
    /// The program has no orchestrator.
    #[error(
        "there is no orchestrator to deploy to: call `autotune::init()` first, with the feature `sqlite`"
    )]
    NoOrchestrator,
    /// The orchestrator did not take it.
    #[error(transparent)]
    Orchestrator(#[from] OrchestratorError),
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
