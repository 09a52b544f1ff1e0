//! All SQL there is.

pub(super) mod orchestrator;

use std::sync::LazyLock;

/// How a connection is set up. WAL: readers and the writer do not wait for each other.
pub(super) const SET_UP: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA wal_autocheckpoint = 4000;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -16000;";

/// What is committed survives the end of the process.
pub(super) const SYNC_NORMAL: &str = "PRAGMA synchronous = NORMAL;";

/// What is committed survives a power cut.
pub(super) const SYNC_FULL: &str = "PRAGMA synchronous = FULL;";

/// How each version of the schema becomes the next. A database that is out there has been through them:
/// they are added to, and never changed.
pub(super) const MIGRATIONS: [&str; 10] = [
    include_str!("sql/1_history.sql"),
    include_str!("sql/2_results.sql"),
    include_str!("sql/3_orchestrator.sql"),
    include_str!("sql/4_alerts.sql"),
    include_str!("sql/5_wishes.sql"),
    include_str!("sql/6_former_states.sql"),
    include_str!("sql/7_inputs_and_results.sql"),
    include_str!("sql/8_leases.sql"),
    include_str!("sql/9_suspensions.sql"),
    include_str!("sql/10_filters.sql"),
];

/// A wish that was answered may be wished again.
pub(super) const PUT_WISH: &str = "
    INSERT INTO wish (root, kind, value) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET value = excluded.value, answer = NULL";
pub(super) const OPEN_WISHES: &str = "
    SELECT root, uuid, kind, value FROM wish JOIN root_run ON root_run.id = root WHERE answer IS NULL";
pub(super) const ANSWER_OF_WISH: &str = "SELECT answer FROM wish WHERE root = ? AND kind = ?";
pub(super) const ANSWER_WISH: &str = "UPDATE wish SET answer = ?3 WHERE root = ?1 AND kind = ?2";
pub(super) const STATE_OF_ROOT: &str =
    "SELECT state_type, state_name FROM run WHERE root = ? AND sequence = 0";

pub(super) const BEGIN: &str = "BEGIN IMMEDIATE";
pub(super) const COMMIT: &str = "COMMIT";
pub(super) const ROLLBACK: &str = "ROLLBACK";

pub(super) const INSERT_PROCESS: &str = include_str!("sql/insert_process.sql");
/// As that of a worker: each is another one.
pub(super) const HEARTBEAT: &str = "
    UPDATE process
    SET heartbeat = CASE WHEN ?2 BETWEEN heartbeat - 1000000000 AND heartbeat THEN heartbeat + 1 ELSE ?2 END
    WHERE id = ?1";
pub(super) const OPEN_PROCESSES: &str = include_str!("sql/open_processes.sql");
pub(super) const CRASH_RUNS_OF_PROCESS: &str = include_str!("sql/crash_runs_of_process.sql");
/// The highest number of a call, and the source of the flow.
pub(super) const KNOWN_RUN: &str = "
    SELECT
        (SELECT max(sequence) FROM run WHERE root = ?1),
        (SELECT source_hash FROM run JOIN definition ON definition.id = run.definition WHERE root = ?1 AND sequence = 0)";
pub(super) const CLAIM_RUN: &str = include_str!("sql/claim_run.sql");
pub(super) const DISOWN_ROOT_RUN: &str = "UPDATE root_run SET process = NULL WHERE id = ?";
pub(super) const ASSIGN_ROOT_RUN: &str = "UPDATE root_run SET process = ?2 WHERE id = ?1";
pub(super) const RESULT: &str = "SELECT value, expires FROM result WHERE key = ?";
pub(super) const RESULT_OF_RUN: &str = "
    SELECT value FROM run_result JOIN result ON result.key = run_result.key WHERE run_result.root = ? AND sequence = ?";
pub(super) const UPSERT_DEFINITION: &str = include_str!("sql/upsert_definition.sql");
pub(super) const UPSERT_ROOT_RUN: &str = include_str!("sql/upsert_root_run.sql");
pub(super) const UPSERT_RUN: &str = include_str!("sql/upsert_run.sql");
/// How many runs [`INSERT_RUNS`] takes: with more, it becomes no faster.
pub(super) const RUNS_AT_ONCE: usize = 32;
/// How many values each of them has.
pub(super) const COLUMNS_OF_RUN: usize = 13;
/// Those that are there already stay as they are.
pub(super) static INSERT_RUNS: LazyLock<String> = LazyLock::new(|| insert_runs(RUNS_AT_ONCE));
pub(super) static INSERT_RUN: LazyLock<String> = LazyLock::new(|| insert_runs(1));

