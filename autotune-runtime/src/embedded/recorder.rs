//! Writes what runs hand on: many rows in one transaction, and no run is harmed
//! by a database that cannot be written.

mod ends;
mod row;
mod rows;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::Connection;

use super::silence::Silence;
use super::{Durability, StoreError, StoreOptions, alerts, connection, sql};
use crate::event::{Event, Root};
use crate::recorder::{Following, Recorder};
use ends::Ends;
use rows::Rows;
pub(super) use rows::insert_process;

/// How many events one transaction takes at most: other processes wait while one is open.
const TRANSACTION: usize = 1 << 14;

/// How often what is lost is tried again where nothing new is to be written: every so many rounds of the writer.
const AGAIN: u32 = 100;

/// The target of what the recorder says of itself.
const TARGET: &str = "autotune::history";

/// Writes history into the database of a [`Store`](super::Store).
#[derive(Debug)]
pub struct StoreRecorder {
    connection: Connection,
    path: PathBuf,
    options: StoreOptions,
    rows: Rows,
    ends: Ends,
    /// How many rounds ago the ends that were lost were tried.
    rounds: u32,
    /// How many events the open transaction has taken.
    taken: usize,
    /// Whether the last attempt to write failed.
    is_failing: bool,
    lost: Arc<AtomicU64>,
    silence: Arc<Silence>,
}

impl StoreRecorder {
    pub(super) fn open(
        path: &Path,
        options: &StoreOptions,
        lost: Arc<AtomicU64>,
        silence: Arc<Silence>,
    ) -> Result<Self, StoreError> {
        let connection = connection::open(path, options)?;
        connection.set_prepared_statement_cache_capacity(32);
        let (path, options) = (path.to_owned(), options.clone());
        let (rows, ends, rounds) = Default::default();
        Ok(StoreRecorder {
            connection,
            path,
            options,
            rows,
            ends,
            rounds,
            taken: 0,
            is_failing: false,
            lost,
            silence,
        })
    }

    fn write(&mut self, root: &Root, events: &[Event]) -> rusqlite::Result<()> {
        if self.taken == 0 {
            self.connection.execute_batch(sql::BEGIN)?;
        }
        self.taken += events.len();
        self.rows.write(&self.connection, root, events)
    }

    fn commit(&mut self) {
        if self.taken == 0 {
            return;
        }
        match self.connection.execute_batch(sql::COMMIT) {
            Ok(()) => self.succeed(),
            Err(error) => self.fail(error),
        }
    }

    /// Tells those who asked for it that the runs which have failed since the last time were one too many.
    fn raise_alerts(&mut self) -> Option<Following> {
        let failed = self.rows.failed();
        if failed.is_empty() {
            return None;
        }
        let is_meant = |flow: &str| failed.iter().any(|(_, failed)| *failed == flow);
        let due = alerts::due(&mut self.connection, &self.silence, is_meant);
        let due = due.unwrap_or_else(|error| {
            tracing::error!(target: TARGET, "alerts are not raised: {}", StoreError::of(error, &self.path));
            Vec::new()
        });
        let thread = alerts::call(due)?;
        Some(Following { roots: failed.into_iter().map(|(root, _)| root).collect(), thread })
    }

    fn succeed(&mut self) {
        self.taken = 0;
        self.rows.committed();
        self.ends.keep();
        self.tell_ends();
        if self.is_failing {
            self.is_failing = false;
            connection::wait_for_others(&self.connection, self.options.patience);
            let lost = self.lost.load(Ordering::Relaxed);
            tracing::warn!(target: TARGET, "history is recorded again; {lost} events were lost");
        }
    }

    /// Tells the ends of flow runs that were lost; says whether that is done.
    fn tell_ends(&mut self) -> bool {
        let ends = self.ends.take();
        if ends.is_empty() {
            return true;
        }
        let tell = |rows: &mut Rows, connection: &Connection| {
            connection.execute_batch(sql::BEGIN)?;
            for end in &ends {
                rows.end(connection, &end.root, &end.event)?;
            }
            connection.execute_batch(sql::COMMIT)
        };
        if tell(&mut self.rows, &self.connection).is_ok() {
            self.rows.committed();
            // They are not lost any more.
            self.lost.fetch_sub(ends.len() as u64, Ordering::Relaxed);
            return true;
        }
        let _ = self.connection.execute_batch(sql::ROLLBACK);
        self.rows.forget_all();
        self.ends.put_back(ends);
        false
    }

    /// The transaction is lost; whoever asked for better is told by a panic, the others by the log, once.
    fn fail(&mut self, error: rusqlite::Error) {
        // A transaction that has not begun, or that SQLite has ended, is no matter.
        let _ = self.connection.execute_batch(sql::ROLLBACK);
        let lost = u64::try_from(self.taken).unwrap_or(u64::MAX);
        self.lost.fetch_add(lost, Ordering::Relaxed);
        self.taken = 0;
        self.rows.forget_all();
        self.ends.lose();
        let first = !std::mem::replace(&mut self.is_failing, true);
        let error = StoreError::of(error, &self.path);
        if first {
            tracing::error!(target: TARGET, "history is not recorded: {error}");
        }
        // An invariant of the durable store: the writer ends, and the flows that wait for it hear of that.
        assert!(!self.is_required(), "history is not recorded: {error}");
        if first {
            // Flows wait for what is recorded. They do so once, not with every batch.
            connection::wait_for_others(&self.connection, std::time::Duration::ZERO);
        }
    }
}

