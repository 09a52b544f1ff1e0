//! Limits over all processes: slots that are leased, and slots that come back by themselves.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Row, Transaction, params};
use uuid::Uuid;

use super::{Failure, StoreOrchestrator, nanoseconds, now};
use crate::embedded::runs::timestamp;
use crate::embedded::sql::orchestrator as sql;
use crate::limit_record::{Acquired, Acquisition, LeaseId, LimitRecord, NewLimit};
use crate::orchestrator::{Answer, Limits};

/// How soon to ask again for slots that are given back.
const RETRY: Duration = Duration::from_secs(1);

impl Limits for StoreOrchestrator {
    fn set_limit(&self, limit: NewLimit) -> Answer<'_, LimitRecord> {
        self.write(move |transaction| {
            let decay = limit.slot_decay_per_second;
            if !decay.is_finite() || decay < 0.0 {
                return Err(Failure::invalid(
                    format!("slot_decay_per_second {decay}"),
                    "write how many slots come back each second, 0 or more",
                ));
            }
            let now = now();
            let values = params![limit.name, limit.limit, limit.active, decay, nanoseconds(now)];
            transaction.execute(sql::SET_LIMIT, values)?;
            let known = limits(transaction, Some(&limit.name), now)?.into_iter().next();
            known
                .map(|known| known.record)
                .ok_or_else(|| Failure::not_found("limit", &limit.name, Vec::new()))
        })
    }

    fn limits(&self) -> Answer<'_, Vec<LimitRecord>> {
        self.read(|transaction| {
            Ok(limits(transaction, None, now())?.into_iter().map(|known| known.record).collect())
        })
    }

    fn delete_limit<'a>(&'a self, name: &'a str) -> Answer<'a, bool> {
        self.write(move |transaction| {
            transaction.execute(sql::DELETE_LIMIT_SLOTS, [name])?;
            Ok(transaction.execute(sql::DELETE_LIMIT, [name])? > 0)
        })
    }

    fn acquire(&self, acquisition: Acquisition) -> Answer<'_, Acquired> {
        self.write(move |transaction| acquire(transaction, &acquisition, now()))
    }

    fn renew(&self, lease: LeaseId) -> Answer<'_, bool> {
        self.write(move |transaction| {
            Ok(transaction.execute(sql::RENEW, params![lease.0.as_bytes(), nanoseconds(now())])? > 0)
        })
    }

    fn release(&self, lease: LeaseId) -> Answer<'_, ()> {
        self.write(move |transaction| {
            transaction.execute(sql::RELEASE, [lease.0.as_bytes()])?;
            Ok(())
        })
    }
}

/// A limit, and how many of its slots are still coming back.
struct Known {
    record: LimitRecord,
    decaying: f64,
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

fn acquire(transaction: &Transaction<'_>, wanted: &Acquisition, now: Timestamp) -> Result<Acquired, Failure> {
    let mut names: Vec<_> = wanted.names.iter().collect();
    names.sort_unstable();
    names.dedup();
    let mut of_names = Vec::new();
    for name in names {
        of_names.extend(
            limits(transaction, Some(name), now)?.into_iter().filter(|known| known.record.spec.active),
        );
    }
    let mut retry_after = None;
    for Known { record, decaying } in &of_names {
        let (spec, slots) = (&record.spec, wanted.slots);
        if slots > spec.limit {
            let message =
                format!("{slots} slots of `{}` are asked for, and it has {}", spec.name, spec.limit);
            return Err(Failure::invalid("slots", message));
        }
        let missing = u64::from(record.taken) + u64::from(slots);
        if missing > u64::from(spec.limit) {
            let wait = until_free(spec, *decaying, slots);
            retry_after = Some(retry_after.map_or(wait, |known: Duration| known.max(wait)));
        }
    }
    if let Some(retry_after) = retry_after {
        return Ok(Acquired::Full { retry_after });
    }
    take(transaction, &of_names, wanted, now).map(Acquired::Lease)
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

fn take(
    transaction: &Transaction<'_>,
    limits: &[Known],
    wanted: &Acquisition,
    now: Timestamp,
) -> Result<LeaseId, Failure> {
    let id = Uuid::now_v7();
    let lasts = i64::try_from(wanted.lease.as_nanos()).unwrap_or(i64::MAX);
    let ends = nanoseconds(now).saturating_add(lasts);
    transaction.execute(sql::INSERT_LEASE, params![id.as_bytes(), lasts, ends])?;
    for Known { record, decaying } in limits {
        let name = &record.spec.name;
        if record.spec.slot_decay_per_second > 0.0 {
            let decaying = decaying + f64::from(wanted.slots);
            transaction.execute(sql::TAKE_DECAYING, params![name, decaying, nanoseconds(now)])?;
        } else {
            transaction.execute(sql::INSERT_SLOT, params![name, id.as_bytes(), wanted.slots])?;
        }
    }
    Ok(LeaseId(id))
}
