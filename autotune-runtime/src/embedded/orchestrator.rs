//! The orchestrator in the program itself: flow runs, deployments and queues in
//! the file that has the history.
//!
//! Several processes may share it: each question is one immediate transaction. It
//! asks SQLite on the thread of whoever asks, because a question takes some tens of
//! microseconds, less than to hand it to another thread; and time that is paused in
//! tests goes on by itself only while nothing blocks elsewhere.

mod deployments;
mod flow_runs;
mod history;
mod limits;
mod propose;
mod resume;
mod rows;
mod rules;
mod schedules;
mod tend;
mod variables;
mod work_pools;
mod workers;

use std::fmt::Display;
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::Transaction;

pub(super) use rows::deployment_of;
pub(super) use tend::{runs_of_process, schedule_again};
pub use variables::StoreVariables;

use super::{Store, StoreError};
use crate::interrupted::InvalidInput;
use crate::moment::Moment;
use crate::orchestrator::{Answer, Orchestrator, OrchestratorError, Tended};
use crate::variable_store::VariableStore;

/// Keeps flow runs, deployments, queues and limits in the database of a [`Store`], and decides over states.
///
/// ```no_run
/// # use autotune_runtime::embedded::Store;
/// # use autotune_runtime::deployment::NewDeployment;
/// # use autotune_runtime::orchestrator::Deployments;
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let orchestrator = Store::open("autotune.db")?.orchestrator();
/// let deployment = orchestrator.apply(NewDeployment::new("nightly", "production")).await?;
/// orchestrator.run_deployment(deployment.id, Default::default()).await?;
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct StoreOrchestrator {
    store: Store,
}

impl Store {
    /// The orchestrator of this database.
    #[must_use]
    pub fn orchestrator(&self) -> StoreOrchestrator {
        StoreOrchestrator { store: self.clone() }
    }
}

impl Orchestrator for StoreOrchestrator {
    fn variables(&self) -> Arc<dyn VariableStore> {
        Arc::new(self.store.variables())
    }

    fn tend(&self) -> Answer<'_, Tended> {
        Box::pin(async {
            // Of a process on this machine it is known at once that it was killed, before its workers are missed.
            self.store.mark_crashed().map_err(|error| OrchestratorError::Unavailable(error.into()))?;
            let tended = self.write(|transaction| tend::tend(transaction, now())).await?;
            self.store.raise_alerts();
            Ok(tended)
        })
    }
}

impl StoreOrchestrator {
    /// Reads, as of one moment, once somebody waits for the answer.
    fn read<'a, T: Send + 'a>(
        &'a self,
        body: impl FnOnce(&Transaction<'_>) -> Result<T, Failure> + Send + 'a,
    ) -> Answer<'a, T> {
        Box::pin(async move { answer(|within| self.store.read(within), body) })
    }

    /// Writes all of it or nothing, once somebody waits for the answer.
    fn write<'a, T: Send + 'a>(
        &'a self,
        body: impl FnOnce(&Transaction<'_>) -> Result<T, Failure> + Send + 'a,
    ) -> Answer<'a, T> {
        Box::pin(async move { answer(|within| self.store.write(within), body) })
    }
}

/// What a question is answered with inside of a transaction.
type Within<'a, T> = Box<dyn FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + 'a>;

fn answer<T>(
    transact: impl FnOnce(Within<'_, T>) -> Result<T, StoreError>,
    body: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>,
) -> Result<T, OrchestratorError> {
    let mut refused = None;
    let answered = transact(Box::new(|transaction| {
        body(transaction).map_err(|failure| match failure {
            Failure::Database(error) => error,
            Failure::Refused(error) => {
                refused = Some(error);
                // Any error undoes what the transaction has done.
                rusqlite::Error::ExecuteReturnedResults
            }
        })
    }));
    match refused {
        Some(error) => Err(error),
        None => answered.map_err(|error| OrchestratorError::Unavailable(error.into())),
    }
}

/// Why a transaction is undone.
enum Failure {
    Database(rusqlite::Error),
    Refused(OrchestratorError),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Failure::Database(error)
    }
}

impl From<InvalidInput> for Failure {
    fn from(invalid: InvalidInput) -> Self {
        Failure::Refused(invalid.into())
    }
}

impl Failure {
    fn not_found(kind: &'static str, name: impl Display, known: Vec<String>) -> Self {
        Failure::Refused(OrchestratorError::NotFound { kind, name: name.to_string(), known })
    }

    fn exists(kind: &'static str, name: impl Display) -> Self {
        Failure::Refused(OrchestratorError::Exists { kind, name: name.to_string() })
    }

    fn invalid(what: impl Into<String>, message: impl Into<String>) -> Self {
        Failure::Refused(OrchestratorError::Invalid { what: what.into(), message: message.into() })
    }
}

fn now() -> Timestamp {
    Moment::now().timestamp()
}

/// A date and time as the database has it; the last that it can have is in the year 2262.
fn nanoseconds(at: Timestamp) -> i64 {
    i64::try_from(at.as_nanosecond()).unwrap_or(if at < Timestamp::UNIX_EPOCH { i64::MIN } else { i64::MAX })
}
