//! What becomes of a proposal: the rules are asked, and their answer is written.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

use super::rows::{self, Known};
use super::rules::{self, Decision, Facts, Next, Room};
use super::{Failure, nanoseconds};
use crate::embedded::find::root_of;
use crate::embedded::sql::{self as all, orchestrator as sql};
use crate::embedded::wishes::{self, Wish};
use crate::id::RunId;
use crate::proposal::{Proposal, Verdict};
use crate::record::StateRecord;
use crate::state::{StateName, StateType};

pub(super) fn propose(
    transaction: &Transaction<'_>,
    id: RunId,
    proposal: &Proposal,
    now: Timestamp,
) -> Result<Verdict, Failure> {
    let Some(known) = rows::find(transaction, id)? else {
        return propose_recorded(transaction, id, proposal, now);
    };
    let facts = facts(transaction, &known, proposal, now)?;
    match rules::decide(&facts, proposal) {
        Decision::Accept => {
            accept(transaction, &known, proposal, now)?;
            Ok(Verdict::Accept(rows::state(transaction, known.root)?))
        }
        Decision::Keep => Ok(Verdict::Accept(known.run.state)),
        Decision::Reject(reason) => Ok(Verdict::Reject { state: known.run.state, reason }),
        Decision::Instead { state, reason } => {
            let claim = Claim { worker: None, transition: None, crashes: known.crashes };
            write(transaction, known.root, &state, &claim, now)?;
            Ok(Verdict::Reject { state: rows::state(transaction, known.root)?, reason })
        }
        Decision::Wait { delay, reason } => Ok(Verdict::Wait { delay, reason }),
        Decision::Abort(reason) => Ok(Verdict::Abort { reason }),
    }
}

/// As [`propose`], for a flow run that a process runs by itself: it can be asked to stop, and nothing else.
fn propose_recorded(
    transaction: &Transaction<'_>,
    id: RunId,
    proposal: &Proposal,
    now: Timestamp,
) -> Result<Verdict, Failure> {
    let unknown = || Failure::not_found("flow run", id, Vec::new());
    let (root, _) = root_of(transaction, id)?.filter(|(_, uuid)| *uuid == id).ok_or_else(unknown)?;
    let (state, name) = wishes::state_of_root(transaction, root)?.ok_or_else(unknown)?;
    if proposal.state_type() != StateType::Cancelling {
        return Err(unknown());
    }
    if state.is_final() {
        let reason = format!("the run is {name}, and cannot become {}", proposal.state_type().as_str());
        return Ok(Verdict::Abort { reason });
    }
    wishes::leave(transaction, root, &Wish::Cancel)?;
    Ok(Verdict::Accept(StateRecord {
        state_type: StateType::Cancelling,
        state_name: proposal.state.as_str().to_owned(),
        at: now,
        run_count: 0,
        due: None,
        message: proposal.message.clone(),
    }))
}

fn facts(
    transaction: &Transaction<'_>,
    known: &Known,
    proposal: &Proposal,
    now: Timestamp,
) -> rusqlite::Result<Facts> {
    let state = &known.run.state;
    let is_claim = state.state_type == StateType::Scheduled && proposal.state_type() == StateType::Pending;
    let due = match state.state_type {
        StateType::Paused => state.due,
        _ => Some(known.due.max(state.due.unwrap_or(known.due))),
    };
    Ok(Facts {
        state_type: state.state_type,
        state_name: state.state_name.clone(),
        due,
        worker: known.run.worker.clone(),
        has_deployment: known.deployment.is_some(),
        has_begun: known.run.run_count > 0,
        is_repeated: known.transition == Some(*proposal.transition.as_bytes()),
        full_place: if is_claim { full_place(transaction, known.root)? } else { None },
        room: if is_claim { room(transaction, known.deployment)? } else { Room::Free },
        now,
    })
}

