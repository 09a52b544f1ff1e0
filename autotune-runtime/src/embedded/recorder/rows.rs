//! The rows that events become.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ptr;

use rusqlite::{CachedStatement, Connection, params};

use crate::definition::Definition;
use crate::embedded::sql;
use crate::event::{ArtifactEvent, Event, LogEvent, Root, StateEvent};
use crate::id::RunId;
use crate::moment::Moment;
use crate::state::StateName;

/// Writes rows, and remembers those that others refer to.
#[derive(Debug, Default)]
pub(super) struct Rows {
    process: Option<i64>,
    roots: HashMap<RunId, i64>,
    /// Root runs that have ended: little comes of them any more.
    ended: Vec<RunId>,
    /// By its address: a definition is a `static`.
    definitions: HashMap<usize, Known>,
}

/// What is known of a definition.
#[derive(Debug)]
struct Known {
    id: i64,
    /// Its tags, as JSON; none where it has none.
    tags: Option<String>,
}

impl Rows {
    /// Writes the events of a root run.
    pub(super) fn write(
        &mut self,
        connection: &Connection,
        root: &Root,
        events: &[Event],
    ) -> rusqlite::Result<()> {
        let id = self.root(connection, root)?;
        let mut upsert = connection.prepare_cached(sql::UPSERT_RUN)?;
        for event in events {
            match event {
                Event::State(event) => {
                    let known = self.definition(connection, event.definition)?;
                    state(&mut upsert, id, known, root, event)?;
                    if event.sequence == 0 && event.state.state_type().is_final() {
                        self.ended.push(root.id);
                    }
                }
                Event::Log(event) => log(connection, id, event)?,
                Event::Artifact(event) => artifact(connection, id, event)?,
            }
        }
        Ok(())
    }

    /// Forgets the root runs that have ended: they would be more and more.
    pub(super) fn forget_ended(&mut self) {
        for id in self.ended.drain(..) {
            self.roots.remove(&id);
        }
    }

    /// Forgets all rows: they may not be there.
    pub(super) fn forget_all(&mut self) {
        *self = Rows::default();
    }

    #[cfg(test)]
    pub(super) fn remembered(&self) -> usize {
        self.roots.len()
    }

    fn root(&mut self, connection: &Connection, root: &Root) -> rusqlite::Result<i64> {
        if let Some(&id) = self.roots.get(&root.id) {
            return Ok(id);
        }
        let process = self.process(connection)?;
        let parameters = root.parameters.as_ref().map(json);
        let id = connection.prepare_cached(sql::UPSERT_ROOT_RUN)?.query_row(
            params![
                root.id.as_uuid().as_bytes(),
                root.id.stem(),
                root.parent.as_ref().map(|parent| parent.as_uuid().as_bytes()),
                root.parent.map(RunId::stem),
                parameters,
                nanoseconds(root.created),
                process,
            ],
            |row| row.get(0),
        )?;
        self.roots.insert(root.id, id);
        Ok(id)
    }

    fn process(&mut self, connection: &Connection) -> rusqlite::Result<i64> {
        if let Some(id) = self.process {
            return Ok(id);
        }
        let program = std::env::current_exe().ok();
        let program = program.as_deref().and_then(|path| path.file_stem()).unwrap_or_default();
        let values = params![program.to_string_lossy(), std::process::id(), nanoseconds(Moment::now())];
        let id = connection.query_row(sql::INSERT_PROCESS, values, |row| row.get(0))?;
        self.process = Some(id);
        Ok(id)
    }

    fn definition(
        &mut self,
        connection: &Connection,
        definition: &'static Definition,
    ) -> rusqlite::Result<&Known> {
        let vacant = match self.definitions.entry(ptr::from_ref(definition).addr()) {
            Entry::Occupied(known) => return Ok(known.into_mut()),
            Entry::Vacant(vacant) => vacant,
        };
        let id = connection.prepare_cached(sql::UPSERT_DEFINITION)?.query_row(
            params![
                definition.kind.as_str(),
                definition.name,
                definition.module,
                definition.version.unwrap_or_default(),
                definition.source_hash.cast_signed(),
                definition.description,
                definition.file,
                definition.line,
                definition.retries,
            ],
            |row| row.get(0),
        )?;
        let tags = (!definition.tags.is_empty()).then(|| json(definition.tags));
        Ok(vacant.insert(Known { id, tags }))
    }
}

fn state(
    upsert: &mut CachedStatement<'_>,
    root_id: i64,
    known: &Known,
    root: &Root,
    event: &StateEvent,
) -> rusqlite::Result<()> {
    let detail = event.detail.as_deref();
    let own_tags = detail.map(|detail| detail.tags.as_slice()).unwrap_or_default();
    let (name, all_tags);
    let tags = if event.sequence == 0 {
        name = Some(root.name.as_str());
        all_tags = (!root.tags.is_empty()).then(|| json(&root.tags));
        all_tags.as_deref()
    } else if own_tags.is_empty() {
        name = detail.and_then(|detail| detail.name.as_deref());
        known.tags.as_deref()
    } else {
        name = detail.and_then(|detail| detail.name.as_deref());
        let of_definition = event.definition.tags.iter().copied();
        let tags: Vec<_> = of_definition.chain(own_tags.iter().map(String::as_str)).collect();
        all_tags = Some(json(&tags));
        all_tags.as_deref()
    };
    let delay = detail.and_then(|detail| detail.delay);
    upsert.execute(params![
        root_id,
        event.sequence,
        event.parent,
        known.id,
        name,
        tags,
        event.state.state_type().as_str(),
        event.state.as_str(),
        nanoseconds(event.at),
        nanoseconds(event.started),
        run_count(event),
        delay.and_then(|delay| event.at.plus(delay)).map(nanoseconds),
        detail.and_then(|detail| detail.message.as_deref()),
    ])?;
    Ok(())
}

fn log(connection: &Connection, root: i64, event: &LogEvent) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached(sql::INSERT_LOG)?;
    let (at, level) = (nanoseconds(event.at), event.level.as_str());
    insert.execute(params![root, event.sequence, at, level, event.target, event.message])?;
    Ok(())
}

fn artifact(connection: &Connection, root: i64, event: &ArtifactEvent) -> rusqlite::Result<()> {
    let artifact = &event.artifact;
    let mut insert = connection.prepare_cached(sql::INSERT_ARTIFACT)?;
    insert.execute(params![
        root,
        event.sequence,
        nanoseconds(event.at),
        artifact.kind().as_str(),
        artifact.its_key().map(crate::artifact::ArtifactKey::as_str),
        artifact.its_description(),
        artifact.data().to_string(),
    ])?;
    Ok(())
}

/// How often the body was started.
fn run_count(event: &StateEvent) -> u32 {
    match event.state {
        StateName::Scheduled | StateName::Pending | StateName::NotReady | StateName::Cached => 0,
        _ => event.attempt + 1,
    }
}

/// A date and time as the database has it; the last that it can have is in the year 2262.
fn nanoseconds(moment: Moment) -> i64 {
    i64::try_from(moment.timestamp().as_nanosecond()).unwrap_or(i64::MAX)
}

fn json(value: &(impl serde::Serialize + ?Sized)) -> String {
    serde_json::to_string(value).expect("texts and JSON are JSON")
}
