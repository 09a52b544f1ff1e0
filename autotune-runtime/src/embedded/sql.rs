//! All SQL there is.

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
pub(super) const MIGRATIONS: [&str; 1] = [include_str!("sql/1_history.sql")];

pub(super) const BEGIN: &str = "BEGIN IMMEDIATE";
pub(super) const COMMIT: &str = "COMMIT";
pub(super) const ROLLBACK: &str = "ROLLBACK";

pub(super) const INSERT_PROCESS: &str = include_str!("sql/insert_process.sql");
pub(super) const UPSERT_DEFINITION: &str = include_str!("sql/upsert_definition.sql");
pub(super) const UPSERT_ROOT_RUN: &str = include_str!("sql/upsert_root_run.sql");
pub(super) const UPSERT_RUN: &str = include_str!("sql/upsert_run.sql");
pub(super) const INSERT_LOG: &str = include_str!("sql/insert_log.sql");
pub(super) const INSERT_ARTIFACT: &str = include_str!("sql/insert_artifact.sql");

/// Runs as people and programs see them; `WHERE` follows.
pub(super) const SELECT_RUNS: &str = include_str!("sql/select_runs.sql");

/// The statement for the runs to which all of these rules apply, the latest first.
pub(super) fn runs_that(rules: &[&str]) -> String {
    let rules = if rules.is_empty() { "TRUE".to_owned() } else { rules.join(" AND ") };
    format!("{SELECT_RUNS} WHERE {rules} {LATEST}")
}

pub(super) const IS_ROOT: &str = "run.sequence = 0";
pub(super) const HAS_DEFINITION: &str =
    "run.definition IN (SELECT id FROM definition WHERE kind = ? AND name = ?)";
pub(super) const HAS_STATE_TYPE: &str = "run.state_type = ?";
pub(super) const HAS_STATE_NAME: &str = "run.state_name = ?";
pub(super) const STARTED_SINCE: &str = "run.started >= ?";
pub(super) const STARTED_BEFORE: &str = "run.started < ?";
/// The latest first. The index on the time has the key behind it, so nothing is sorted.
const LATEST: &str = "ORDER BY run.started DESC, run.root DESC, run.sequence DESC LIMIT ?";
