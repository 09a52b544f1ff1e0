//! History in one SQLite file: what a program's runs did is still there when
//! the program has ended.
//!
//! Several processes on one machine may share the file. It belongs to its owner
//! alone, because parameters, logs and artifacts may be anything. All SQL of
//! autotune is in `embedded/sql`; nothing outside of this module knows any.

mod alerts;
mod artifacts;
mod connection;
mod crashed;
mod detail;
mod error;
mod find;
mod home;
mod logs;
mod migrate;
mod orchestrator;
mod process;
mod prune;
mod recorder;
mod results;
mod resume;
mod runs;
mod schema;
mod sql;
mod stats;
mod wishes;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};

pub use detail::{RootRecord, StateCount};
pub use error::StoreError;
pub use find::FindError;
pub use home::{HomeError, database, database_of_process, home};
pub use orchestrator::{StoreOrchestrator, StoreVariables};
pub use recorder::StoreRecorder;
pub use results::StoreResults;
pub use resume::ResumeError;
pub use wishes::ResumePauseError;

pub use crate::record::{
    ArtifactFilter, ArtifactRecord, FlowStats, LogFilter, LogRecord, RunFilter, RunRecord, StateFilter,
    StateRecord, StatsBy, StatsFilter, Waiting, WaitingRuns,
};

/// The stored history.
///
/// Cheap to clone: the clones share one connection.
///
/// ```no_run
/// # use autotune_runtime::embedded::{RunFilter, Store};
/// # use autotune_runtime::recorder;
/// let store = Store::open("history.db")?;
/// recorder::install(store.recorder()?)?;
/// // … flows run …
/// for run in store.runs(&RunFilter::roots())? {
///     println!("{} {}", run.name, run.state_name);
/// }
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    options: StoreOptions,
    connection: Mutex<Connection>,
    lost: Arc<AtomicU64>,
}

/// How a store behaves.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StoreOptions {
    /// What happens where history cannot be written.
    pub durability: Durability,
    /// How long to wait for another process that writes.
    pub patience: Duration,
}

impl Default for StoreOptions {
    fn default() -> Self {
        StoreOptions { durability: Durability::BestEffort, patience: Duration::from_secs(5) }
    }
}

/// What happens where history cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Durability {
    /// The log says so, what is lost is counted, and flows go on. What was stored survives the end of the
    /// process; after a power cut, the last moments may be missing.
    #[default]
    BestEffort,
    /// The recorder stops, and a flow whose history is not stored panics instead of ending well. What was
    /// stored survives a power cut.
    Required,
}

impl Store {
    /// Opens the database at `path`; makes it, readable by its owner only, if there is none.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, StoreError> {
        Store::open_with(path, StoreOptions::default())
    }

    /// Opens the database at `path`, to behave as `options` say.
    pub fn open_with(path: impl Into<PathBuf>, options: StoreOptions) -> Result<Self, StoreError> {
        let path = path.into();
        let connection = Mutex::new(connection::open(&path, &options)?);
        let lost = Arc::default();
        Ok(Store { shared: Arc::new(Shared { path, options, connection, lost }) })
    }

    /// Where the database is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    /// A recorder that writes into this store, for [`recorder::install`](crate::recorder::install).
    pub fn recorder(&self) -> Result<StoreRecorder, StoreError> {
        let Shared { path, options, lost, .. } = &*self.shared;
        StoreRecorder::open(path, options, Arc::clone(lost))
    }

    /// How many events could not be stored since this store was opened.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.shared.lost.load(Ordering::Relaxed)
    }

    /// Reads, as of one moment.
    pub(crate) fn read<T>(
        &self,
        body: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        self.within(TransactionBehavior::Deferred, body)
    }

    /// Writes: all of it, or nothing.
    pub(crate) fn write<T>(
        &self,
        body: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        self.within(TransactionBehavior::Immediate, body)
    }

    /// Executes statements that are not for a transaction.
    fn execute(&self, statements: &str) -> Result<(), StoreError> {
        let done = self.connection().execute_batch(statements);
        done.map_err(|error| StoreError::of(error, &self.shared.path))
    }

    fn within<T>(
        &self,
        behavior: TransactionBehavior,
        body: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let run = || {
            let mut connection = self.connection();
            let transaction = connection.transaction_with_behavior(behavior)?;
            let result = body(&transaction)?;
            transaction.commit()?;
            Ok(result)
        };
        run().map_err(|error| StoreError::of(error, &self.shared.path))
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.shared.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
