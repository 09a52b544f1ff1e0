//! The statements of the orchestrator.

macro_rules! flow_runs {
    ($rest:literal) => {
        concat!(
            "SELECT root_run.uuid, flow_run.flow, flow_run.version, run.name, root_run.parameters, run.tags, \
             run.state_type, run.state_name, run.state_at, run.run_count, run.due, run.message, \
             flow_run.expected, run.started, deployment.uuid, work_pool.name, work_queue.name, flow_run.worker, \
             root_run.parent_uuid, flow_run.schedule, flow_run.root, flow_run.deployment, flow_run.transition, \
             flow_run.due, flow_run.crashes, flow_run.pause_key \
             FROM flow_run \
             JOIN root_run ON root_run.id = flow_run.root \
             JOIN run ON run.root = flow_run.root AND run.sequence = 0 \
             LEFT JOIN deployment ON deployment.id = flow_run.deployment \
             LEFT JOIN work_queue ON work_queue.id = flow_run.queue \
             LEFT JOIN work_pool ON work_pool.id = work_queue.pool ",
            $rest
        )
    };
}

pub(in crate::embedded) const FLOW_RUN: &str = flow_runs!("WHERE flow_run.root = ?");
pub(in crate::embedded) const FLOW_RUN_OF_KEY: &str = "SELECT root FROM flow_run WHERE flow = ? AND key = ?";
/// The runs of a queue that a worker may begin; those of the flows in a JSON array, or of all.
pub(in crate::embedded) const DUE_RUNS: &str = flow_runs!(
    "WHERE flow_run.queue = ?1 AND flow_run.state_type = 'SCHEDULED' AND flow_run.worker IS NULL \
     AND flow_run.due < ?2 AND (?3 IS NULL OR flow_run.flow IN (SELECT value FROM json_each(?3))) \
     ORDER BY flow_run.due LIMIT ?4"
);
const FLOW_RUNS: &str = flow_runs!("");

/// The statement for the flow runs to which all of these rules apply, the latest first.
pub(in crate::embedded) fn flow_runs_that(rules: &[&str]) -> String {
    let rules = if rules.is_empty() { "TRUE".to_owned() } else { rules.join(" AND ") };
    format!("{FLOW_RUNS} WHERE {rules} ORDER BY flow_run.expected DESC, flow_run.root DESC LIMIT ?")
}
pub(in crate::embedded) const OF_FLOW: &str = "flow_run.flow = ?";
pub(in crate::embedded) const OF_DEPLOYMENT: &str =
    "flow_run.deployment = (SELECT id FROM deployment WHERE uuid = ?)";
pub(in crate::embedded) const OF_STATE_TYPE: &str = "flow_run.state_type = ?";
pub(in crate::embedded) const OF_STATE_NAME: &str = "flow_run.state_name = ?";
pub(in crate::embedded) const EXPECTED_SINCE: &str = "flow_run.expected >= ?";
pub(in crate::embedded) const EXPECTED_BEFORE: &str = "flow_run.expected < ?";

pub(in crate::embedded) const DEFINITION_OF_FLOW: &str =
    "SELECT id FROM definition WHERE name = ?1 AND kind = 'flow' ORDER BY id DESC LIMIT 1";
pub(in crate::embedded) const INSERT_DEFINITION: &str = "
    INSERT INTO definition (kind, name, module, version, source_hash, description, file, line, retries)
    VALUES ('flow', ?1, '', coalesce(?2, ''), 0, '', '', 0, 0) RETURNING id";
pub(in crate::embedded) const INSERT_ROOT: &str = "
    INSERT INTO root_run (uuid, stem, parent_uuid, parent_stem, parameters, created)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id";
pub(in crate::embedded) const INSERT_RUN: &str = "
    INSERT INTO run (root, sequence, parent, definition, name, tags, state_type, state_name, state_at, run_count, due)
    VALUES (?1, 0, 0, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8)";
pub(in crate::embedded) const INSERT_FLOW_RUN: &str = "
    INSERT INTO flow_run (root, flow, version, state_type, state_name, expected, due, deployment, schedule, queue, key)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, ?9, ?10)";
/// ?7 is whether the body starts.
pub(in crate::embedded) const SET_STATE: &str = "
    UPDATE run SET state_type = ?2, state_name = ?3, state_at = max(?4, state_at), due = ?5, message = ?6,
        started = CASE WHEN ?7 THEN coalesce(started, ?4) ELSE started END, run_count = run_count + ?7
    WHERE root = ?1 AND sequence = 0";
pub(in crate::embedded) const SET_CLAIM: &str = "
    UPDATE flow_run SET worker = ?2, transition = coalesce(?3, transition), due = coalesce(?4, due), crashes = ?5,
        pause_key = NULL
    WHERE root = ?1";
