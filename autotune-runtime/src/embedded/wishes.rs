//! What other processes wish of the runs of this one. Whoever wishes leaves it in
//! the database; the process that has the run hears it within a second, and
//! leaves its answer there.

use std::time::Duration;
use std::{io, thread};

use rusqlite::{OptionalExtension, Transaction, params};
use serde_json::Value;

use super::{Store, StoreError, runs, sql};
use crate::flow_runs;
use crate::id::RunId;

/// How often a process looks whether it is wished anything, while it runs flows.
const EVERY: Duration = Duration::from_millis(500);

/// What may be wished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    /// That the run stops.
    Cancel,
}

impl Wish {
    fn as_str(self) -> &'static str {
        match self {
            Wish::Cancel => "cancel",
        }
    }

    fn read(text: &str) -> Option<Self> {
        [Wish::Cancel].into_iter().find(|wish| wish.as_str() == text)
    }

    /// Grants it, or says why not.
    fn grant(self, run: RunId) -> Result<(), String> {
        match self {
            Wish::Cancel => flow_runs::cancel(run).map_err(|error| error.to_string()),
        }
    }
}

/// Leaves a wish for the process that has a root run.
pub(super) fn leave(transaction: &Transaction<'_>, root: i64, wish: Wish) -> rusqlite::Result<()> {
    let mut put = transaction.prepare_cached(sql::PUT_WISH)?;
    put.execute(params![root, wish.as_str(), Value::Null.to_string()])?;
    Ok(())
}

impl Store {
    /// From now on the flow runs of this process hear what other processes wish of them: to stop, as
    /// `runs cancel` asks. A thread of its own looks twice a second, while flows run.
    pub fn listen(&self) -> io::Result<()> {
        let store = self.clone();
        let listen = move || {
            loop {
                // Nobody wakes it: a wish comes from elsewhere.
                thread::park_timeout(EVERY);
                if !flow_runs::running().is_empty() {
                    // What cannot be read now is read next time.
                    let _ = store.grant_wishes();
                }
            }
        };
        thread::Builder::new().name("autotune-wishes".to_owned()).spawn(listen).map(drop)
    }

    /// Grants what is wished of the runs of this process; says how many wishes there were.
    fn grant_wishes(&self) -> Result<usize, StoreError> {
        let open = self.read(open)?;
        let own = open.into_iter().filter(|(_, run, _)| flow_runs::find(*run).is_some());
        let answers: Vec<_> = own.map(|(root, run, wish)| (root, wish, wish.grant(run).err())).collect();
        if !answers.is_empty() {
            self.write(|transaction| {
                let mut answer = transaction.prepare_cached(sql::ANSWER_WISH)?;
                for (root, wish, refusal) in &answers {
                    answer.execute(params![root, wish.as_str(), refusal.as_deref().unwrap_or_default()])?;
                }
                Ok(())
            })?;
        }
        Ok(answers.len())
    }
}

/// The wishes that nobody has answered.
fn open(transaction: &Transaction<'_>) -> rusqlite::Result<Vec<(i64, RunId, Wish)>> {
    let mut statement = transaction.prepare_cached(sql::OPEN_WISHES)?;
    let rows = statement
        .query_map([], |row| Ok((row.get(0)?, runs::id(row, 1)?, Wish::read(row.get_ref(2)?.as_str()?))))?;
    // Those that this version does not know are left to others.
    let known = rows.filter_map(|row| row.map(|(root, run, wish)| Some((root, run, wish?))).transpose());
    known.collect()
}

/// Whether a root run has ended; `None` if it is not recorded.
pub(super) fn state_of_root(
    transaction: &Transaction<'_>,
    root: i64,
) -> rusqlite::Result<Option<(crate::state::StateType, String)>> {
    let mut statement = transaction.prepare_cached(sql::STATE_OF_ROOT)?;
    statement.query_row([root], |row| Ok((runs::state_type(row, 0)?, row.get(1)?))).optional()
}