impl Recorder for StoreRecorder {
    fn record(&mut self, root: &Root, events: Vec<Event>) {
        self.ends.note(root, &events);
        if let Err(error) = self.write(root, &events) {
            self.taken = self.taken.max(events.len());
            self.fail(error);
        } else if self.taken >= TRANSACTION {
            self.commit();
        }
    }

    fn flush(&mut self) {
        if self.taken > 0 {
            self.commit();
        } else if self.ends.are_lost() {
            self.rounds += 1;
            if self.rounds.is_multiple_of(AGAIN) && self.tell_ends() {
                self.succeed();
            }
        }
    }

    fn following(&mut self) -> Vec<Following> {
        self.raise_alerts().into_iter().collect()
    }

    fn beat(&mut self) {
        // One that fails is one of three: nothing is lost, and what is written next will say so.
        let _ = self.rows.beat(&self.connection);
    }

    fn is_required(&self) -> bool {
        self.options.durability == Durability::Required
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::StoreRecorder;
    use crate::definition::Definition;
    use crate::embedded::{RunFilter, Store, connection};
    use crate::event::{Event, LogEvent, Root, StateEvent};
    use crate::id::RunId;
    use crate::moment::Moment;
    use crate::recorder::Recorder;
    use crate::state::StateName;

    static FLOW: Definition = Definition { name: "large", ..Definition::FLOW };

    fn root() -> Root {
        let (name, tags) = ("large".to_owned(), Vec::new());
        Root {
            id: RunId::new(),
            definition: &FLOW,
            name,
            parameters: None,
            tags,
            parent: None,
            created: Moment::now(),
        }
    }

    fn record(recorder: &mut StoreRecorder, size: usize) {
        let (target, message) = (String::new(), "x".repeat(size));
        let (at, level) = (Moment::now(), tracing::Level::INFO);
        let log = Event::Log(Box::new(LogEvent { sequence: 0, at, level, target, message }));
        recorder.record(&root(), vec![log]);
        recorder.flush();
    }

    #[test]
    fn a_full_disk_takes_what_there_is_no_space_for_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path().join("autotune.db")).expect("a new database");
        let mut recorder = store.recorder().expect("a recorder");
        record(&mut recorder, 10);
        // To SQLite, a database that may not grow is a full disk.
        recorder.connection.pragma_update(None, "max_page_count", 60).expect("a limit");
        record(&mut recorder, 1_000_000);
        record(&mut recorder, 1_000_000);
        assert_eq!(store.lost(), 2);
        recorder.connection.pragma_update(None, "max_page_count", 100_000).expect("a limit");
        record(&mut recorder, 1_000_000);
        assert_eq!(store.lost(), 2);
        assert_eq!(store.runs(&RunFilter::all()).expect("read").len(), 2);
    }

    fn state(state: StateName) -> Event {
        let at = Moment::now();
        Event::State(StateEvent {
            definition: &FLOW,
            sequence: 0,
            parent: 0,
            attempt: 0,
            state,
            started: at,
            at,
            detail: None,
        })
    }

    #[test]
    fn the_end_of_a_flow_run_that_was_lost_is_told_when_there_is_room_again() {
        for is_idle in [false, true] {
            let folder = tempfile::tempdir().expect("a folder");
            let store = Store::open(folder.path().join("autotune.db")).expect("a new database");
            let mut recorder = store.recorder().expect("a recorder");
            let (known, unknown) = (root(), root());
            recorder.record(&known, vec![state(StateName::Running)]);
            recorder.flush();
            let other = rusqlite::Connection::open(store.path()).expect("the database");
            other.execute_batch("BEGIN IMMEDIATE").expect("nobody else writes");
            connection::wait_for_others(&recorder.connection, Duration::ZERO);
            recorder.record(&known, vec![state(StateName::Completed)]);
            recorder.record(&unknown, vec![state(StateName::Running), state(StateName::Failed)]);
            recorder.flush();
            other.execute_batch("ROLLBACK").expect("nothing was done");
            if is_idle {
                (0..super::AGAIN).for_each(|_| recorder.flush());
            } else {
                record(&mut recorder, 10);
            }
            let runs = store.runs(&RunFilter::of_flow("large")).expect("read");
            let state_of =
                |root: &Root| runs.iter().find(|run| run.id == root.id).map(|run| run.state_name.as_str());
            assert_eq!((state_of(&known), state_of(&unknown)), (Some("Completed"), Some("Failed")));
            assert_eq!((store.lost(), recorder.ends.are_lost(), recorder.is_failing), (1, false, false));
        }
    }

    #[test]
    fn what_is_remembered_of_runs_does_not_grow() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path().join("autotune.db")).expect("a new database");
        let mut recorder = store.recorder().expect("a recorder");
        for _ in 0..100 {
            recorder.record(&root(), vec![state(StateName::Completed)]);
        }
        recorder.flush();
        assert_eq!(recorder.rows.remembered(), 0);
        assert_eq!(store.runs(&RunFilter::roots()).expect("read").len(), 100);
    }
}
