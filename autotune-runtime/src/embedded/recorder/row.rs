//! The row of a run.

use std::sync::Arc;

use rusqlite::{Connection, Statement, ToSql};

use super::rows::{KnownDefinition, json, nanoseconds};
use crate::embedded::sql;
use crate::event::{Root, StateEvent};
use crate::state::StateName;

/// A run in a state, as the database has it.
pub(super) struct Row<'a> {
    root: i64,
    definition: i64,
    event: &'a StateEvent,
    name: Option<&'a str>,
    tags: Option<Arc<str>>,
}

impl<'a> Row<'a> {
    pub(super) fn of(root: &'a Root, event: &'a StateEvent, id: i64, known: &KnownDefinition) -> Self {
        let detail = event.detail.as_deref();
        let own_tags = detail.map(|detail| detail.tags.as_slice()).unwrap_or_default();
        let (name, tags) = if event.sequence == 0 {
            let tags = (!root.tags.is_empty()).then(|| json(&root.tags).into());
            (Some(root.name.as_str()), tags)
        } else if own_tags.is_empty() {
            (detail.and_then(|detail| detail.name.as_deref()), known.tags.clone())
        } else {
            let of_definition = event.definition.tags.iter().copied();
            let tags: Vec<_> = of_definition.chain(own_tags.iter().map(String::as_str)).collect();
            (detail.and_then(|detail| detail.name.as_deref()), Some(json(&tags).into()))
        };
        Row { root: id, definition: known.id, event, name, tags }
    }

    /// Binds the values of [`sql::UPSERT_RUN`], from the parameter behind `before` on.
    fn bind(&self, statement: &mut Statement<'_>, before: usize) -> rusqlite::Result<()> {
        let event = self.event;
        let detail = event.detail.as_deref();
        let delay = detail.and_then(|detail| detail.delay);
        let values: [&dyn ToSql; sql::COLUMNS_OF_RUN] = [
            &self.root,
            &event.sequence,
            &event.parent,
            &self.definition,
            &self.name,
            &self.tags.as_deref(),
            &event.state.state_type().as_str(),
            &event.state.as_str(),
            &nanoseconds(event.at),
            &nanoseconds(event.started),
            &run_count(event),
            &delay.and_then(|delay| event.at.plus(delay)).map(nanoseconds),
            &detail.and_then(|detail| detail.message.as_deref()),
        ];
        for (value, parameter) in values.into_iter().zip(before + 1..) {
            statement.raw_bind_parameter(parameter, value)?;
        }
        Ok(())
    }
}

/// Writes runs that are most likely not there yet: many with one statement, which takes half the time.
pub(super) fn insert(connection: &Connection, rows: &[Row<'_>]) -> rusqlite::Result<()> {
    let (chunks, rest) = rows.as_chunks::<{ sql::RUNS_AT_ONCE }>();
    let mut insert = connection.prepare_cached(&sql::INSERT_RUNS)?;
    for chunk in chunks {
        for (row, before) in chunk.iter().zip((0..).step_by(sql::COLUMNS_OF_RUN)) {
            row.bind(&mut insert, before)?;
        }
        // Some are there: another process may have made them, or what was remembered is lost.
        if insert.raw_execute()? < chunk.len() {
            upsert(connection, chunk)?;
        }
    }
    upsert(connection, rest)
}

/// Writes runs that may be there already.
pub(super) fn upsert(connection: &Connection, rows: &[Row<'_>]) -> rusqlite::Result<()> {
    let mut upsert = connection.prepare_cached(sql::UPSERT_RUN)?;
    for row in rows {
        row.bind(&mut upsert, 0)?;
        upsert.raw_execute()?;
    }
    Ok(())
}

/// Writes a run unless it is there; whether it was not.
pub(super) fn insert_if_missing(connection: &Connection, row: &Row<'_>) -> rusqlite::Result<bool> {
    let mut insert = connection.prepare_cached(&sql::INSERT_RUN)?;
    row.bind(&mut insert, 0)?;
    Ok(insert.raw_execute()? > 0)
}

/// How often the body was started.
fn run_count(event: &StateEvent) -> u32 {
    match event.state {
        StateName::Scheduled | StateName::Pending | StateName::NotReady | StateName::Cached => 0,
        _ => event.attempt + 1,
    }
}