/// The queue or the pool of a run, in words, where it has as many runs as it allows. Two workers that were shown the
/// last place at once find out here that one of them has it.
fn full_place(transaction: &Transaction<'_>, root: i64) -> rusqlite::Result<Option<String>> {
    let mut statement = transaction.prepare_cached(sql::FULL_PLACE_OF_RUN)?;
    Ok(statement.query_row([root], |row| row.get(0)).optional()?.flatten())
}

/// Whether a deployment has room for one more run.
pub(super) fn room(transaction: &Transaction<'_>, deployment: Option<i64>) -> rusqlite::Result<Room> {
    let Some(deployment) = deployment else { return Ok(Room::Free) };
    let limit = transaction
        .prepare_cached(sql::ROOM_OF_DEPLOYMENT)?
        .query_row([deployment], |row| Ok((row.get::<_, Option<u32>>(0)?, row.get(1)?)))
        .optional()?;
    let Some((Some(limit), cancels_new)) = limit else { return Ok(Room::Free) };
    let mut count = transaction.prepare_cached(sql::RUNNING_OF_DEPLOYMENT)?;
    let running: u32 = count.query_row([deployment], |row| row.get(0))?;
    Ok(match (limit, cancels_new) {
        (0, _) => Room::Never,
        _ if running < limit => Room::Free,
        (_, true) => Room::Cancel,
        (_, false) => Room::Wait,
    })
}

fn accept(
    transaction: &Transaction<'_>,
    known: &Known,
    proposal: &Proposal,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let to = proposal.state_type();
    let due = match to {
        StateType::Scheduled => Some(proposal.due.unwrap_or(now)),
        StateType::Paused => proposal.due,
        // What was scheduled for later begins then, whoever has claimed it.
        StateType::Pending => known.run.state.due,
        _ => None,
    };
    let from = known.run.state.state_type;
    // What begins anew is anybody's; an attempt in a process stays that worker's.
    let is_free_again = to == StateType::Scheduled && (from.is_final() || from == StateType::Paused);
    let leaves = proposal.state == StateName::Suspended;
    let worker =
        if is_free_again || leaves { None } else { proposal.worker.as_ref().or(known.run.worker.as_ref()) };
    if let Some(worker) = &proposal.worker {
        transaction.prepare_cached(sql::MEET_WORKER)?.execute(params![worker, nanoseconds(now)])?;
    }
    let next =
        Next { state_type: to, state_name: proposal.state.as_str(), message: proposal.message.clone(), due };
    let transition = Some(*proposal.transition.as_bytes());
    let claim = Claim { worker: worker.map(String::as_str), transition, crashes: known.crashes };
    write(transaction, known.root, &next, &claim, now)?;
    if leaves {
        transaction.prepare_cached(sql::SET_PAUSE_KEY)?.execute(params![known.root, proposal.pause_key])?;
        // It is no run of this process any more, and does not end with it.
        transaction.prepare_cached(all::DISOWN_ROOT_RUN)?.execute([known.root])?;
    }
    Ok(())
}

/// Whose a run is from now on.
pub(super) struct Claim<'a> {
    pub(super) worker: Option<&'a str>,
    pub(super) transition: Option<[u8; 16]>,
    pub(super) crashes: u32,
}

/// Brings a run into a state.
pub(super) fn write(
    transaction: &Transaction<'_>,
    root: i64,
    state: &Next,
    claim: &Claim<'_>,
    now: Timestamp,
) -> rusqlite::Result<()> {
    transaction.prepare_cached(sql::SET_STATE)?.execute(params![
        root,
        state.state_type.as_str(),
        state.state_name,
        nanoseconds(now),
        state.due.map(nanoseconds),
        state.message,
        state.state_type == StateType::Running,
    ])?;
    let due = state.due.filter(|_| state.state_type == StateType::Scheduled);
    transaction.prepare_cached(sql::SET_CLAIM)?.execute(params![
        root,
        claim.worker,
        claim.transition,
        due.map(nanoseconds),
        claim.crashes,
    ])?;
    Ok(())
}
