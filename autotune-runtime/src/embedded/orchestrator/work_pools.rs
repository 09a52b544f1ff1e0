//! Pools of work, and the queues in them.

use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::{Failure, StoreOrchestrator};
use crate::embedded::runs::timestamp;
use crate::embedded::sql::orchestrator as sql;
use crate::orchestrator::{Answer, WorkPools};
use crate::work_pool::{
    DEFAULT, NewWorkPool, NewWorkQueue, WorkPool, WorkPoolPatch, WorkQueue, WorkQueuePatch,
};

impl WorkPools for StoreOrchestrator {
    fn create_work_pool(&self, new: NewWorkPool) -> Answer<'_, WorkPool> {
        self.write(move |transaction| {
            if find_pool(transaction, &new.name)?.is_some() {
                return Err(Failure::exists("work pool", &new.name));
            }
            let values = params![new.name, new.concurrency_limit];
            let id: i64 = transaction.query_row(sql::INSERT_POOL, values, |row| row.get(0))?;
            insert_queue(transaction, id, DEFAULT, 1, None)?;
            Ok(pool(transaction, &new.name)?.into_pool(&new.name))
        })
    }

    fn work_pools(&self) -> Answer<'_, Vec<WorkPool>> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached(sql::POOLS)?;
            let pools = statement.query_map([], |row| {
                let name: String = row.get(1)?;
                Ok(read_pool(row)?.into_pool(&name))
            })?;
            Ok(pools.collect::<Result<_, _>>()?)
        })
    }

    fn change_work_pool<'a>(&'a self, name: &'a str, patch: WorkPoolPatch) -> Answer<'a, WorkPool> {
        self.write(move |transaction| {
            let mut known = pool(transaction, name)?;
            known.limit = patch.concurrency_limit.unwrap_or(known.limit);
            known.paused = patch.paused.unwrap_or(known.paused);
            transaction.execute(sql::CHANGE_POOL, params![known.id, known.limit, known.paused])?;
            Ok(known.into_pool(name))
        })
    }

    fn create_work_queue(&self, new: NewWorkQueue) -> Answer<'_, WorkQueue> {
        self.write(move |transaction| {
            let pool = pool(transaction, &new.pool)?;
            if find_queue(transaction, &new.pool, &new.name)?.is_some() {
                return Err(Failure::exists("work queue", format!("{}/{}", new.pool, new.name)));
            }
            let priority = match new.priority {
                Some(priority) => at_least_one(priority)?,
                None => last_priority(transaction, pool.id)?,
            };
            make_room(transaction, pool.id, priority, None)?;
            insert_queue(transaction, pool.id, &new.name, priority, new.concurrency_limit)?;
            known_queue(transaction, &new.pool, &new.name).map(|known| known.queue)
        })
    }

    fn work_queues<'a>(&'a self, pool: Option<&'a str>) -> Answer<'a, Vec<WorkQueue>> {
        self.read(move |transaction| {
            if let Some(name) = pool {
                self::pool(transaction, name)?;
            }
            Ok(queues(transaction, pool)?.into_iter().map(|known| known.queue).collect())
        })
    }

    fn change_work_queue<'a>(
        &'a self,
        pool: &'a str,
        queue: &'a str,
        patch: WorkQueuePatch,
    ) -> Answer<'a, WorkQueue> {
        self.write(move |transaction| {
            let known = known_queue(transaction, pool, queue)?;
            let priority = patch.priority.unwrap_or(known.queue.priority);
            if priority != known.queue.priority {
                let pool = self::pool(transaction, pool)?;
                make_room(transaction, pool.id, at_least_one(priority)?, Some(known.row))?;
            }
            let limit = patch.concurrency_limit.unwrap_or(known.queue.concurrency_limit);
            let paused = patch.paused.unwrap_or(known.queue.paused);
            transaction.execute(sql::CHANGE_QUEUE, params![known.row, priority, limit, paused])?;
            known_queue(transaction, pool, queue).map(|known| known.queue)
        })
    }

    fn delete_work_queue<'a>(&'a self, pool: &'a str, name: &'a str) -> Answer<'a, bool> {
        self.write(move |transaction| {
            if name == DEFAULT {
                return Err(Failure::invalid(
                    "work queue `default`",
                    "a pool always has it; pause it instead",
                ));
            }
            let Some(id) = find_queue(transaction, pool, name)? else { return Ok(false) };
            let rest = queue(transaction, pool, DEFAULT)?;
            transaction.execute(sql::LEAVE_QUEUE, [id, rest])?;
            transaction.execute(sql::LEAVE_QUEUE_OF_DEPLOYMENTS, [id, rest])?;
            Ok(transaction.execute(sql::DELETE_QUEUE, [id])? > 0)
        })
    }
}

/// A pool, and its row.
pub(super) struct KnownPool {
    pub(super) id: i64,
    pub(super) limit: Option<u32>,
    pub(super) paused: bool,
}

impl KnownPool {
    fn into_pool(self, name: &str) -> WorkPool {
        WorkPool { name: name.to_owned(), concurrency_limit: self.limit, paused: self.paused }
    }
}

