//! Slots for whoever asks: all of them or none, and first come, first served.

use std::sync::LazyLock;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use super::{Failure, Known, limits, nanoseconds, release_ended};
use crate::embedded::process::Identity;
use crate::embedded::runs::timestamp;
use crate::embedded::sql::orchestrator as sql;
use crate::limit_record::{Acquired, Acquisition, LimitRecord, Mode, NewLimit, Taken};

/// How soon to ask again for slots that are given back. To be told that they are not takes some tens of microseconds.
const RETRY: Duration = Duration::from_millis(100);

/// How much later than it was told somebody may ask again, and still has its place.
const GRACE: Duration = Duration::from_secs(2);

static HERE: LazyLock<Identity> = LazyLock::new(Identity::of_this_process);

/// How things stand for somebody who wants slots.
enum Standing {
    /// There is nothing to take, or there never will be.
    Settled(Acquired),
    /// They are free, and these limits hold.
    Free { known: Vec<String>, holding: Vec<Known> },
    /// They are not.
    Full { retry_after: Duration, holding: Vec<Known> },
}

/// The answer, where nothing has to be written for it.
pub(super) fn look_only(
    transaction: &Transaction<'_>,
    wanted: &Acquisition,
    now: Timestamp,
) -> Result<Option<Acquired>, Failure> {
    match look(transaction, wanted, now)? {
        Standing::Settled(answer) => Ok(Some(answer)),
        Standing::Free { .. } => Ok(None),
        Standing::Full { retry_after, holding } => {
            let waits = dead_holders(transaction, &holding, now)?.is_empty()
                && has_place(transaction, wanted, holding.len(), later(now, retry_after))?;
            Ok(waits.then_some(Acquired::Full { retry_after }))
        }
    }
}

pub(super) fn acquire(
    transaction: &Transaction<'_>,
    wanted: &Acquisition,
    now: Timestamp,
) -> Result<Acquired, Failure> {
    release_ended(transaction, now)?;
    // Whoever asks again for what it has already has not heard the answer.
    transaction.execute(sql::RELEASE, [wanted.lease.0.as_bytes()])?;
    let mut standing = look(transaction, wanted, now)?;
    if let Standing::Full { holding, .. } = &standing {
        let dead = dead_holders(transaction, holding, now)?;
        release_of(transaction, &dead)?;
        if !dead.is_empty() {
            standing = look(transaction, wanted, now)?;
        }
    }
    match standing {
        Standing::Settled(answer) => Ok(answer),
        Standing::Free { known, holding } => {
            take(transaction, known, &holding, wanted, now).map(Acquired::Slots)
        }
        Standing::Full { retry_after, holding } => {
            keep_place(transaction, wanted, &holding, later(now, retry_after.saturating_add(GRACE)))?;
            Ok(Acquired::Full { retry_after })
        }
    }
}

/// All limits, and the processes that have slots of them and have ended.
pub(super) fn all(
    transaction: &Transaction<'_>,
    now: Timestamp,
) -> Result<(Vec<LimitRecord>, Vec<Identity>), Failure> {
    let known = limits(transaction, None, now)?;
    let dead = dead_holders(transaction, &known, now)?;
    Ok((known.into_iter().map(|known| known.record).collect(), dead))
}

/// Gives back what these processes have.
pub(super) fn release_of(transaction: &Transaction<'_>, dead: &[Identity]) -> rusqlite::Result<()> {
    for Identity { pid, machine, pid_started } in dead {
        transaction.execute(sql::RELEASE_OF_PROCESS, params![pid, machine, pid_started])?;
    }
    Ok(())
}

fn look(transaction: &Transaction<'_>, wanted: &Acquisition, now: Timestamp) -> Result<Standing, Failure> {
    let mut names: Vec<_> = wanted.names.iter().collect();
    names.sort_unstable();
    names.dedup();
    let (mut known, mut holding) = (Vec::new(), Vec::new());
    for name in names {
        for limit in limits(transaction, Some(name), now)? {
            known.push(name.clone());
            if limit.record.spec.active {
                holding.push(limit);
            }
        }
    }
    let mut retry_after = None;
    for Known { record, decaying } in &holding {
        let (spec, slots) = (&record.spec, wanted.slots);
        if slots > spec.limit {
            let name = spec.name.clone();
            return Ok(Standing::Settled(Acquired::TooMany { name, slots: spec.limit }));
        }
        if wanted.mode == Mode::Rate && spec.slot_decay_per_second <= 0.0 {
            return Ok(Standing::Settled(Acquired::NoRate { name: spec.name.clone() }));
        }
        let missing = u64::from(record.taken) + u64::from(slots) > u64::from(spec.limit);
        let wait = if missing { Some(until_free(spec, *decaying, slots)) } else { None };
        let wait = match wait {
            None if is_behind(transaction, &spec.name, wanted, now)? => Some(RETRY),
            wait => wait,
        };
        retry_after = retry_after.max(wait);
    }
    Ok(match retry_after {
        Some(retry_after) => Standing::Full { retry_after, holding },
        None if holding.is_empty() => Standing::Settled(Acquired::Slots(Taken::new(known, false))),
        None => Standing::Free { known, holding },
    })
}

