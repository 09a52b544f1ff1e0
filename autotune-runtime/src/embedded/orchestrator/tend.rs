//! What is due by now, done by whoever calls.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Transaction;

use super::propose::{Claim, write};
use super::rows;
use super::rules::Next;
use super::{Failure, nanoseconds, schedules};
use crate::embedded::runs::timestamp;
use crate::embedded::sql::{self as all, orchestrator as sql};
use crate::orchestrator::Tended;
use crate::state::StateType;

/// A run that nobody has begun is late after this.
const LATE: Duration = Duration::from_secs(15);

/// How often a run is scheduled again because its worker is gone.
const AGAIN: u32 = 3;

pub(super) fn tend(transaction: &Transaction<'_>, now: Timestamp) -> Result<Tended, Failure> {
    transaction.execute(sql::RELEASE_ENDED, [nanoseconds(now)])?;
    Ok(Tended {
        scheduled: schedules::make_all(transaction, now)?,
        late: late(transaction, now)?,
        crashed: bury(transaction, now)?,
        timed_out: give_up(transaction, now)?,
    })
}

fn late(transaction: &Transaction<'_>, now: Timestamp) -> Result<u32, Failure> {
    let before = nanoseconds(now.saturating_sub(LATE).unwrap_or(Timestamp::MIN));
    let mut statement = transaction.prepare_cached(sql::NOT_LATE_YET)?;
    let roots: Vec<i64> = statement.query_map([before], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut late = 0;
    for root in roots {
        let Some(known) = rows::by_root(transaction, root)? else { continue };
        let state = Next { due: Some(known.due), ..Next::plain(StateType::Scheduled, "Late", None) };
        let claim = Claim { worker: None, transition: None, crashes: known.crashes };
        write(transaction, root, &state, &claim, now)?;
        late += 1;
    }
    Ok(late)
}

/// Ends the suspended runs that nobody has resumed in time.
fn give_up(transaction: &Transaction<'_>, now: Timestamp) -> Result<u32, Failure> {
    let mut statement = transaction.prepare_cached(sql::UNRESUMED)?;
    let rows = statement.query_map([nanoseconds(now)], |row| row.get(0))?;
    let roots: Vec<i64> = rows.collect::<Result<_, _>>()?;
    let mut ended = 0;
    for root in roots {
        let Some(known) = rows::by_root(transaction, root)? else { continue };
        let key = known.run.pause_key.unwrap_or_default();
        let message = format!("pause `{key}` was not resumed in time");
        let end = Next::plain(StateType::Failed, "Failed", Some(message));
        write(transaction, root, &end, &unclaimed(known.crashes), now)?;
        ended += 1;
    }
    Ok(ended)
}

/// Ends the runs whose worker is gone; those of a deployment are scheduled again.
fn bury(transaction: &Transaction<'_>, now: Timestamp) -> Result<u32, Failure> {
    let mut statement = transaction.prepare_cached(sql::RUNS_OF_DEAD)?;
    let runs = statement.query_map([nanoseconds(now)], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let runs: Vec<(i64, Option<i64>)> = runs.collect::<Result<_, _>>()?;
    let mut ended = 0;
    for (root, heard) in runs {
        let Some(known) = rows::by_root(transaction, root)? else { continue };
        let worker = known.run.worker.as_deref().unwrap_or_default();
        let last_sign = heard
            .map_or_else(|| "has left".to_owned(), |at| format!("was last heard of at {}", timestamp(at)));
        let message = format!("worker `{worker}` {last_sign}: its process is gone");
        let end = Next::plain(StateType::Crashed, "Crashed", Some(message.clone()));
        write(transaction, root, &end, &unclaimed(known.crashes), now)?;
        if known.run.state.state_type != StateType::Cancelling {
            schedule_again(transaction, root, &message, now)?;
        }
        ended += 1;
    }
    Ok(ended)
}

/// The runs of a process that are to be scheduled again if it is dead. Who wanted one cancelled wants no more of it.
pub(in crate::embedded) fn runs_of_process(
    transaction: &Transaction<'_>,
    process: i64,
) -> rusqlite::Result<Vec<i64>> {
    let mut statement = transaction.prepare_cached(sql::CLAIMED_RUNS_OF_PROCESS)?;
    statement.query_map([process], |row| row.get(0))?.collect()
}

/// Schedules a run of a deployment again that has crashed with its process, unless it has done so too often.
pub(in crate::embedded) fn schedule_again(
    transaction: &Transaction<'_>,
    root: i64,
    because: &str,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let Some(known) = rows::by_root(transaction, root)? else { return Ok(()) };
    if known.deployment.is_none() || known.crashes >= AGAIN {
        return Ok(());
    }
    let attempt = known.crashes + 1;
    let message = format!("{because}; scheduled again, {attempt} of {AGAIN} times");
    let again = Next { due: Some(now), ..Next::plain(StateType::Scheduled, "AwaitingRetry", Some(message)) };
    // A moment later, as it has crashed before.
    let later = now.saturating_add(Duration::from_nanos(1)).unwrap_or(now);
    write(transaction, root, &again, &unclaimed(attempt), later)?;
    // It is no run of the dead process any more.
    transaction.prepare_cached(all::DISOWN_ROOT_RUN)?.execute([root])?;
    Ok(())
}

fn unclaimed(crashes: u32) -> Claim<'static> {
    Claim { worker: None, transition: None, crashes }
}
