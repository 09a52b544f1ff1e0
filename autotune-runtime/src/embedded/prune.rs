//! Removing what is old, and giving its space back.

use std::fs;

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use super::{Store, StoreError, runs, sql};
use crate::clock;

/// How many root runs one transaction removes: other processes wait while one is open.
const AT_ONCE: u32 = 500;

impl Store {
    /// Removes the root runs that ended before a time, with all that belongs to them, also the results that they
    /// have kept; says how many they were. Results that have expired go as well.
    ///
    /// A run that has not ended stays, however old it is; so does a subflow of a run that stays. The space is
    /// used again; [`vacuum`](Self::vacuum) gives it back to the system.
    pub fn prune(&self, ended_before: Timestamp) -> Result<u64, StoreError> {
        let before = runs::nanoseconds(ended_before);
        let now = runs::nanoseconds(clock::now());
        self.write(|transaction| transaction.prepare_cached(sql::DELETE_EXPIRED_RESULTS)?.execute([now]))?;
        let mut pruned = 0;
        loop {
            let removed = self.write(|transaction| remove_some(transaction, before))?;
            pruned += removed;
            // Without their callers, subflows are next: until a round finds none.
            if removed == 0 {
                return Ok(pruned);
            }
        }
    }

    /// Gives the space of what was removed back to the system, and shrinks the file.
    pub fn vacuum(&self) -> Result<(), StoreError> {
        self.execute(sql::VACUUM)
    }

    /// How many bytes the file has, with those that wait beside it to be written into it.
    #[must_use]
    pub fn size(&self) -> u64 {
        let beside = |end: &str| {
            let mut name = self.path().as_os_str().to_owned();
            name.push(end);
            fs::metadata(name).map_or(0, |metadata| metadata.len())
        };
        beside("") + beside("-wal")
    }
}

fn remove_some(transaction: &Transaction<'_>, before: i64) -> rusqlite::Result<u64> {
    let removed =
        transaction.prepare_cached(sql::DELETE_SOME_ROOT_RUNS)?.execute(params![before, AT_ONCE])?;
    Ok(u64::try_from(removed).unwrap_or(u64::MAX))
}