pub(in crate::embedded) const SET_PAUSE_KEY: &str = "UPDATE flow_run SET pause_key = ?2 WHERE root = ?1";
/// The suspended runs whose time is up.
pub(in crate::embedded) const UNRESUMED: &str = "
    SELECT flow_run.root FROM flow_run JOIN run ON run.root = flow_run.root AND run.sequence = 0
    WHERE flow_run.state_name = 'Suspended' AND run.due <= ?";
pub(in crate::embedded) const RUNNING_OF_DEPLOYMENT: &str = "
    SELECT count(*) FROM flow_run
    WHERE deployment = ? AND state_type IN ('PENDING', 'RUNNING', 'CANCELLING')";
pub(in crate::embedded) const RUNNING_OF_QUEUE: &str =
    "SELECT count(*) FROM flow_run WHERE queue = ? AND state_type IN ('PENDING', 'RUNNING', 'CANCELLING')";
pub(in crate::embedded) const FULL_PLACE_OF_RUN: &str = "
    SELECT CASE
        WHEN work_queue.concurrency_limit <= (SELECT count(*) FROM flow_run AS other
            WHERE other.queue = work_queue.id AND state_type IN ('PENDING', 'RUNNING', 'CANCELLING'))
        THEN 'work queue `' || work_queue.name || '`'
        WHEN work_pool.concurrency_limit <= (SELECT count(*) FROM work_queue AS beside
            JOIN flow_run AS other ON other.queue = beside.id
            WHERE beside.pool = work_pool.id AND state_type IN ('PENDING', 'RUNNING', 'CANCELLING'))
        THEN 'work pool `' || work_pool.name || '`'
    END
    FROM flow_run JOIN work_queue ON work_queue.id = queue JOIN work_pool ON work_pool.id = pool
    WHERE root = ?";
pub(in crate::embedded) const SCHEDULED_OF_QUEUE: &str =
    "SELECT count(*) FROM flow_run WHERE queue = ? AND state_type = 'SCHEDULED'";
pub(in crate::embedded) const DELETE_ROOT: &str = "DELETE FROM root_run WHERE id = ?";
pub(in crate::embedded) const PUT_INPUT: &str =
    "INSERT INTO run_input VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value";
pub(in crate::embedded) const INPUT: &str = "SELECT value FROM run_input WHERE root = ? AND key = ?";

macro_rules! deployments {
    ($rest:literal) => {
        concat!(
            "SELECT deployment.id, uuid, flow, deployment.name, version, description, tags, parameters, \
             parameter_schema, work_pool.name, work_queue.name, deployment.concurrency_limit, cancels_new, \
             deployment.paused, created, updated, deployment.queue \
             FROM deployment \
             JOIN work_queue ON work_queue.id = deployment.queue JOIN work_pool ON work_pool.id = work_queue.pool ",
            $rest
        )
    };
}
pub(in crate::embedded) const DEPLOYMENT: &str = deployments!("WHERE uuid = ?");
pub(in crate::embedded) const DEPLOYMENTS: &str = deployments!("ORDER BY flow, deployment.name");
pub(in crate::embedded) const ROOM_OF_DEPLOYMENT: &str =
    "SELECT concurrency_limit, cancels_new FROM deployment WHERE id = ?";
pub(in crate::embedded) const UPSERT_DEPLOYMENT: &str = "
    INSERT INTO deployment (uuid, flow, name, version, description, tags, parameters, parameter_schema, queue,
        concurrency_limit, cancels_new, paused, created, updated)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, coalesce(?12, 0), ?13, ?13)
    ON CONFLICT (flow, name) DO UPDATE SET
        version = excluded.version, description = excluded.description, tags = excluded.tags,
        parameters = excluded.parameters, parameter_schema = excluded.parameter_schema, queue = excluded.queue,
        concurrency_limit = excluded.concurrency_limit, cancels_new = excluded.cancels_new,
        paused = coalesce(?12, paused), updated = excluded.updated
    RETURNING id, uuid";
pub(in crate::embedded) const CHANGE_DEPLOYMENT: &str = "
    UPDATE deployment SET paused = ?2, concurrency_limit = ?3, cancels_new = ?4, updated = ?5 WHERE id = ?1";
pub(in crate::embedded) const DELETE_DEPLOYMENT: &str = "DELETE FROM deployment WHERE id = ?";
pub(in crate::embedded) const FORGET_DEPLOYMENT: &str =
    "UPDATE flow_run SET deployment = NULL WHERE deployment = ?";
pub(in crate::embedded) const SCHEDULES: &str = "
    SELECT id, slug, schedule, active, parameters, catch_up, handled
    FROM deployment_schedule WHERE deployment = ? ORDER BY id";