fn insert_runs(count: usize) -> String {
    let (columns, _) = UPSERT_RUN.split_once("VALUES").expect("it inserts values");
    let row = format!("({})", vec!["?"; COLUMNS_OF_RUN].join(", "));
    format!("{columns} VALUES {} ON CONFLICT DO NOTHING", vec![row; count].join(", "))
}
pub(super) const UPSERT_RESULT: &str = include_str!("sql/upsert_result.sql");
pub(super) const UPSERT_RESULT_OF_RUN: &str =
    "INSERT INTO run_result VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET key = excluded.key";
pub(super) const INSERT_UPSTREAM: &str = "INSERT INTO upstream VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
pub(super) const INSERT_LOG: &str = include_str!("sql/insert_log.sql");
pub(super) const INSERT_ARTIFACT: &str = include_str!("sql/insert_artifact.sql");

pub(super) const PROCESS_OF_ROOT: &str = "SELECT process FROM root_run WHERE stem = ?";
pub(super) const ROOT_OF_STEM: &str = "SELECT id, uuid FROM root_run WHERE stem = ?";
/// Of the ids that begin or end with these digits.
pub(super) const ROOTS_OF_PART: &str = "
    SELECT uuid FROM root_run
    WHERE hex(uuid) LIKE ?1 || '%' OR hex(uuid) LIKE '%' || ?1
    ORDER BY id DESC LIMIT ?2";
pub(super) const ROOT: &str = include_str!("sql/root.sql");
pub(super) const STATES: &str = include_str!("sql/states.sql");
pub(super) const COUNTS: &str = "
    SELECT state_name, count(*) FROM run WHERE root = ? AND sequence > 0 GROUP BY state_name ORDER BY 2 DESC";
/// How the runs of flows, or of deployments, went.
pub(super) const STATS: &str = include_str!("sql/stats.sql");
/// The failures in a row of a flow, and of a deployment.
pub(super) const FAILURES_OF_FLOW: &str = include_str!("sql/failures_of_flow.sql");
pub(super) const FAILURES_OF_DEPLOYMENT: &str = include_str!("sql/failures_of_deployment.sql");
/// Which failure somebody was told of last.
pub(super) const RAISED: &str = "SELECT raised FROM alert WHERE subject = ? AND after = ?";
pub(super) const RAISE: &str =
    "INSERT INTO alert VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET raised = excluded.raised";
pub(super) const LOGS: &str = include_str!("sql/logs.sql");

macro_rules! artifacts {
    ($rest:literal) => {
        concat!(
            "SELECT root_run.uuid, sequence, at, kind, key, description, data \
             FROM artifact JOIN root_run ON root_run.id = artifact.root ",
            $rest,
            " ORDER BY at DESC, artifact.id DESC LIMIT ?4"
        )
    };
}
pub(super) const ARTIFACTS: &str = artifacts!("WHERE ?1 IS NULL AND ?2 IS NULL AND ?3 IS NULL");
pub(super) const ARTIFACTS_OF_KEY: &str = artifacts!("WHERE ?1 IS NULL AND ?2 IS NULL AND key = ?3");
pub(super) const ARTIFACTS_OF_RUN: &str =
    artifacts!("WHERE root = ?1 AND (?2 IS NULL OR sequence = ?2) AND (?3 IS NULL OR key = ?3)");

pub(super) const DELETE_EXPIRED_RESULTS: &str = "DELETE FROM result WHERE expires < ?";
pub(super) const DELETE_SOME_ROOT_RUNS: &str = include_str!("sql/delete_some_root_runs.sql");
/// Also writes what waits beside the file into it.
pub(super) const VACUUM: &str = "VACUUM; PRAGMA wal_checkpoint(TRUNCATE);";

