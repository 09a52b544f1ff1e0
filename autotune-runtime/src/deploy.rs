//! Deployments of the flows of this program: what runs when, with which
//! parameters, and in which queue.
//!
//! ```
//! use autotune::{deploy, prelude::*};
//!
//! /// Analyse some days.
//! #[flow(name = "analysis")]
//! async fn analyse(site: String, #[garde(range(min = 1, max = 30))] days: u32) -> anyhow::Result<String> {
//!     Ok(format!("{days} days of {site}"))
//! }
//!
//! # fn deployments() -> Result<(), autotune::deploy::DeployError> {
//! let nightly = deploy(analyse, "nightly")
//!     .cron("0 2 * * *")?
//!     .timezone("Europe/Berlin")?
//!     .queue("autotune-queue")
//!     .tags(["autotune"])
//!     .parameter("site", "https://example.org")?
//!     .parameter("days", 7)?
//!     .concurrency_limit(1);
//! assert_eq!(nightly.full_name(), "analysis/nightly");
//!
//! let error = deploy(analyse, "weekly").parameter("days", 70).unwrap_err();
//! assert_eq!(error.to_string(), "parameter `days` of flow `analysis`: greater than 30");
//! # Ok(()) }
//! # deployments()?;
//! # Ok::<_, autotune::deploy::DeployError>(())
//! ```

mod apply;
mod error;
mod parameters;
mod schedules;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::alerts::{self, Alert, AlertHook, AlertOutcome};
use crate::deployment::{CollisionStrategy, DeploymentConcurrency, NewDeployment};
use crate::flow::{FlowFn, FlowParameters};
use crate::registry::Registered;

pub use error::DeployError;

/// A deployment of a flow: `deploy(analyse, "nightly")`.
///
/// It does nothing until it is [applied](FlowDeployment::apply) or served. A flow that cannot be started by name does
/// not compile here.
pub fn deploy<Arguments, F>(_: F, name: impl Into<String>) -> FlowDeployment
where
    F: FlowFn<Arguments>,
    F::Parameters: FlowParameters + DeserializeOwned + JsonSchema,
{
    FlowDeployment::new(Registered::of_parameters::<F::Parameters>(), name)
}

/// The method `deployment` of every function that is a flow: `analyse.deployment("nightly")`.
pub trait Deploy<Arguments>: FlowFn<Arguments> + Sized
where
    Self::Parameters: FlowParameters + DeserializeOwned + JsonSchema,
{
    /// A deployment of the flow, as [`deploy`] makes it.
    fn deployment(self, name: impl Into<String>) -> FlowDeployment {
        deploy(self, name)
    }
}

impl<Arguments, F> Deploy<Arguments> for F
where
    F: FlowFn<Arguments>,
    F::Parameters: FlowParameters + DeserializeOwned + JsonSchema,
{
}

/// A deployment, together with the flow of this program that it is of. Made by [`deploy`].
#[derive(Debug, Clone)]
#[must_use = "a deployment does nothing until it is applied or served"]
pub struct FlowDeployment {
    flow: Registered,
    spec: NewDeployment,
    alerts: Vec<(u32, AlertHook)>,
}

impl FlowDeployment {
    pub(crate) fn new(flow: Registered, name: impl Into<String>) -> Self {
        let mut spec = NewDeployment::new(flow.definition.name, name);
        spec.version = flow.definition.version.map(ToOwned::to_owned);
        flow.definition.description.trim().clone_into(&mut spec.description);
        spec.parameter_schema = flow.schema();
        FlowDeployment { flow, spec, alerts: Vec::new() }
    }

    /// What it is for; by default what the flow is for.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.spec.description = description.into();
        self
    }

    /// The version of the flow; by default what its attribute says.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.spec.version = Some(version.into());
        self
    }

    /// Adds tags to its runs.
    pub fn tags(mut self, tags: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.spec.tags.extend(tags.into_iter().map(Into::into));
        self
    }

    /// The pool whose workers run it; `default` if nothing is said.
    pub fn pool(mut self, pool: impl Into<String>) -> Self {
        self.spec.work_pool = pool.into();
        self
    }

    /// The queue in the pool; `default` if nothing is said. It is made if there is none of this name.
    pub fn queue(mut self, queue: impl Into<String>) -> Self {
        self.spec.work_queue = queue.into();
        self
    }

    /// How many of its runs there may be at once. One more waits.
    pub fn concurrency_limit(mut self, limit: u32) -> Self {
        let collision = self.spec.concurrency.map(|concurrency| concurrency.collision).unwrap_or_default();
        self.spec.concurrency = Some(DeploymentConcurrency { limit, collision });
        self
    }

    /// At most one of its runs at once, or as many as the limit says, and one more is cancelled.
    pub fn cancel_new(mut self) -> Self {
        let limit = self.spec.concurrency.map_or(1, |concurrency| concurrency.limit);
        self.spec.concurrency =
            Some(DeploymentConcurrency { limit, collision: CollisionStrategy::CancelNew });
        self
    }

    /// Whether its schedules rest. If nothing is said, a new deployment runs, and one that somebody has paused since stays
    /// paused when it is applied again.
    pub fn paused(mut self, paused: bool) -> Self {
        self.spec.paused = Some(paused);
        self
    }

    /// Calls `hook` when `failures` of its runs have failed in a row; 0 is as good as 1.
    ///
    /// In processes that apply it, serve it, or work for it. What counts, and when it is called: see
    /// [`alerts`].
    ///
    /// ```
    /// use autotune::alerts::Alert;
    /// use autotune::{deploy, prelude::*};
    ///
    /// #[flow]
    /// async fn heat() -> anyhow::Result<()> {
    ///     Ok(())
    /// }
    ///
    /// # fn deployments() -> Result<(), autotune::deploy::DeployError> {
    /// let mornings = deploy(heat, "mornings")
    ///     .cron("0 6 * * *")?
    ///     .alert_after(3, |alert: Alert| async move { error!("{alert}") });
    /// # let _ = mornings; Ok(()) }
    /// ```
    pub fn alert_after<H, Called>(mut self, failures: u32, hook: H) -> Self
    where
        H: Fn(Alert) -> Called + Send + Sync + 'static,
        Called: Future<Output: AlertOutcome> + Send + 'static,
    {
        self.alerts.push((failures.max(1), AlertHook::new(hook)));
        self
    }

    /// Looks out for the failures that [`alert_after`](Self::alert_after) names from now on, as applying does.
    pub fn watch(&self) {
        alerts::watch_deployment(&self.spec.flow, &self.spec.name, &self.alerts);
    }

    /// `flow/name`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.spec.flow, self.spec.name)
    }

    /// The flow that it is of.
    #[must_use]
    pub fn flow(&self) -> Registered {
        self.flow
    }

    /// What an orchestrator is given.
    #[must_use]
    pub fn spec(&self) -> &NewDeployment {
        &self.spec
    }
}
