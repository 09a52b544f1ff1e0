//! The rows that events become.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::ptr;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};

use super::row::{self, Row};
use crate::clock::system_time;
use crate::definition::{Definition, Kind};
use crate::embedded::process::Identity;
use crate::embedded::{runs, sql};
use crate::event::{ArtifactEvent, Event, Kept, LogEvent, Persisted, Root, StateEvent, WaitedEvent};
use crate::id::RunId;
use crate::key::Key;
use crate::moment::Moment;
use crate::state::{StateName, StateType};

/// Writes rows, and remembers those that others refer to.
#[derive(Debug, Default)]
pub(super) struct Rows {
    process: Option<Process>,
    roots: HashMap<RunId, KnownRoot>,
    /// Root runs that have ended: little comes of them any more.
    ended: Vec<RunId>,
    /// By its address: a definition is a `static`.
    definitions: HashMap<usize, KnownDefinition>,
    /// Flow runs that have failed or crashed, and the names of their flows.
    failed: Vec<(RunId, &'static str)>,
}

/// The row of this process.
#[derive(Debug, Clone, Copy)]
struct Process {
    id: i64,
    /// Whether it is there for good.
    is_committed: bool,
}

/// What is known of a root run.
#[derive(Debug)]
struct KnownRoot {
    id: i64,
    /// Whether a state of its own is written.
    has_begun: bool,
    /// Whether that was written before the run itself said so.
    is_assumed: bool,
    /// The calls whose state has been written, and is not their last.
    open: HashSet<u32>,
}

/// What is known of a definition.
#[derive(Debug)]
pub(super) struct KnownDefinition {
    pub(super) id: i64,
    /// Its tags, as JSON; none where it has none.
    pub(super) tags: Option<Arc<str>>,
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
        self.begin(connection, root, events)?;
        let (mut new, mut changed) = (Vec::with_capacity(events.len()), Vec::new());
        for event in events {
            match event {
                // Its orchestrator has written that, and somebody may have resumed the run since.
                Event::State(event) if event.sequence == 0 && event.state == StateName::Suspended => {
                    self.ended.push(root.id);
                }
                Event::State(event) if self.is_known(root.id, event) => {}
                Event::State(event) => {
                    match event.detail.as_ref().and_then(|detail| detail.result.as_ref()) {
                        Some(Persisted::New(kept)) => result(connection, id, kept)?,
                        Some(Persisted::Earlier(key)) => result_of_run(connection, id, event.sequence, *key)?,
                        None => {}
                    }
                    let known = self.definition(connection, event.definition)?;
                    let row = Row::of(root, event, id, known);
                    // A run comes into its first state before the others, so all first states may go first.
                    let rows = if self.is_first(root.id, event) { &mut new } else { &mut changed };
                    rows.push(row);
                    if event.sequence == 0 && event.state.state_type().is_final() {
                        self.ended.push(root.id);
                    }
                    if event.sequence == 0 && is_failure(event) {
                        self.failed.push((root.id, event.definition.name));
                    }
                }
                Event::Log(event) => log(connection, id, event)?,
                Event::Artifact(event) => artifact(connection, id, event)?,
                Event::Kept(kept) => result(connection, id, kept)?,
                Event::Waited(event) => waited(connection, id, event)?,
            }
        }
        row::insert(connection, &new)?;
        row::upsert(connection, &changed)
    }

    /// Sees to it that a root run has a state as soon as anything is written of it. The run itself says that it runs when
    /// it waits for the first time; a call in it may have ended before, and whoever goes on with the run where its
    /// process is killed then has to find it.
    fn begin(&mut self, connection: &Connection, root: &Root, events: &[Event]) -> rusqlite::Result<()> {
        let Some(known) = self.roots.get_mut(&root.id).filter(|known| !known.has_begun) else {
            return Ok(());
        };
        known.has_begun = true;
        if events.iter().any(|event| matches!(event, Event::State(event) if event.sequence == 0)) {
            return Ok(());
        }
        let (id, state, at) = (known.id, StateName::Running, root.created);
        let (definition, detail) = (root.definition, None);
        let begun =
            StateEvent { definition, sequence: 0, parent: 0, attempt: 0, state, started: at, at, detail };
        let row = Row::of(root, &begun, id, self.definition(connection, definition)?);
        let is_assumed = row::insert_if_missing(connection, &row)?;
        if let Some(known) = self.roots.get_mut(&root.id) {
            known.is_assumed = is_assumed;
            known.open.insert(0);
        }
        Ok(())
    }

    /// Whether this says of a root run what was written of it already.
    fn is_known(&mut self, root: RunId, event: &StateEvent) -> bool {
        let says_so = event.sequence == 0 && event.state == StateName::Running && event.attempt == 0;
        says_so && self.roots.get_mut(&root).is_some_and(|known| std::mem::take(&mut known.is_assumed))
    }

