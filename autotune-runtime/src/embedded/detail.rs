//! What is known of one run besides its state.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};
use serde_json::{Map, Value};

use super::find::root_of;
use super::{Store, StoreError, runs, sql};
use crate::id::RunId;
use crate::record::{RunRecord, StateRecord};

/// What is known of a flow run, or of a task run outside of any flow, alone.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RootRecord {
    /// The flow's parameters, secrets hidden.
    pub parameters: Option<Map<String, Value>>,
    /// When the run was created.
    pub created: Timestamp,
    /// The version of the flow.
    pub version: Option<String>,
    /// The program that ran it, and the number of its process.
    pub process: Option<(String, u32)>,
}

/// How many runs are in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StateCount {
    /// The name of the state.
    pub state_name: String,
    /// How many runs.
    pub runs: u64,
}

impl Store {
    /// The states of a run in their order; the last is the present one.
    pub fn states(&self, id: RunId) -> Result<Vec<StateRecord>, StoreError> {
        self.read(|transaction| {
            let Some((root, uuid)) = root_of(transaction, id)? else { return Ok(Vec::new()) };
            let mut statement = transaction.prepare_cached(sql::STATES)?;
            statement.query_map(params![root, id.call_in(uuid)], state)?.collect()
        })
    }

    /// What is known of the flow run of this id.
    pub fn root(&self, id: RunId) -> Result<Option<RootRecord>, StoreError> {
        self.read(|transaction| {
            let Some((root, _)) = root_of(transaction, id)? else { return Ok(None) };
            transaction.query_row(sql::ROOT, [root], root_record).optional()
        })
    }

    /// The first runs that a flow run called, in the order of the calls.
    pub fn calls(&self, root: RunId, limit: u32) -> Result<Vec<RunRecord>, StoreError> {
        self.of_root(root, |transaction, root| {
            let mut statement = transaction.prepare_cached(sql::CALLS)?;
            statement.query_map(params![root, limit], runs::read)?.collect()
        })
    }

    /// The flow runs that a flow run, or a task in it, called.
    pub fn subflows(&self, root: RunId) -> Result<Vec<RunRecord>, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached(sql::SUBFLOWS)?;
            statement.query_map([root.stem()], runs::read)?.collect()
        })
    }

    /// How many runs that a flow run called are in which state.
    pub fn counts(&self, root: RunId) -> Result<Vec<StateCount>, StoreError> {
        self.of_root(root, |transaction, root| {
            let count = |row: &Row<'_>| {
                let runs: i64 = row.get(1)?;
                Ok(StateCount { state_name: row.get(0)?, runs: runs.unsigned_abs() })
            };
            transaction.prepare_cached(sql::COUNTS)?.query_map([root], count)?.collect()
        })
    }

    fn of_root<T>(
        &self,
        root: RunId,
        body: impl FnOnce(&Transaction<'_>, i64) -> rusqlite::Result<Vec<T>>,
    ) -> Result<Vec<T>, StoreError> {
        self.read(|transaction| match root_of(transaction, root)? {
            Some((root, _)) => body(transaction, root),
            None => Ok(Vec::new()),
        })
    }
}

fn state(row: &Row<'_>) -> rusqlite::Result<StateRecord> {
    Ok(StateRecord {
        state_type: runs::state_type(row, 0)?,
        state_name: row.get(1)?,
        at: runs::timestamp(row.get(2)?),
        run_count: row.get(3)?,
        due: row.get::<_, Option<i64>>(4)?.map(runs::timestamp),
        message: row.get(5)?,
    })
}

fn root_record(row: &Row<'_>) -> rusqlite::Result<RootRecord> {
    let parameters = row.get::<_, Option<String>>(0)?;
    let version = row.get::<_, Option<String>>(2)?;
    let (program, pid): (Option<String>, Option<u32>) = (row.get(3)?, row.get(4)?);
    Ok(RootRecord {
        parameters: parameters.and_then(|parameters| serde_json::from_str(&parameters).ok()),
        created: runs::timestamp(row.get(1)?),
        version: version.filter(|version| !version.is_empty()),
        process: program.zip(pid),
    })
}
