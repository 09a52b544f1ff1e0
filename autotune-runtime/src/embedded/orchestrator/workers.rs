//! Who runs what is scheduled, and what is due.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Row, Transaction, params};

use super::rows::{self, text};
use super::work_pools::{self, KnownQueue};
use super::{Failure, StoreOrchestrator, nanoseconds, now};
use crate::embedded::runs::{self, timestamp};
use crate::embedded::sql::orchestrator as sql;
use crate::flow_run::FlowRun;
use crate::id::RunId;
use crate::orchestrator::{Answer, Workers};
use crate::state::{StateName, StateType};
use crate::worker_record::{Heartbeat, Orders, Poll, WorkerRecord};

/// After how many intervals without a heartbeat a worker is taken for dead.
const MISSED: i64 = 3;

/// How often it is written that a queue was polled: a poll need not write.
const POLLED_EVERY: Duration = Duration::from_secs(5);

impl Workers for StoreOrchestrator {
    fn due_runs<'a>(&'a self, poll: &'a Poll) -> Answer<'a, Vec<FlowRun>> {
        Box::pin(async move {
            let now = now();
            let (runs, polled) = self.read(move |transaction| due_runs(transaction, poll, now)).await?;
            if !polled.is_empty() {
                self.write(move |transaction| note_poll(transaction, &polled, now)).await?;
            }
            Ok(runs)
        })
    }

    fn heartbeat<'a>(&'a self, heartbeat: &'a Heartbeat) -> Answer<'a, Orders> {
        self.write(move |transaction| {
            let every =
                i64::try_from(heartbeat.interval.as_nanos()).unwrap_or(i64::MAX / 4).min(i64::MAX / 4);
            let values = params![heartbeat.worker, heartbeat.pool, every, nanoseconds(now())];
            transaction.execute(sql::HEARTBEAT, values)?;
            orders(transaction, heartbeat)
        })
    }

    fn leave<'a>(&'a self, worker: &'a str) -> Answer<'a, ()> {
        self.write(move |transaction| {
            transaction.execute(sql::LEAVE, [worker])?;
            Ok(())
        })
    }

    fn workers(&self) -> Answer<'_, Vec<WorkerRecord>> {
        self.read(|transaction| {
            let now = nanoseconds(now());
            let day = i64::try_from(Duration::from_hours(24).as_nanos()).unwrap_or(i64::MAX);
            let mut statement = transaction.prepare_cached(sql::WORKERS)?;
            let workers = statement.query_map([now.saturating_sub(day)], |row| record(row, now))?;
            Ok(workers.collect::<Result<_, _>>()?)
        })
    }

    fn runs_of<'a>(&'a self, worker: &'a str) -> Answer<'a, Vec<RunId>> {
        self.read(move |transaction| {
            Ok(claimed(transaction, worker)?.into_iter().map(|(id, _)| id).collect())
        })
    }
}

type Due = (Vec<FlowRun>, Vec<i64>);

fn due_runs(transaction: &Transaction<'_>, poll: &Poll, now: Timestamp) -> Result<Due, Failure> {
    let of_pool = work_pools::pool(transaction, &poll.pool)?;
    let queues = work_pools::queues(transaction, Some(&poll.pool))?;
    let mut polled = Vec::new();
    let mut runs = Vec::new();
    if of_pool.paused {
        return Ok((runs, polled));
    }
    let mut room = poll.limit;
    if let Some(limit) = of_pool.limit {
        let running: u32 = queues.iter().map(|queue| queue.queue.running).sum();
        room = room.min(limit.saturating_sub(running));
    }
    let flows = (!poll.flows.is_empty()).then(|| text(&poll.flows));
    let is_wanted = |known: &&KnownQueue| poll.queues.is_empty() || poll.queues.contains(&known.queue.name);
    let mut due = transaction.prepare_cached(sql::DUE_RUNS)?;
    for KnownQueue { row, queue } in queues.iter().filter(is_wanted) {
        let is_fresh = |at: Timestamp| now < at.saturating_add(POLLED_EVERY).unwrap_or(Timestamp::MAX);
        if !queue.last_polled.is_some_and(is_fresh) {
            polled.push(*row);
        }
        let of_queue = queue.concurrency_limit.map_or(u32::MAX, |limit| limit.saturating_sub(queue.running));
        let take = room.min(of_queue);
        if queue.paused || take == 0 {
            continue;
        }
        let values = params![row, nanoseconds(poll.before), flows, take];
        let before = runs.len();
        for run in due.query_map(values, |row| Ok(rows::read(row)?.run))? {
            runs.push(run?);
        }
        room -= u32::try_from(runs.len() - before).unwrap_or(room).min(room);
    }
    Ok((runs, polled))
}

fn note_poll(transaction: &Transaction<'_>, queues: &[i64], now: Timestamp) -> Result<(), Failure> {
    for queue in queues {
        transaction.execute(sql::POLLED, params![queue, nanoseconds(now)])?;
    }
    Ok(())
}

/// The runs that a worker has claimed and that have not ended.
fn claimed(transaction: &Transaction<'_>, worker: &str) -> rusqlite::Result<Vec<(RunId, StateType)>> {
    let mut statement = transaction.prepare_cached(sql::RUNS_OF_WORKER)?;
    statement.query_map([worker], |row| Ok((runs::id(row, 0)?, runs::state_type(row, 1)?)))?.collect()
}

fn orders(transaction: &Transaction<'_>, heartbeat: &Heartbeat) -> Result<Orders, Failure> {
    let mut orders = Orders::default();
    let claimed = claimed(transaction, &heartbeat.worker)?;
    let cancelling = claimed.iter().filter(|(_, state)| *state == StateType::Cancelling);
    orders.cancel = cancelling.map(|(id, _)| *id).collect();
    for &id in &heartbeat.runs {
        if claimed.iter().any(|(known, _)| *known == id) {
            continue;
        }
        // What has ended by itself needs no word; what somebody else ended or has, does.
        let is_done = rows::find(transaction, id)?.is_some_and(|known| {
            let state = &known.run.state;
            let is_own = known.run.worker.as_deref() == Some(heartbeat.worker.as_str());
            let has_ended = matches!(state.state_type, StateType::Completed | StateType::Failed);
            (is_own && has_ended) || state.state_name == StateName::Suspended.as_str()
        });
        if !is_done {
            orders.lost.push(id);
        }
    }
    Ok(orders)
}

fn record(row: &Row<'_>, now: i64) -> rusqlite::Result<WorkerRecord> {
    let (last, every): (i64, i64) = (row.get(2)?, row.get(3)?);
    Ok(WorkerRecord {
        name: row.get(0)?,
        pool: row.get(1)?,
        last_heartbeat: timestamp(last),
        is_online: last.saturating_add(every.saturating_mul(MISSED)) >= now,
        running: row.get(4)?,
    })
}
