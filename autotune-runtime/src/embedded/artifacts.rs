//! What runs have shown to people.

use rusqlite::{Row, params};
use serde_json::Value;

use super::find::root_of;
use super::{Store, StoreError, runs, sql};
use crate::record::{ArtifactFilter, ArtifactRecord};

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
