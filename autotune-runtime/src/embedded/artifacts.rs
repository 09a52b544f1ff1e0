//! What runs have shown to people.

use jiff::Timestamp;
use rusqlite::{Row, params};
use serde_json::Value;

use super::find::root_of;
use super::{Store, StoreError, runs, sql};
use crate::id::RunId;

/// An artifact of a run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ArtifactRecord {
    /// The run that recorded it.
    pub run: RunId,
    /// The root run, and the number of the run within it.
    pub call: (RunId, u32),
    /// When.
    pub at: Timestamp,
    /// What it is, as Prefect writes it: `markdown`, `table`.
    pub kind: String,
    /// Its name across runs, if it has one.
    pub key: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// The text, rows, address or number.
    pub data: Value,
}

/// Which artifacts are wanted; the latest come first.
#[derive(Debug, Clone, Default)]
pub struct ArtifactFilter {
    /// Only those of this run, and of the runs that it called.
    pub run: Option<RunId>,
    /// Only those of this key.
    pub key: Option<String>,
    /// At most as many.
    pub limit: Option<u32>,
}

impl Store {
    /// The artifacts that a filter lets through, the latest first.
    pub fn artifacts(&self, filter: &ArtifactFilter) -> Result<Vec<ArtifactRecord>, StoreError> {
        self.read(|transaction| {
            let (mut root, mut sequence) = (None, None);
            if let Some(id) = filter.run {
                let Some((row, uuid)) = root_of(transaction, id)? else { return Ok(Vec::new()) };
                root = Some(row);
                sequence = id.call_in(uuid).filter(|&sequence| sequence > 0);
            }
            let limit = filter.limit.map_or(-1, i64::from);
            let mut statement = transaction.prepare_cached(match (root, &filter.key) {
                (Some(_), _) => sql::ARTIFACTS_OF_RUN,
                (None, Some(_)) => sql::ARTIFACTS_OF_KEY,
                (None, None) => sql::ARTIFACTS,
            })?;
            statement.query_map(params![root, sequence, filter.key, limit], record)?.collect()
        })
    }
}

fn record(row: &Row<'_>) -> rusqlite::Result<ArtifactRecord> {
    let root = runs::id(row, 0)?;
    let sequence = row.get(1)?;
    let data: String = row.get(6)?;
    Ok(ArtifactRecord {
        run: root.of_call(sequence),
        call: (root, sequence),
        at: runs::timestamp(row.get(2)?),
        kind: row.get(3)?,
        key: row.get(4)?,
        description: row.get(5)?,
        data: serde_json::from_str(&data).unwrap_or(Value::String(data)),
    })
}
