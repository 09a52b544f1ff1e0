//! What is due by now, done by whoever calls.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Transaction;

use super::propose::{Claim, write};
use super::rows;
use super::rules::Next;
use super::{Failure, nanoseconds, schedules};
use crate::embedded::runs::timestamp;
use crate::embedded::sql::orchestrator as sql;
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
        let is_cancelling = known.run.state.state_type == StateType::Cancelling;
        let is_tried_again = known.deployment.is_some() && known.crashes < AGAIN && !is_cancelling;
        let end = Next::plain(StateType::Crashed, "Crashed", Some(message));
        let claim = |crashes| Claim { worker: None, transition: None, crashes };
        write(transaction, root, &end, &claim(known.crashes), now)?;
        if is_tried_again {
            let crashes = known.crashes + 1;
            let message = format!("its worker `{worker}` is gone; attempt {} of {}", crashes + 1, AGAIN + 1);
            let retry =
                Next { due: Some(now), ..Next::plain(StateType::Scheduled, "AwaitingRetry", Some(message)) };
            write(transaction, root, &retry, &claim(crashes), now)?;
        }
        ended += 1;
    }
    Ok(ended)
}
