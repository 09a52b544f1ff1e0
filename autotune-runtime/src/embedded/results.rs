//! Results that outlive the process.

use std::error::Error;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension, params};
use serde::de::DeserializeOwned;

use super::find::{by_id, root_of};
use super::{Store, StoreError, connection, runs, sql};
use crate::id::RunId;
use crate::key::Key;
use crate::record::RunRecord;
use crate::results::{self, ResultStore, StoredResult, Unreadable};

/// Reads the results in the database of a [`Store`].
#[derive(Debug)]
pub struct StoreResults {
    /// Of its own: who asks for a result waits for no long list of runs.
    connection: Mutex<Connection>,
    path: PathBuf,
}

impl Store {
    /// The results that the [recorder](Self::recorder) of this store writes, for
    /// [`results::install`].
    pub fn results(&self) -> Result<StoreResults, StoreError> {
        let path = self.path().to_owned();
        let connection = Mutex::new(connection::open(&path, &self.shared.options)?);
        Ok(StoreResults { connection, path })
    }
}

/// Why there is no result of a run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResultError {
    /// There is no such run.
    #[error("no run has the id `{0}`; `runs ls` shows those there are")]
    Unknown(RunId),
    /// The run has returned nothing, or nothing of it was kept: Prefect's `MissingResult`.
    #[error(
        "there is no result of run `{name}`, which is {state}: it is kept where the function has `persist_result`, \
         and the run completes"
    )]
    Missing {
        /// The name of the run.
        name: String,
        /// The name of its state.
        state: String,
    },
    /// The result is of another type.
    #[error("the result of run `{name}` cannot be read: {source}")]
    Unreadable {
        /// The name of the run.
        name: String,
        /// What is wrong with it.
        source: Unreadable,
    },
    /// The database cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// What a run of any process has returned, where its task or flow has `persist_result`: Prefect's
    /// `flow_run.state.result()`. Of a `Result`, it is the `Ok`.
    ///
    /// A run that was `Cached` has the result of the run that returned it first. Where several runs share a key, as by
    /// `cache_key`, the result is that of the last one that was not `Cached`. A result goes with the run that returned
    /// it, when that is pruned.
    ///
    /// ```no_run
    /// # use autotune_runtime::embedded::{RunFilter, Store};
    /// let store = Store::open("history.db")?;
    /// for run in store.runs(&RunFilter::of_flow("analyse"))? {
    ///     let days: u32 = store.result_of(run.id)?;
    ///     println!("{}: {days} days", run.name);
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// There is no such run, no result of it is kept, or it is no `T`.
    pub fn result_of<T: DeserializeOwned>(&self, id: RunId) -> Result<T, ResultError> {
        let found = self.read(|transaction| {
            let Some(run) = by_id(transaction, id)? else { return Ok(None) };
            let Some((root, _)) = root_of(transaction, id)? else { return Ok(None) };
            let mut statement = transaction.prepare_cached(sql::RESULT_OF_RUN)?;
            let value = statement.query_row(params![root, run.sequence], |row| row.get::<_, Vec<u8>>(0));
            Ok(Some((run, value.optional()?)))
        })?;
        let (run, value) = found.ok_or(ResultError::Unknown(id))?;
        let RunRecord { name, state_name: state, .. } = run;
        match value {
            None => Err(ResultError::Missing { name, state }),
            Some(value) => results::decode(&value).map_err(|source| ResultError::Unreadable { name, source }),
        }
    }
}

impl ResultStore for StoreResults {
    fn read(&self, key: Key) -> Result<Option<StoredResult>, Box<dyn Error + Send + Sync>> {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let read = || {
            let mut statement = connection.prepare_cached(sql::RESULT)?;
            let result = statement.query_row([key.to_bytes()], |row| {
                let expires = row.get::<_, Option<i64>>(1)?.map(runs::timestamp);
                Ok(StoredResult { value: row.get(0)?, expires })
            });
            result.optional()
        };
        read().map_err(|error| StoreError::of(error, &self.path).into())
    }
}
