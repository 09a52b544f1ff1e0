//! Results that outlive the process.

use std::error::Error;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension};

use super::{Store, StoreError, connection, runs, sql};
use crate::key::Key;
use crate::results::{ResultStore, StoredResult};

/// Reads the results in the database of a [`Store`].
#[derive(Debug)]
pub struct StoreResults {
    /// Of its own: who asks for a result waits for no long list of runs.
    connection: Mutex<Connection>,
    path: PathBuf,
}

impl Store {
    /// The results that the [recorder](Self::recorder) of this store writes, for
    /// [`results::install`](crate::results::install).
    pub fn results(&self) -> Result<StoreResults, StoreError> {
        let path = self.path().to_owned();
        let connection = Mutex::new(connection::open(&path, &self.shared.options)?);
        Ok(StoreResults { connection, path })
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
