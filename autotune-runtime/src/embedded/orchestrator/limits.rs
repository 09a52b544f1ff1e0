//! Limits over all processes: slots that are leased, and slots that come back by themselves.

mod acquire;

use jiff::Timestamp;
use rusqlite::{Row, Transaction, params};

use super::{Failure, StoreOrchestrator, nanoseconds, now};
use crate::embedded::runs::timestamp;
use crate::embedded::sql::orchestrator as sql;
use crate::limit_record::{Acquired, Acquisition, LeaseId, LimitPatch, LimitRecord, NewLimit};
use crate::orchestrator::{Answer, Limits};

impl Limits for StoreOrchestrator {
    fn set_limit(&self, limit: NewLimit) -> Answer<'_, LimitRecord> {
        self.write(move |transaction| {
            let decay = decay(limit.slot_decay_per_second)?;
            let now = now();
            let values = params![limit.name, limit.limit, limit.active, decay, nanoseconds(now)];
            transaction.execute(sql::SET_LIMIT, values)?;
            Ok(one(transaction, &limit.name, now)?.record)
        })
    }

    fn limits(&self) -> Answer<'_, Vec<LimitRecord>> {
        Box::pin(async move {
            let (known, dead) = self.read(|transaction| acquire::all(transaction, now())).await?;
            if dead.is_empty() {
                return Ok(known);
            }
            // What is taken is not shown as if its process still had it.
            self.write(move |transaction| {
                acquire::release_of(transaction, &dead)?;
                Ok(limits(transaction, None, now())?.into_iter().map(|known| known.record).collect())
            })
            .await
        })
    }

    fn change_limit<'a>(&'a self, name: &'a str, patch: LimitPatch) -> Answer<'a, LimitRecord> {
        self.write(move |transaction| {
            let now = now();
            let spec = one(transaction, name, now)?.record.spec;
            let slots = patch.limit.unwrap_or(spec.limit);
            let active = patch.active.unwrap_or(spec.active);
            let decay = decay(patch.slot_decay_per_second.unwrap_or(spec.slot_decay_per_second))?;
            transaction.execute(sql::CHANGE_LIMIT, params![name, slots, active, decay])?;
            Ok(one(transaction, name, now)?.record)
        })
    }

    fn delete_limit<'a>(&'a self, name: &'a str) -> Answer<'a, bool> {
        self.write(move |transaction| {
            transaction.execute(sql::DELETE_LIMIT_SLOTS, [name])?;
            Ok(transaction.execute(sql::DELETE_LIMIT, [name])? > 0)
        })
    }

    fn acquire(&self, acquisition: Acquisition) -> Answer<'_, Acquired> {
        Box::pin(async move {
            // Whoever is not limited, or still has to wait, holds up nobody else that writes.
            let answer =
                self.read(|transaction| acquire::look_only(transaction, &acquisition, now())).await?;
            match answer {
                Some(answer) => Ok(answer),
                None => self.write(|transaction| acquire::acquire(transaction, &acquisition, now())).await,
            }
        })
    }

    fn renew(&self, lease: LeaseId) -> Answer<'_, bool> {
        self.write(move |transaction| {
            Ok(transaction.execute(sql::RENEW, params![lease.0.as_bytes(), nanoseconds(now())])? > 0)
        })
    }

    fn release(&self, lease: LeaseId) -> Answer<'_, ()> {
        self.write(move |transaction| {
            transaction.execute(sql::RELEASE, [lease.0.as_bytes()])?;
            transaction.execute(sql::LEAVE_PLACE, [lease.0.as_bytes()])?;
            Ok(())
        })
    }
}

/// Forgets leases that have ended, and who has waited and gone.
pub(super) fn release_ended(transaction: &Transaction<'_>, now: Timestamp) -> rusqlite::Result<()> {
    transaction.execute(sql::RELEASE_ENDED, [nanoseconds(now)])?;
    transaction.execute(sql::LEAVE_OLD_PLACES, [nanoseconds(now)])?;
    Ok(())
}

fn decay(per_second: f64) -> Result<f64, Failure> {
    if !per_second.is_finite() || per_second < 0.0 {
        return Err(Failure::invalid(
            format!("slot_decay_per_second {per_second}"),
            "write how many slots come back each second, 0 or more",
        ));
    }
    Ok(per_second)
}

/// A limit, and how many of its slots are still coming back.
struct Known {
    record: LimitRecord,
    decaying: f64,
}

/// The limit of this name, which must be there.
fn one(transaction: &Transaction<'_>, name: &str, now: Timestamp) -> Result<Known, Failure> {
    if let Some(known) = limits(transaction, Some(name), now)?.pop() {
        return Ok(known);
    }
    let names = limits(transaction, None, now)?.into_iter().map(|known| known.record.spec.name);
    Err(Failure::not_found("limit", name, names.collect()))
}

fn limits(transaction: &Transaction<'_>, name: Option<&str>, now: Timestamp) -> rusqlite::Result<Vec<Known>> {
    let mut statement = transaction.prepare_cached(sql::LIMITS)?;
    statement.query_map(params![nanoseconds(now), name], |row| read(row, now))?.collect()
}

fn read(row: &Row<'_>, now: Timestamp) -> rusqlite::Result<Known> {
    let spec = NewLimit {
        name: row.get(0)?,
        limit: row.get(1)?,
        active: row.get(2)?,
        slot_decay_per_second: row.get(3)?,
    };
    let since = now.duration_since(timestamp(row.get(5)?)).as_secs_f64().max(0.0);
    let decaying = (row.get::<_, f64>(4)? - since * spec.slot_decay_per_second).max(0.0);
    let leased: u32 = row.get(6)?;
    // A slot is free again once all of it has come back.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "no more are taken than a limit has, which is a number of 32 bits"
    )]
    let taken = leased.saturating_add((decaying - 1e-9).ceil() as u32);
    Ok(Known { record: LimitRecord { spec, taken }, decaying })
}
