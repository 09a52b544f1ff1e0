//! Which alerts are due, as the stored history says.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};

use super::silence::{Judge, Silence};
use super::{Store, StoreError, crashed, runs, sql};
use crate::alert::Alert;
use crate::alerts::{AlertHook, Watched, watched_in};
use crate::clock::system_time;
use crate::record::RunRecord;

pub(super) use crate::alerts::call;

/// The failures in a row of a flow or deployment.
struct Failures {
    count: u64,
    last: i64,
    root: i64,
    last_success: Option<i64>,
}

impl Store {
    /// Calls whoever is to be alerted by now: runs may have crashed with their process.
    pub(super) fn raise_alerts(&self) {
        match due(&mut self.connection(), &self.shared.silence, |_| true) {
            // The process ends without them only if it is told to.
            Ok(due) => drop(call(due)),
            Err(error) => {
                let error = StoreError::of(error, self.path());
                tracing::error!(target: "autotune::history", "alerts are not raised: {error}");
            }
        }
    }
}

/// The alerts that are due for the flows for which this holds. From now on they are raised: nobody else is given them.
pub(super) fn due(
    connection: &mut Connection,
    silence: &Silence,
    is_meant: impl Fn(&str) -> bool,
) -> rusqlite::Result<Vec<(AlertHook, Alert)>> {
    let watched = watched_in(is_meant);
    if watched.is_empty() {
        return Ok(Vec::new());
    }
    // Most often there is nothing to do: others are not held up by the question.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
    let (now, judge) = (system_time(), Judge::Resident(silence));
    let mut may_be_due = !crashed::dead(&transaction, now, judge)?.is_empty();
    for watched in &watched {
        may_be_due |= failures(&transaction, watched)?.is_some();
    }
    drop(transaction);
    if !may_be_due {
        return Ok(Vec::new());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    crashed::mark(&transaction, now, judge)?;
    let mut due = Vec::new();
    let mut raised = Vec::new();
    for watched in watched {
        if let Some(failures) = failures(&transaction, &watched)? {
            let run = transaction.query_row(sql::RUN_OF_NUMBER, params![failures.root, 0], runs::read)?;
            raised.push((subject(&watched), watched.after, failures.last));
            due.push((watched.hook.clone(), alert(&watched, &failures, run)));
        }
    }
    // Only now: several functions may wait for the same.
    for raised in raised {
        transaction.execute(sql::RAISE, raised)?;
    }
    transaction.commit()?;
    Ok(due)
}

/// The failures in a row, if they are enough and nobody was told of them.
fn failures(transaction: &Transaction<'_>, watched: &Watched) -> rusqlite::Result<Option<Failures>> {
    let read = |row: &Row<'_>| {
        let count = row.get::<_, i64>(0)?.unsigned_abs();
        if count < watched.after.into() {
            return Ok(None);
        }
        Ok(Some(Failures { count, last: row.get(1)?, root: row.get(2)?, last_success: row.get(3)? }))
    };
    let failures = match &watched.deployment {
        Some(name) => {
            transaction.prepare_cached(sql::FAILURES_OF_DEPLOYMENT)?.query_row([&watched.flow, name], read)?
        }
        None => transaction.prepare_cached(sql::FAILURES_OF_FLOW)?.query_row([&watched.flow], read)?,
    };
    let Some(failures) = failures else { return Ok(None) };
    let raised: Option<i64> = transaction
        .prepare_cached(sql::RAISED)?
        .query_row(params![subject(watched), watched.after], |row| row.get(0))
        .optional()?;
    // What was said before the last success was said of other failures.
    let is_told = raised.is_some_and(|raised| failures.last_success.is_none_or(|success| raised > success));
    Ok((!is_told).then_some(failures))
}

fn alert(watched: &Watched, failures: &Failures, run: RunRecord) -> Alert {
    Alert {
        flow: watched.flow.clone(),
        deployment: watched.deployment.clone(),
        failures: failures.count,
        run: run.id,
        run_name: run.name,
        state_name: run.state_name,
        message: run.message,
        at: run.state_at,
        last_success: failures.last_success.map(runs::timestamp),
    }
}

/// What an alert is about, as the database has it.
fn subject(watched: &Watched) -> String {
    match &watched.deployment {
        Some(deployment) => format!("{}/{deployment}", watched.flow),
        None => watched.flow.clone(),
    }
}