/// A queue, and its row.
pub(super) struct KnownQueue {
    pub(super) row: i64,
    pub(super) queue: WorkQueue,
}

fn read_pool(row: &Row<'_>) -> rusqlite::Result<KnownPool> {
    Ok(KnownPool { id: row.get(0)?, limit: row.get(2)?, paused: row.get(3)? })
}

fn find_pool(transaction: &Transaction<'_>, name: &str) -> rusqlite::Result<Option<KnownPool>> {
    transaction.prepare_cached(sql::POOL)?.query_row([name], read_pool).optional()
}

/// The pool of this name, which must be there.
pub(super) fn pool(transaction: &Transaction<'_>, name: &str) -> Result<KnownPool, Failure> {
    if let Some(pool) = find_pool(transaction, name)? {
        return Ok(pool);
    }
    let mut statement = transaction.prepare_cached(sql::POOLS)?;
    let known = statement.query_map([], |row| row.get(1))?.collect::<Result<_, _>>()?;
    Err(Failure::not_found("work pool", name, known))
}

fn find_queue(transaction: &Transaction<'_>, pool: &str, name: &str) -> rusqlite::Result<Option<i64>> {
    transaction.prepare_cached(sql::QUEUE_OF_NAME)?.query_row([pool, name], |row| row.get(0)).optional()
}

/// The row of a queue, which must be there.
pub(super) fn queue(transaction: &Transaction<'_>, pool: &str, name: &str) -> Result<i64, Failure> {
    if let Some(queue) = find_queue(transaction, pool, name)? {
        return Ok(queue);
    }
    self::pool(transaction, pool)?;
    let known = queues(transaction, Some(pool))?.into_iter().map(|known| known.queue.name).collect();
    Err(Failure::not_found("work queue", name, known))
}

/// The row of a queue; it is made if there is none.
pub(super) fn queue_or_new(transaction: &Transaction<'_>, pool: &str, name: &str) -> Result<i64, Failure> {
    if let Some(queue) = find_queue(transaction, pool, name)? {
        return Ok(queue);
    }
    let pool = self::pool(transaction, pool)?;
    let priority = last_priority(transaction, pool.id)?;
    Ok(insert_queue(transaction, pool.id, name, priority, None)?)
}

/// The queues of a pool by priority, or of all.
pub(super) fn queues(transaction: &Transaction<'_>, pool: Option<&str>) -> rusqlite::Result<Vec<KnownQueue>> {
    let mut statement = transaction.prepare_cached(sql::QUEUES)?;
    let mut known: Vec<KnownQueue> = statement.query_map([pool], read_queue)?.collect::<Result<_, _>>()?;
    for KnownQueue { row, queue } in &mut known {
        let count = |of| transaction.prepare_cached(of)?.query_row([*row], |row| row.get(0));
        queue.scheduled = count(sql::SCHEDULED_OF_QUEUE)?;
        queue.running = count(sql::RUNNING_OF_QUEUE)?;
    }
    Ok(known)
}

fn known_queue(transaction: &Transaction<'_>, pool: &str, name: &str) -> Result<KnownQueue, Failure> {
    let row = queue(transaction, pool, name)?;
    let known = queues(transaction, Some(pool))?.into_iter().find(|known| known.row == row);
    known.ok_or_else(|| Failure::not_found("work queue", name, Vec::new()))
}

fn read_queue(row: &Row<'_>) -> rusqlite::Result<KnownQueue> {
    let queue = WorkQueue {
        pool: row.get(1)?,
        name: row.get(2)?,
        priority: row.get(3)?,
        concurrency_limit: row.get(4)?,
        paused: row.get(5)?,
        scheduled: 0,
        running: 0,
        last_polled: row.get::<_, Option<i64>>(6)?.map(timestamp),
    };
    Ok(KnownQueue { row: row.get(0)?, queue })
}

fn at_least_one(priority: u32) -> Result<u32, Failure> {
    if priority == 0 { Err(Failure::invalid("priority 0", "1 comes first")) } else { Ok(priority) }
}

/// The priority behind all others of a pool.
fn last_priority(transaction: &Transaction<'_>, pool: i64) -> rusqlite::Result<u32> {
    transaction.query_row(sql::LAST_PRIORITY, [pool], |row| row.get::<_, u32>(0)).map(|last| last + 1)
}

/// Moves those back that stand where another queue is to stand.
fn make_room(
    transaction: &Transaction<'_>,
    pool: i64,
    priority: u32,
    except: Option<i64>,
) -> rusqlite::Result<()> {
    if transaction.prepare(sql::HAS_PRIORITY)?.exists(params![pool, priority, except])? {
        transaction.execute(sql::MOVE_BACK, params![pool, priority])?;
    }
    Ok(())
}

fn insert_queue(
    transaction: &Transaction<'_>,
    pool: i64,
    name: &str,
    priority: u32,
    limit: Option<u32>,
) -> rusqlite::Result<i64> {
    transaction.query_row(sql::INSERT_QUEUE, params![pool, name, priority, limit], |row| row.get(0))
}