    /// Writes the end of a root run that was lost before, unless another process has the run by now.
    pub(super) fn end(&mut self, connection: &Connection, root: &Root, end: &Event) -> rusqlite::Result<()> {
        let mut owner = connection.prepare_cached(sql::PROCESS_OF_ROOT)?;
        let owner: Option<Option<i64>> = owner.query_row([root.id.stem()], |row| row.get(0)).optional()?;
        if owner.is_none_or(|owner| owner == self.process.map(|process| process.id)) {
            self.write(connection, root, std::slice::from_ref(end))?;
        }
        Ok(())
    }

    /// Whether nothing was written of the run of this event yet, as far as is remembered: most runs end in the
    /// first state that is seen of them, and those that do not are remembered.
    fn is_first(&mut self, root: RunId, event: &StateEvent) -> bool {
        let Some(root) = self.roots.get_mut(&root) else { return false };
        if event.state.state_type().is_final() {
            root.open.is_empty() || !root.open.remove(&event.sequence)
        } else {
            root.open.insert(event.sequence)
        }
    }

    /// What was written is there for good. Forgets the root runs that have ended: they would be more and more.
    pub(super) fn committed(&mut self) {
        if let Some(process) = &mut self.process {
            process.is_committed = true;
        }
        for id in self.ended.drain(..) {
            self.roots.remove(&id);
        }
    }

    /// The flow runs that have failed or crashed since the last time, and the names of their flows.
    pub(super) fn failed(&mut self) -> Vec<(RunId, &'static str)> {
        std::mem::take(&mut self.failed)
    }

    /// Forgets all rows that may not be there.
    pub(super) fn forget_all(&mut self) {
        let process = self.process.filter(|process| process.is_committed);
        *self = Rows { process, ..Rows::default() };
    }

    /// Says that this process lives.
    pub(super) fn beat(&self, connection: &Connection) -> rusqlite::Result<()> {
        if let Some(process) = self.process {
            let now = runs::nanoseconds(system_time());
            connection.prepare_cached(sql::HEARTBEAT)?.execute(params![process.id, now])?;
        }
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn remembered(&self) -> usize {
        self.roots.len()
    }

    fn root(&mut self, connection: &Connection, root: &Root) -> rusqlite::Result<i64> {
        if let Some(known) = self.roots.get(&root.id) {
            return Ok(known.id);
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
        self.roots
            .insert(root.id, KnownRoot { id, has_begun: false, is_assumed: false, open: HashSet::new() });
        Ok(id)
    }

    fn process(&mut self, connection: &Connection) -> rusqlite::Result<i64> {
        if let Some(process) = self.process {
            return Ok(process.id);
        }
        let id = insert_process(connection)?;
        self.process = Some(Process { id, is_committed: false });
        Ok(id)
    }

    fn definition(
        &mut self,
        connection: &Connection,
        definition: &'static Definition,
    ) -> rusqlite::Result<&KnownDefinition> {
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
        let tags = (!definition.tags.is_empty()).then(|| json(definition.tags).into());
        Ok(vacant.insert(KnownDefinition { id, tags }))
    }
}

fn is_failure(event: &StateEvent) -> bool {
    let has_failed = matches!(event.state.state_type(), StateType::Failed | StateType::Crashed);
    has_failed && event.definition.kind == Kind::Flow
}

/// Writes a row for this process.
pub(in crate::embedded) fn insert_process(connection: &Connection) -> rusqlite::Result<i64> {
    let program = std::env::current_exe().ok();
    let program = program.as_deref().and_then(|path| path.file_stem()).unwrap_or_default();
    let this = Identity::of_this_process();
    let now = runs::nanoseconds(system_time());
    let values = params![program.to_string_lossy(), this.pid, now, this.machine, this.pid_started];
    connection.query_row(sql::INSERT_PROCESS, values, |row| row.get(0))
}

fn result(connection: &Connection, root: i64, kept: &Kept) -> rusqlite::Result<()> {
    let mut upsert = connection.prepare_cached(sql::UPSERT_RESULT)?;
    let (created, expires) = (nanoseconds(kept.created), kept.expires.map(nanoseconds));
    upsert.execute(params![kept.key.to_bytes(), root, created, expires, kept.value])?;
    kept.sequence.map_or(Ok(()), |sequence| result_of_run(connection, root, sequence, kept.key))
}

fn result_of_run(connection: &Connection, root: i64, sequence: u32, key: Key) -> rusqlite::Result<()> {
    let mut upsert = connection.prepare_cached(sql::UPSERT_RESULT_OF_RUN)?;
    upsert.execute(params![root, sequence, key.to_bytes()])?;
    Ok(())
}

fn waited(connection: &Connection, root: i64, event: &WaitedEvent) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached(sql::INSERT_UPSTREAM)?;
    for run in &event.runs {
        insert.execute(params![root, event.sequence, run.as_uuid().as_bytes()])?;
    }
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

/// A moment as the database has it.
pub(super) fn nanoseconds(moment: Moment) -> i64 {
    runs::nanoseconds(moment.timestamp())
}

pub(super) fn json(value: &(impl serde::Serialize + ?Sized)) -> String {
    serde_json::to_string(value).expect("texts and JSON are JSON")
}