/// How long it takes until slots of a limit may be free.
fn until_free(spec: &NewLimit, decaying: f64, slots: u32) -> Duration {
    if spec.slot_decay_per_second <= 0.0 {
        return RETRY;
    }
    let over = decaying + f64::from(slots) - f64::from(spec.limit);
    Duration::try_from_secs_f64(over / spec.slot_decay_per_second)
        .unwrap_or(RETRY)
        .max(Duration::from_millis(1))
}

/// Whether somebody else who came before waits for slots of a limit.
fn is_behind(
    transaction: &Transaction<'_>,
    name: &str,
    wanted: &Acquisition,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let values = params![name, wanted.lease.0.as_bytes(), nanoseconds(now)];
    transaction.prepare_cached(sql::IS_BEHIND)?.query_row(values, |row| row.get(0))
}

/// Whether a place that is waited in is kept for a while longer than `until`.
fn has_place(
    transaction: &Transaction<'_>,
    wanted: &Acquisition,
    limits: usize,
    until: Timestamp,
) -> rusqlite::Result<bool> {
    let mut statement = transaction.prepare_cached(sql::KEPT_PLACE)?;
    statement.query_row([wanted.lease.0.as_bytes()], |row| {
        let (kept, count): (Option<i64>, u32) = (row.get(0)?, row.get(1)?);
        Ok(usize::try_from(count).is_ok_and(|count| count >= limits)
            && kept.is_some_and(|kept| timestamp(kept) >= later(until, GRACE / 2)))
    })
}

fn keep_place(
    transaction: &Transaction<'_>,
    wanted: &Acquisition,
    holding: &[Known],
    until: Timestamp,
) -> rusqlite::Result<()> {
    let lease = wanted.lease.0.as_bytes();
    let place: i64 = transaction.query_row(sql::NEXT_PLACE, [lease], |row| row.get(0))?;
    for known in holding {
        let values = params![known.record.spec.name, lease, place, nanoseconds(until)];
        transaction.execute(sql::KEEP_PLACE, values)?;
    }
    Ok(())
}

/// The processes that have slots of these limits, and of which the system knows that they have ended.
fn dead_holders(
    transaction: &Transaction<'_>,
    holding: &[Known],
    now: Timestamp,
) -> rusqlite::Result<Vec<Identity>> {
    let mut statement = transaction.prepare_cached(sql::HOLDERS)?;
    let mut dead = Vec::new();
    for known in holding {
        let holders = statement.query_map(params![known.record.spec.name, nanoseconds(now)], |row| {
            Ok(Identity { pid: row.get(0)?, machine: row.get(1)?, pid_started: row.get(2)? })
        })?;
        for holder in holders {
            let holder = holder?;
            if holder.is_alive(&HERE) == Some(false) {
                dead.push(holder);
            }
        }
    }
    Ok(dead)
}

fn later(now: Timestamp, by: Duration) -> Timestamp {
    now.saturating_add(by).unwrap_or(Timestamp::MAX)
}

fn take(
    transaction: &Transaction<'_>,
    known: Vec<String>,
    holding: &[Known],
    wanted: &Acquisition,
    now: Timestamp,
) -> Result<Taken, Failure> {
    let id = wanted.lease.0.as_bytes();
    transaction.execute(sql::LEAVE_PLACE, [id])?;
    let is_leased = holding.iter().any(|known| known.record.spec.slot_decay_per_second <= 0.0);
    if is_leased {
        let lasts = i64::try_from(wanted.lasts.as_nanos()).unwrap_or(i64::MAX);
        let ends = nanoseconds(now).saturating_add(lasts);
        let Identity { pid, machine, pid_started } = &*HERE;
        transaction.execute(sql::INSERT_LEASE, params![id, lasts, ends, pid, machine, pid_started])?;
    }
    for Known { record, decaying } in holding {
        let name = &record.spec.name;
        if record.spec.slot_decay_per_second > 0.0 {
            let decaying = decaying + f64::from(wanted.slots);
            transaction.execute(sql::TAKE_DECAYING, params![name, decaying, nanoseconds(now)])?;
        } else {
            transaction.execute(sql::INSERT_SLOT, params![name, id, wanted.slots])?;
        }
    }
    Ok(Taken::new(known, is_leased))
}
