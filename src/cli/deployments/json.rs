//! Deployments for other programs.

use serde_json::{Value, json};

use crate::deployment::{Deployment, DeploymentSchedule};
use crate::flow_run::FlowRun;

/// A deployment.
pub(super) fn deployment(deployment: &Deployment) -> Value {
    let spec = &deployment.spec;
    json!({
        "id": deployment.id.to_string(),
        "name": spec.name,
        "flow": spec.flow,
        "version": spec.version,
        "description": spec.description,
        "tags": spec.tags,
        "parameters": spec.parameters,
        "schedules": spec.schedules.iter().map(schedule).collect::<Vec<_>>(),
        "work_pool": spec.work_pool,
        "work_queue": spec.work_queue,
        "concurrency_limit": spec.concurrency.map(|concurrency| concurrency.limit),
        "paused": deployment.is_paused(),
        "created": deployment.created.to_string(),
        "updated": deployment.updated.to_string(),
        "next_run": deployment.next.map(|next| next.to_string()),
    })
}

fn schedule(scheduled: &DeploymentSchedule) -> Value {
    json!({
        "slug": scheduled.slug,
        "schedule": scheduled.schedule,
        "active": scheduled.active,
        "parameters": scheduled.parameters,
    })
}

/// A run that was made.
pub(super) fn run(run: &FlowRun) -> Value {
    json!({
        "id": run.id.to_string(),
        "name": run.name,
        "flow": run.flow,
        "state_name": run.state.state_name,
        "expected_start_time": run.expected.to_string(),
        "deployment_id": run.deployment.map(|id| id.to_string()),
    })
}
