//! What the rows of flow runs say.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::Failure;
use crate::deployment::DeploymentId;
use crate::embedded::find::root_of;
use crate::embedded::runs::{self, timestamp};
use crate::embedded::sql::orchestrator as sql;
use crate::flow_run::FlowRun;
use crate::id::RunId;
use crate::record::StateRecord;

/// A flow run, and what only the orchestrator needs of it.
pub(super) struct Known {
    pub(super) run: FlowRun,
    pub(super) root: i64,
    pub(super) deployment: Option<i64>,
    pub(super) transition: Option<[u8; 16]>,
    pub(super) due: Timestamp,
    pub(super) crashes: u32,
}

/// The flow run of this id, if the orchestrator has made it.
pub(super) fn find(transaction: &Transaction<'_>, id: RunId) -> rusqlite::Result<Option<Known>> {
    match root_of(transaction, id)? {
        Some((root, uuid)) if uuid == id => by_root(transaction, root),
        _ => Ok(None),
    }
}

/// The deployment that a flow run is one of.
pub(in crate::embedded) fn deployment_of(
    transaction: &Transaction<'_>,
    id: RunId,
) -> rusqlite::Result<Option<DeploymentId>> {
    Ok(find(transaction, id)?.and_then(|known| known.run.deployment))
}

/// The flow run of this id, which must be there.
pub(super) fn known(transaction: &Transaction<'_>, id: RunId) -> Result<Known, Failure> {
    find(transaction, id)?.ok_or_else(|| Failure::not_found("flow run", id, Vec::new()))
}

pub(super) fn by_root(transaction: &Transaction<'_>, root: i64) -> rusqlite::Result<Option<Known>> {
    transaction.prepare_cached(sql::FLOW_RUN)?.query_row([root], read).optional()
}

/// Reads a row of [`sql::FLOW_RUN`] and its like.
pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Known> {
    let run_count = row.get(9)?;
    let uuid = |column| row.get::<_, Option<[u8; 16]>>(column).map(|bytes| bytes.map(Uuid::from_bytes));
    let queue: (Option<String>, Option<String>) = (row.get(15)?, row.get(16)?);
    let schedule: Option<i64> = row.get(19)?;
    let flow: String = row.get(1)?;
    let name: Option<String> = row.get(3)?;
    let run = FlowRun {
        id: runs::id(row, 0)?,
        name: name.unwrap_or_else(|| flow.clone()),
        flow,
        version: row.get(2)?,
        parameters: json(row, 4)?,
        tags: json(row, 5)?,
        state: StateRecord {
            state_type: runs::state_type(row, 6)?,
            state_name: row.get(7)?,
            at: timestamp(row.get(8)?),
            run_count,
            due: row.get::<_, Option<i64>>(10)?.map(timestamp),
            message: row.get(11)?,
        },
        run_count,
        expected: timestamp(row.get(12)?),
        started: row.get::<_, Option<i64>>(13)?.map(timestamp),
        deployment: uuid(14)?.map(DeploymentId),
        queue: queue.0.zip(queue.1),
        pause_key: row.get(25)?,
        worker: row.get(17)?,
        parent: uuid(18)?.map(RunId::from),
        is_auto_scheduled: schedule.is_some(),
    };
    Ok(Known {
        run,
        root: row.get(20)?,
        deployment: row.get(21)?,
        transition: row.get(22)?,
        due: timestamp(row.get(23)?),
        crashes: row.get(24)?,
    })
}

/// JSON in a column; what it is by default where there is none.
pub(super) fn json<T: DeserializeOwned + Default>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text = row.get::<_, Option<String>>(column)?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

/// The present state of a flow run.
pub(super) fn state(transaction: &Transaction<'_>, root: i64) -> rusqlite::Result<StateRecord> {
    transaction.prepare_cached(sql::FLOW_RUN)?.query_row([root], |row| Ok(read(row)?.run.state))
}

pub(super) fn text(value: &(impl serde::Serialize + ?Sized)) -> String {
    serde_json::to_string(value).expect("texts and JSON are JSON")
}
