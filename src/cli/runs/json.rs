//! Runs and their logs for other programs.

use autotune_runtime::embedded::{LogRecord, RootRecord, RunRecord, StateRecord};
use serde_json::{Value, json};

/// A run.
pub(super) fn run(run: &RunRecord) -> Value {
    json!({
        "id": run.id.to_string(),
        "root_id": run.root.to_string(),
        "parent_id": run.parent.map(|id| id.to_string()),
        "number": run.sequence,
        "kind": run.kind.as_str(),
        "definition": run.definition,
        "name": run.name,
        "tags": run.tags,
        "state_type": run.state_type.as_str(),
        "state_name": run.state_name,
        "state_timestamp": run.state_at.to_string(),
        "start_time": run.started.map(|time| time.to_string()),
        "end_time": run.ended().map(|time| time.to_string()),
        "duration_seconds": run.took().map(|took| took.as_secs_f64()),
        "run_count": run.run_count,
        "next_start_time": run.due.map(|time| time.to_string()),
        "message": run.message,
        "wait_for": run.waited_for.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

/// What only a flow run has.
pub(super) fn root(root: &RootRecord) -> Value {
    json!({
        "parameters": root.parameters,
        "created": root.created.to_string(),
        "version": root.version,
        "program": root.process.as_ref().map(|(program, _)| program),
        "pid": root.process.as_ref().map(|(_, pid)| pid),
    })
}

/// A state of a run.
pub(super) fn state(state: &StateRecord) -> Value {
    json!({
        "type": state.state_type.as_str(),
        "name": state.state_name,
        "timestamp": state.at.to_string(),
        "run_count": state.run_count,
        "message": state.message,
    })
}

/// A line of a log.
pub(super) fn line(line: &LogRecord) -> Value {
    json!({
        "run_id": line.run.to_string(),
        "run_name": line.run_name,
        "timestamp": line.at.to_string(),
        "level": line.level.as_str(),
        "target": line.target,
        "message": line.message,
    })
}
