//! How the runs of flows and deployments go over time.

use std::time::Duration;

use jiff::Timestamp;

use crate::deployment::DeploymentId;

/// Which runs are counted, and together with which others.
#[derive(Debug, Clone, Default)]
pub struct StatsFilter {
    /// What is counted together.
    pub by: StatsBy,
    /// Only runs of this flow.
    pub flow: Option<String>,
    /// Only runs of this deployment.
    pub deployment: Option<DeploymentId>,
    /// Only runs that started then or later.
    pub since: Option<Timestamp>,
}

/// Whose runs are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StatsBy {
    /// All runs of a flow.
    #[default]
    Flow,
    /// All runs of a deployment; runs of no deployment are not counted.
    Deployment,
}

/// How the runs of a flow, or of a deployment, went that have ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FlowStats {
    /// The flow.
    pub flow: String,
    /// The name of the deployment, where that is what is counted.
    pub deployment: Option<String>,
    /// How many have completed.
    pub completed: u64,
    /// How many have failed.
    pub failed: u64,
    /// How many have crashed.
    pub crashed: u64,
    /// How many were cancelled.
    pub cancelled: u64,
    /// Half of those that completed took as long as this, or less.
    pub median: Option<Duration>,
    /// 95 of 100 that completed took as long as this, or less.
    pub p95: Option<Duration>,
    /// How many have failed or crashed since the last that completed, whenever that was.
    pub failures_in_a_row: u64,
}

impl FlowStats {
    /// How many runs have ended.
    #[must_use]
    pub fn ended(&self) -> u64 {
        self.completed + self.failed + self.crashed + self.cancelled
    }

    /// How large a share of the runs that were not cancelled has completed, from 0 to 1; none where there are none.
    #[must_use]
    pub fn success_rate(&self) -> Option<f64> {
        let all = self.completed + self.failed + self.crashed;
        #[expect(clippy::cast_precision_loss, reason = "runs are fewer than 2^52")]
        let rate = self.completed as f64 / all as f64;
        (all > 0).then_some(rate)
    }
}
