//! Brings the schema to the latest version.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::{StoreError, sql};

/// Brings an older schema up to date; refuses one that is newer than this program.
pub(super) fn to_latest(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let failed = |error| StoreError::of(error, path);
    let known = u32::try_from(sql::MIGRATIONS.len()).expect("migrations are few");
    let found = version(connection).map_err(failed)?;
    if found > known {
        return Err(StoreError::Newer { path: path.to_owned(), found, known });
    }
    if found < known { migrate(connection, known).map_err(failed) } else { Ok(()) }
}

fn migrate(connection: &mut Connection, known: u32) -> rusqlite::Result<()> {
    // Another process may do the same: who comes second finds nothing left to do.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    for migration in sql::MIGRATIONS.iter().skip(found as usize) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", known.max(found))?;
    transaction.commit()
}

fn version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}
