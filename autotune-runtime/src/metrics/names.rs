//! What the numbers are called, and what is said of them to whoever fetches them.

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

pub(super) const FLOW_RUNS: &str = "autotune_flow_runs_total";
pub(super) const TASK_RUNS: &str = "autotune_task_runs_total";
pub(super) const FLOW_RUN_DURATION: &str = "autotune_flow_run_duration_seconds";
pub(super) const TASK_RUN_DURATION: &str = "autotune_task_run_duration_seconds";
pub(super) const FLOW_RUN_RETRIES: &str = "autotune_flow_run_retries_total";
pub(super) const TASK_RUN_RETRIES: &str = "autotune_task_run_retries_total";
pub(super) const FLOW_RUNS_RUNNING: &str = "autotune_flow_runs_running";
pub(super) const WORK_QUEUE_RUNS: &str = "autotune_work_queue_runs";

/// Tells the exporter what each number is.
pub(super) fn describe() {
    describe_counter!(FLOW_RUNS, "Flow runs that have ended, by the name of their last state.");
    describe_counter!(TASK_RUNS, "Task runs that have ended; those that are Cached are hits of the cache.");
    describe_histogram!(FLOW_RUN_DURATION, Unit::Seconds, "From the start of a flow run to its end.");
    describe_histogram!(
        TASK_RUN_DURATION,
        Unit::Seconds,
        "From the start of a task run to its end, without those from the cache."
    );
    describe_counter!(FLOW_RUN_RETRIES, "Attempts of flow runs after the first.");
    describe_counter!(TASK_RUN_RETRIES, "Attempts of task runs after the first.");
    describe_gauge!(FLOW_RUNS_RUNNING, "Flow runs that run now.");
    describe_gauge!(WORK_QUEUE_RUNS, "Runs of a queue that are scheduled, and that are running.");
}