pub(in crate::embedded) const INSERT_SCHEDULE: &str = "
    INSERT INTO deployment_schedule (deployment, slug, schedule, active, parameters, catch_up, handled)
    VALUES (?, ?, ?, ?, ?, ?, ?)";
pub(in crate::embedded) const CHANGE_SCHEDULE: &str =
    "UPDATE deployment_schedule SET active = ?2, parameters = ?3, catch_up = ?4 WHERE id = ?1";
pub(in crate::embedded) const DELETE_SCHEDULE: &str = "DELETE FROM deployment_schedule WHERE id = ?";
pub(in crate::embedded) const DELETE_SCHEDULES: &str = "DELETE FROM deployment_schedule WHERE deployment = ?";
pub(in crate::embedded) const SET_HANDLED: &str = "UPDATE deployment_schedule SET handled = ?2 WHERE id = ?1";
/// Nothing that comes after now is handled any more.
pub(in crate::embedded) const REWIND_SCHEDULES: &str =
    "UPDATE deployment_schedule SET handled = ?2 WHERE deployment = ?1 AND handled > ?2";
/// What passed while a deployment was paused was not missed.
pub(in crate::embedded) const SKIP_SCHEDULES: &str =
    "UPDATE deployment_schedule SET handled = ?2 WHERE deployment = ?1";
/// The runs that schedules made for then or later and nobody has begun; of one schedule, or of all.
pub(in crate::embedded) const UNBEGUN: &str = "
    DELETE FROM root_run WHERE id IN (
        SELECT root FROM flow_run
        WHERE deployment = ?1 AND state_type = 'SCHEDULED' AND worker IS NULL
            AND schedule IS NOT NULL AND (?2 IS NULL OR schedule = ?2) AND expected >= ?3)";

pub(in crate::embedded) const QUEUE_OF_NAME: &str = "
    SELECT work_queue.id FROM work_queue JOIN work_pool ON work_pool.id = pool
    WHERE work_pool.name = ? AND work_queue.name = ?";
pub(in crate::embedded) const POOL: &str =
    "SELECT id, name, concurrency_limit, paused FROM work_pool WHERE name = ?";
pub(in crate::embedded) const POOLS: &str =
    "SELECT id, name, concurrency_limit, paused FROM work_pool ORDER BY name";
pub(in crate::embedded) const INSERT_POOL: &str =
    "INSERT INTO work_pool (name, concurrency_limit) VALUES (?, ?) RETURNING id";
pub(in crate::embedded) const CHANGE_POOL: &str =
    "UPDATE work_pool SET concurrency_limit = ?2, paused = ?3 WHERE id = ?1";
pub(in crate::embedded) const QUEUES: &str = "
    SELECT work_queue.id, work_pool.name, work_queue.name, priority, work_queue.concurrency_limit,
        work_queue.paused, last_polled
    FROM work_queue JOIN work_pool ON work_pool.id = pool
    WHERE ?1 IS NULL OR work_pool.name = ?1 ORDER BY work_pool.name, priority, work_queue.id";
pub(in crate::embedded) const LAST_PRIORITY: &str =
    "SELECT coalesce(max(priority), 0) FROM work_queue WHERE pool = ?";
pub(in crate::embedded) const HAS_PRIORITY: &str =
    "SELECT 1 FROM work_queue WHERE pool = ? AND priority = ? AND id IS NOT ?";
pub(in crate::embedded) const MOVE_BACK: &str =
    "UPDATE work_queue SET priority = priority + 1 WHERE pool = ? AND priority >= ?";
pub(in crate::embedded) const INSERT_QUEUE: &str =
    "INSERT INTO work_queue (pool, name, priority, concurrency_limit) VALUES (?, ?, ?, ?) RETURNING id";
pub(in crate::embedded) const CHANGE_QUEUE: &str =
    "UPDATE work_queue SET priority = ?2, concurrency_limit = ?3, paused = ?4 WHERE id = ?1";
pub(in crate::embedded) const DELETE_QUEUE: &str = "DELETE FROM work_queue WHERE id = ?";
/// What waited in a queue that is removed waits in the pool's `default`.
pub(in crate::embedded) const LEAVE_QUEUE: &str = "UPDATE flow_run SET queue = ?2 WHERE queue = ?1";
pub(in crate::embedded) const LEAVE_QUEUE_OF_DEPLOYMENTS: &str =
    "UPDATE deployment SET queue = ?2 WHERE queue = ?1";
pub(in crate::embedded) const POLLED: &str = "UPDATE work_queue SET last_polled = ?2 WHERE id = ?1";

