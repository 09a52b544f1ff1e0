//! What runs have logged.

use rusqlite::{Row, params};

use super::find::root_of;
use super::{Store, StoreError, runs, sql};
use crate::id::RunId;
use crate::record::{LogFilter, LogRecord};

impl Store {
    /// What a run has logged, in order: a root run with all runs that it called, any other alone.
    pub fn logs(&self, id: RunId, filter: &LogFilter) -> Result<Vec<LogRecord>, StoreError> {
        self.read(|transaction| {
            let Some((root, uuid)) = root_of(transaction, id)? else { return Ok(Vec::new()) };
            let sequence = id.call_in(uuid).filter(|&sequence| sequence > 0);
            let level = filter.level.unwrap_or(tracing::Level::TRACE);
            let limit = filter.limit.map_or(-1, i64::from);
            let mut statement = transaction.prepare_cached(sql::LOGS)?;
            let read = |row: &Row<'_>| record(row, uuid);
            let mut lines: Vec<_> = statement
                .query_map(params![root, sequence, importance(level), limit], read)?
                .collect::<Result<_, _>>()?;
            // The last come first, so that a limit takes them.
            lines.reverse();
            Ok(lines)
        })
    }
}

fn record(row: &Row<'_>, root: RunId) -> rusqlite::Result<LogRecord> {
    let sequence = row.get(0)?;
    let definition: Option<String> = row.get(2)?;
    let name = row.get::<_, Option<String>>(1)?;
    Ok(LogRecord {
        run: root.of_call(sequence),
        sequence,
        run_name: name.unwrap_or_else(|| format!("{}-{sequence}", definition.unwrap_or_default())),
        at: runs::timestamp(row.get(3)?),
        level: row.get_ref(4)?.as_str()?.parse().unwrap_or(tracing::Level::INFO),
        target: row.get(5)?,
        message: row.get(6)?,
    })
}

/// How important a level is, as the statement counts it.
fn importance(level: tracing::Level) -> u8 {
    match level {
        tracing::Level::ERROR => 4,
        tracing::Level::WARN => 3,
        tracing::Level::INFO => 2,
        tracing::Level::DEBUG => 1,
        tracing::Level::TRACE => 0,
    }
}
