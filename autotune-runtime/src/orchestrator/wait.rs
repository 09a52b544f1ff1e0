//! Waiting for the end of a flow run, whoever runs it.

use std::time::Duration;

use tokio::time::sleep;

use super::{Orchestrator, OrchestratorError};
use crate::flow_run::FlowRun;
use crate::id::RunId;

/// How often the orchestrator is asked.
const EVERY: Duration = Duration::from_secs(5);

/// Waits until a flow run has ended, and gives it as it is then: Prefect's `wait_for_flow_run`.
///
/// The orchestrator is asked every five seconds. A run that is scheduled for later, or for which there is no
/// worker, is waited for all the same; for so long only: `tokio::time::timeout(limit, wait_for_flow_run(..))`.
///
/// ```no_run
/// # mod autotune { pub use autotune_runtime::{deployment, orchestrator}; }
/// use autotune::deployment::DeploymentRun;
/// use autotune::orchestrator::{self, Deployments, wait_for_flow_run};
///
/// # async fn tonight() -> Result<(), orchestrator::OrchestratorError> {
/// # let Some(orchestrator) = orchestrator::installed() else { return Ok(()) };
/// let deployment = orchestrator.deployment_named("analyse/nightly").await?;
/// let run = orchestrator.run_deployment(deployment.id, DeploymentRun::default()).await?;
/// let ended = wait_for_flow_run(&*orchestrator, run.id).await?;
/// println!("{} ended in state {}", ended.name, ended.state.state_name);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// There is no such run, or it was removed while it was waited for; or the orchestrator does not answer.
pub async fn wait_for_flow_run(
    orchestrator: &dyn Orchestrator,
    id: RunId,
) -> Result<FlowRun, OrchestratorError> {
    loop {
        let unknown =
            || OrchestratorError::NotFound { kind: "flow run", name: id.to_string(), known: Vec::new() };
        let run = orchestrator.flow_run(id).await?.ok_or_else(unknown)?;
        if run.state.state_type.is_final() {
            return Ok(run);
        }
        sleep(EVERY).await;
    }
}