pub(in crate::embedded) const HEARTBEAT: &str = "
    INSERT INTO worker (name, pool, heartbeat_every, last_heartbeat) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET
        pool = excluded.pool, heartbeat_every = excluded.heartbeat_every, last_heartbeat = excluded.last_heartbeat";
/// Who claims before its first heartbeat lives for now.
pub(in crate::embedded) const MEET_WORKER: &str = "
    INSERT OR IGNORE INTO worker (name, pool, heartbeat_every, last_heartbeat) VALUES (?, '', 30000000000, ?)";
pub(in crate::embedded) const LEAVE: &str = "DELETE FROM worker WHERE name = ?";
pub(in crate::embedded) const WORKERS: &str = "
    SELECT name, pool, last_heartbeat, heartbeat_every,
        (SELECT count(*) FROM flow_run WHERE worker = worker.name
            AND flow_run.worker IS NOT NULL AND state_type NOT IN ('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED'))
    FROM worker WHERE last_heartbeat >= ? ORDER BY name";
pub(in crate::embedded) const RUNS_OF_WORKER: &str = "
    SELECT root_run.uuid, flow_run.state_type FROM flow_run JOIN root_run ON root_run.id = root
    WHERE worker = ? AND worker IS NOT NULL AND state_type NOT IN ('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED')
    ORDER BY root";
pub(in crate::embedded) const RUNS_OF_DEAD: &str = "
    SELECT root, worker.last_heartbeat FROM flow_run LEFT JOIN worker ON worker.name = flow_run.worker
    WHERE flow_run.worker IS NOT NULL AND state_type NOT IN ('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED')
        AND (worker.name IS NULL OR worker.last_heartbeat + 3 * worker.heartbeat_every < ?1)";
pub(in crate::embedded) const CLAIMED_RUNS_OF_PROCESS: &str = "
    SELECT root FROM flow_run JOIN root_run ON root_run.id = root
    WHERE process = ? AND deployment IS NOT NULL AND worker IS NOT NULL
        AND state_type NOT IN ('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED', 'CANCELLING')";
pub(in crate::embedded) const NOT_LATE_YET: &str = "
    SELECT root FROM flow_run WHERE state_name = 'Scheduled' AND worker IS NULL AND due < ?";

pub(in crate::embedded) const LIMITS: &str = "
    SELECT name, slots, active, slot_decay_per_second, decaying, decayed_at,
        (SELECT coalesce(sum(leased_slot.slots), 0) FROM leased_slot
            JOIN slot_lease ON slot_lease.id = lease WHERE leased_slot.name = slot_limit.name AND ends > ?1)
    FROM slot_limit WHERE ?2 IS NULL OR name = ?2 ORDER BY name";
pub(in crate::embedded) const SET_LIMIT: &str = "
    INSERT INTO slot_limit VALUES (?, ?, ?, ?, 0, ?)
    ON CONFLICT DO UPDATE SET
        slots = excluded.slots, active = excluded.active, slot_decay_per_second = excluded.slot_decay_per_second";
pub(in crate::embedded) const DELETE_LIMIT: &str = "DELETE FROM slot_limit WHERE name = ?";
pub(in crate::embedded) const DELETE_LIMIT_SLOTS: &str = "DELETE FROM leased_slot WHERE name = ?";
pub(in crate::embedded) const TAKE_DECAYING: &str =
    "UPDATE slot_limit SET decaying = ?2, decayed_at = ?3 WHERE name = ?1";
pub(in crate::embedded) const INSERT_LEASE: &str = "INSERT INTO slot_lease VALUES (?, ?, ?)";
pub(in crate::embedded) const INSERT_SLOT: &str = "INSERT INTO leased_slot VALUES (?, ?, ?)";
pub(in crate::embedded) const RENEW: &str =
    "UPDATE slot_lease SET ends = ?2 + lasts WHERE id = ?1 AND ends > ?2";
pub(in crate::embedded) const RELEASE: &str = "DELETE FROM slot_lease WHERE id = ?";
pub(in crate::embedded) const RELEASE_ENDED: &str = "DELETE FROM slot_lease WHERE ends <= ?";

pub(in crate::embedded) const READ_VARIABLE: &str = "SELECT value FROM variable WHERE name = ?";
pub(in crate::embedded) const INSERT_VARIABLE: &str = "INSERT OR IGNORE INTO variable VALUES (?, ?)";
pub(in crate::embedded) const OVERWRITE_VARIABLE: &str =
    "INSERT INTO variable VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value";
pub(in crate::embedded) const REMOVE_VARIABLE: &str = "DELETE FROM variable WHERE name = ?";
pub(in crate::embedded) const NAMES_OF_VARIABLES: &str = "SELECT name FROM variable ORDER BY name";