/// Runs as people and programs see them; `WHERE` follows.
macro_rules! select_runs {
    ($rest:literal) => {
        concat!(include_str!("sql/select_runs.sql"), $rest)
    };
}
const SELECT_RUNS: &str = include_str!("sql/select_runs.sql");

pub(super) const RUN_OF_NUMBER: &str = select_runs!("WHERE run.root = ? AND run.sequence = ?");
/// The runs that a root run called.
pub(super) const CALLS: &str =
    select_runs!("WHERE run.root = ? AND run.sequence > 0 ORDER BY run.sequence LIMIT ?");
/// The root runs that a run called.
pub(super) const SUBFLOWS: &str =
    select_runs!("WHERE run.sequence = 0 AND root_run.parent_stem = ? ORDER BY run.started, run.root");

/// The runs below a root run, itself among them, that have come into their state since a time.
pub(super) const CHANGES: &str = concat!(
    include_str!("sql/tree.sql"),
    include_str!("sql/select_runs.sql"),
    include_str!("sql/changes.sql")
);

/// The statement for the runs to which all of these rules apply, in an order.
pub(super) fn runs_that(rules: &[&str], order: &str) -> String {
    format!("{SELECT_RUNS} WHERE {} {order}", all_of(rules))
}

/// The statement for how many runs wait to begin to which all of these rules apply, how many of them are late,
/// and when the next begins.
pub(super) fn waiting_that(rules: &[&str]) -> String {
    format!("{} WHERE {}", include_str!("sql/count_waiting.sql"), all_of(rules))
}

fn all_of(rules: &[&str]) -> String {
    if rules.is_empty() { "TRUE".to_owned() } else { rules.join(" AND ") }
}

pub(super) const IS_ROOT: &str = "run.sequence = 0";
pub(super) const OF_ROOT: &str = "run.root = (SELECT id FROM root_run WHERE stem = ?)";
pub(super) const HAS_DEFINITION: &str =
    "run.definition IN (SELECT id FROM definition WHERE kind = ? AND name = ?)";
/// Those of a task or flow, as it was in each of its versions.
pub(super) const DEFINITIONS: &str = "SELECT id FROM definition WHERE kind = ? AND name = ?";
pub(super) const OF_DEFINITION: &str = "run.definition = ?";
/// The sign keeps SQLite, which does not know how many runs there are of what, from the index on definitions.
pub(super) const OF_DEFINITION_AMONG_FEW: &str = "+run.definition = ?";
pub(super) const OF_DEPLOYMENT: &str = "run.root IN (
    SELECT root FROM flow_run WHERE deployment = (SELECT id FROM deployment WHERE uuid = ?))";
/// `*` stands for anything.
pub(super) const HAS_NAME: &str = "coalesce(run.name, definition.name || '-' || run.sequence) GLOB ?";
pub(super) const HAS_STATE_TYPE: &str = "run.state_type = ?";
pub(super) const HAS_STATE_NAME: &str = "run.state_name = ?";
/// As the index on these names has it: it is used only where the statement says the same.
pub(super) const HAS_SPECIAL_STATE_NAME: &str = "run.state_name = ? AND run.state_name <> 'Completed'";
/// It was made for a time, and has not begun.
pub(super) const IS_WAITING: &str = "run.state_type = 'SCHEDULED' AND run.started IS NULL";
pub(super) const IS_NOT_WAITING: &str = "(run.state_type <> 'SCHEDULED' OR run.started IS NOT NULL)";
pub(super) const STARTED_SINCE: &str = "run.started >= ?";
pub(super) const STARTED_BEFORE: &str = "run.started < ?";
/// A root run that ended before it started counts by its end.
pub(super) const ROOT_SINCE: &str = "coalesce(run.started, run.state_at) >= ?";
pub(super) const ROOT_BEFORE: &str = "coalesce(run.started, run.state_at) < ?";
/// The latest first. The index on the time has the key behind it, so nothing is sorted.
pub(super) const LATEST: &str = "ORDER BY run.started DESC, run.root DESC, run.sequence DESC LIMIT ?";
pub(super) const LATEST_ROOTS: &str =
    "ORDER BY coalesce(run.started, run.state_at) DESC, run.root DESC, run.sequence DESC LIMIT ?";
/// Those that wait: the next first.
pub(super) const NEXT: &str = "ORDER BY run.due, run.root LIMIT ?";
