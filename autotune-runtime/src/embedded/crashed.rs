//! Runs whose process was killed.

use jiff::Timestamp;
use rusqlite::{Row, Transaction, params};

use super::process::Identity;
use super::silence::{Judge, Other};
use super::{Store, StoreError, orchestrator, runs, sql};
use crate::clock::system_time;
use crate::recorder::HEARTBEAT;

/// A process that has runs which have not ended.
pub(super) struct Open {
    id: i64,
    identity: Identity,
    heartbeat: Timestamp,
}

impl Store {
    /// Ends the runs whose process was killed in state `Crashed`; says how many they were. Flow runs of a deployment
    /// are scheduled again, three times at most.
    ///
    /// A process is dead if the system does not know it any more, or where the system cannot know, if it has
    /// not said for three [heartbeats](crate::recorder::HEARTBEAT) that it lives. Whoever looks at runs asks
    /// this first.
    pub fn mark_crashed(&self) -> Result<u64, StoreError> {
        self.mark_crashed_at(system_time())
    }

    /// As [`mark_crashed`](Self::mark_crashed), as if it were `now`.
    pub fn mark_crashed_at(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.mark_dead(now, Judge::Passing)
    }

    /// As [`mark_crashed`](Self::mark_crashed), for those who ask again and again: they do not trust a date that jumps.
    pub(super) fn mark_crashed_again(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.mark_dead(now, Judge::Resident(&self.shared.silence))
    }

    fn mark_dead(&self, now: Timestamp, judge: Judge<'_>) -> Result<u64, StoreError> {
        // Most often there is nothing to do: others are not held up by the question.
        if self.read(|transaction| dead(transaction, now, judge))?.is_empty() {
            return Ok(0);
        }
        self.write(|transaction| mark(transaction, now, judge))
    }
}

/// Ends the runs whose process was killed; says how many they were.
pub(super) fn mark(transaction: &Transaction<'_>, now: Timestamp, judge: Judge<'_>) -> rusqlite::Result<u64> {
    let mut crashed = 0;
    for (process, message) in dead(transaction, now, judge)? {
        let heartbeat = runs::nanoseconds(process.heartbeat);
        let scheduled = orchestrator::runs_of_process(transaction, process.id)?;
        let rows = transaction
            .prepare_cached(sql::CRASH_RUNS_OF_PROCESS)?
            .execute(params![process.id, heartbeat, message])?;
        crashed += u64::try_from(rows).unwrap_or(u64::MAX);
        for run in scheduled {
            orchestrator::schedule_again(transaction, run, &message, now)?;
        }
    }
    Ok(crashed)
}

/// Those of the processes with open runs that are dead, and why.
pub(super) fn dead(
    transaction: &Transaction<'_>,
    now: Timestamp,
    judge: Judge<'_>,
) -> rusqlite::Result<Vec<(Open, String)>> {
    let here = Identity::of_this_process();
    let mut statement = transaction.prepare_cached(sql::OPEN_PROCESSES)?;
    let open: Vec<Open> = statement.query_map([], open)?.collect::<rusqlite::Result<_>>()?;
    let dead = open.into_iter().filter_map(|process| {
        let cause = cause_of_death(&process, &here, now, judge)?;
        Some((process, cause))
    });
    Ok(dead.collect())
}

/// Why a process is taken for dead; `None` while it lives.
fn cause_of_death(process: &Open, here: &Identity, now: Timestamp, judge: Judge<'_>) -> Option<String> {
    let (pid, heartbeat) = (process.identity.pid, process.heartbeat);
    match process.identity.is_alive(here) {
        Some(true) => None,
        Some(false) => Some(format!("process {pid} was killed: it does not exist any more")),
        None => judge
            .is_dead(Other::Process(process.id), heartbeat, HEARTBEAT, now)
            .then(|| format!("process {pid} was killed: no heartbeat since {heartbeat:.0}")),
    }
}

fn open(row: &Row<'_>) -> rusqlite::Result<Open> {
    Ok(Open {
        id: row.get(0)?,
        identity: Identity { pid: row.get(1)?, machine: row.get(2)?, pid_started: row.get(3)? },
        heartbeat: runs::timestamp(row.get(4)?),
    })
}
