//! Deployments, and the runs that are made of them.

use super::Answer;
use crate::deployment::{Deployment, DeploymentId, DeploymentPatch, DeploymentRun, NewDeployment};
use crate::flow_run::FlowRun;

/// Flows with their schedules and parameters, ready to be run by a worker.
pub trait Deployments {
    /// Makes a deployment, or brings the one of the same flow and name up to date.
    ///
    /// Runs that its old schedules have made and nobody has begun are made anew.
    fn apply(&self, deployment: NewDeployment) -> Answer<'_, Deployment>;

    /// The deployment of this id.
    fn deployment(&self, id: DeploymentId) -> Answer<'_, Option<Deployment>>;

    /// The deployment called `flow/name`, or `name` alone where one flow has it.
    fn deployment_named<'a>(&'a self, name: &'a str) -> Answer<'a, Deployment>;

    /// All deployments, by flow and name.
    fn deployments(&self) -> Answer<'_, Vec<Deployment>>;

    /// Changes what the patch names. A paused deployment loses the runs that its schedules have made.
    fn change_deployment(&self, id: DeploymentId, patch: DeploymentPatch) -> Answer<'_, Deployment>;

    /// Removes a deployment; whether there was one. Its runs stay.
    fn delete_deployment(&self, id: DeploymentId) -> Answer<'_, bool>;

    /// Makes a run of a deployment, for now or a time, and does not wait for it:
    /// [`wait_for_flow_run`](super::wait_for_flow_run) does.
    fn run_deployment(&self, id: DeploymentId, run: DeploymentRun) -> Answer<'_, FlowRun>;
}
