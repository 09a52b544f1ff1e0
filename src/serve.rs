//! Deployments, applied and run until the program is told to stop.

use std::sync::Arc;

use autotune_runtime::worker::{Ended, Stop, Worker, WorkerOptions};

use crate::cli::received;
use crate::deploy::{DeployError, FlowDeployment};
use crate::orchestrator::{self, Orchestrator};
use crate::registry::Registry;

/// Why deployments were not served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// One of them cannot be applied.
    #[error(transparent)]
    Deploy(#[from] DeployError),
}

/// Applies deployments, and runs them by their schedules until the program is told to stop.
///
/// With the first Ctrl-C or SIGTERM nothing new is begun, and what runs goes on to its end; the second cancels it; the
/// third ends the process. The program has an orchestrator once it has called [`init`](crate::init()), or
/// [installed](orchestrator::install) another one.
///
/// ```no_run
/// use autotune::{deploy, prelude::*};
///
/// #[flow]
/// async fn heat() {}
///
/// #[tokio::main]
/// async fn main() -> anyhow::Result<()> {
///     autotune::init()?;
///     autotune::serve([deploy(heat, "mornings").cron("0 6 * * *")?.timezone("Europe/Berlin")?]).await?;
///     Ok(())
/// }
/// ```
pub async fn serve(deployments: impl IntoIterator<Item = FlowDeployment>) -> Result<Ended, ServeError> {
    let orchestrator = orchestrator::installed().ok_or(DeployError::NoOrchestrator)?;
    let mut registry = Registry::discovered();
    for deployment in deployments {
        deployment.apply_to(&*orchestrator).await?;
        registry = registry.with(deployment.flow());
    }
    Ok(work(orchestrator, registry, WorkerOptions::default()).await)
}

/// Runs a worker until the process is told to stop.
pub(crate) async fn work(
    orchestrator: Arc<dyn Orchestrator>,
    registry: Registry,
    options: WorkerOptions,
) -> Ended {
    #[cfg(feature = "metrics")]
    let queues = tokio::spawn(show_queues(Arc::clone(&orchestrator), options.tend));
    let worker = Worker::new(orchestrator, registry, options);
    let handle = worker.handle();
    // On a thread of the runtime, because the worker is busy with what it runs.
    let signals = tokio::spawn(async move {
        received().await;
        handle.stop(Stop::Drain);
        received().await;
        handle.stop(Stop::Cancel);
        std::process::exit(received().await.exit().code().into());
    });
    let ended = worker.run().await;
    signals.abort();
    #[cfg(feature = "metrics")]
    queues.abort();
    ended
}

/// Shows again and again how much waits in queues, for whoever fetches numbers.
#[cfg(feature = "metrics")]
async fn show_queues(orchestrator: Arc<dyn Orchestrator>, every: std::time::Duration) {
    loop {
        match orchestrator.work_queues(None).await {
            Ok(queues) => crate::metrics::show_queues(&queues),
            Err(error) => {
                tracing::warn!(target: "autotune::worker", "the queues cannot be counted: {error}");
            }
        }
        tokio::time::sleep(every).await;
    }
}
