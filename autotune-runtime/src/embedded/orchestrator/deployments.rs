//! Deployments, and the runs that are made of them.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};
use uuid::Uuid;

use super::flow_runs::{self, Place};
use super::rows::{json, text};
use super::{Failure, StoreOrchestrator, nanoseconds, now, schedules, work_pools};
use crate::deployment::{
    CatchUp, CollisionStrategy, Deployment, DeploymentConcurrency, DeploymentId, DeploymentPatch,
    DeploymentRun, DeploymentSchedule, NewDeployment,
};
use crate::embedded::runs::timestamp;
use crate::embedded::sql::orchestrator as sql;
use crate::flow_run::{FlowRun, NewFlowRun};
use crate::orchestrator::{Answer, Deployments};
use crate::state::StateName;

impl Deployments for StoreOrchestrator {
    fn apply(&self, deployment: NewDeployment) -> Answer<'_, Deployment> {
        self.write(move |transaction| apply(transaction, &deployment, now()))
    }

    fn deployment(&self, id: DeploymentId) -> Answer<'_, Option<Deployment>> {
        self.read(move |transaction| Ok(find(transaction, id)?.map(|known| known.deployment)))
    }

    fn deployment_named<'a>(&'a self, name: &'a str) -> Answer<'a, Deployment> {
        self.read(move |transaction| named(transaction, name))
    }

    fn deployments(&self) -> Answer<'_, Vec<Deployment>> {
        self.read(|transaction| Ok(all(transaction)?.into_iter().map(|known| known.deployment).collect()))
    }

    fn change_deployment(&self, id: DeploymentId, patch: DeploymentPatch) -> Answer<'_, Deployment> {
        self.write(move |transaction| change(transaction, id, &patch, now()))
    }

    fn delete_deployment(&self, id: DeploymentId) -> Answer<'_, bool> {
        self.write(move |transaction| {
            let Some(Known { row, .. }) = find(transaction, id)? else { return Ok(false) };
            let now = nanoseconds(now());
            transaction.execute(sql::UNBEGUN, params![row, None::<i64>, now])?;
            transaction.execute(sql::DELETE_SCHEDULES, [row])?;
            transaction.execute(sql::FORGET_DEPLOYMENT, [row])?;
            Ok(transaction.execute(sql::DELETE_DEPLOYMENT, [row])? > 0)
        })
    }

    fn run_deployment(&self, id: DeploymentId, run: DeploymentRun) -> Answer<'_, FlowRun> {
        self.write(move |transaction| {
            let known = known(transaction, id)?;
            let spec = known.deployment.spec;
            let (mut parameters, mut tags) = (spec.parameters, spec.tags);
            parameters.extend(run.parameters);
            tags.extend(run.tags);
            let new = NewFlowRun {
                version: spec.version,
                name: run.name,
                parameters,
                tags,
                state: StateName::Scheduled,
                due: run.due,
                idempotency_key: run.idempotency_key,
                ..NewFlowRun::of(spec.flow)
            };
            let place = Place { deployment: Some(known.row), queue: Some(known.queue), schedule: None };
            flow_runs::create(transaction, &new, place, now()).map(|known| known.run)
        })
    }
}

/// A deployment, and its rows.
pub(super) struct Known {
    pub(super) row: i64,
    pub(super) queue: i64,
    pub(super) deployment: Deployment,
}

/// A schedule, its row, and how far it has come.
pub(super) struct KnownSchedule {
    pub(super) row: i64,
    pub(super) schedule: DeploymentSchedule,
    pub(super) handled: Timestamp,
}

fn find(transaction: &Transaction<'_>, id: DeploymentId) -> rusqlite::Result<Option<Known>> {
    let mut statement = transaction.prepare_cached(sql::DEPLOYMENT)?;
    let found = statement.query_row([id.0.as_bytes()], read).optional()?;
    found.map(|known| complete(transaction, known)).transpose()
}

/// The deployment of this id, which must be there.
pub(super) fn known(transaction: &Transaction<'_>, id: DeploymentId) -> Result<Known, Failure> {
    find(transaction, id)?.ok_or_else(|| Failure::not_found("deployment", id, Vec::new()))
}

/// All deployments, by flow and name.
pub(super) fn all(transaction: &Transaction<'_>) -> rusqlite::Result<Vec<Known>> {
    let mut statement = transaction.prepare_cached(sql::DEPLOYMENTS)?;
    let known: Vec<Known> = statement.query_map([], read)?.collect::<Result<_, _>>()?;
    known.into_iter().map(|known| complete(transaction, known)).collect()
}

fn named(transaction: &Transaction<'_>, name: &str) -> Result<Deployment, Failure> {
    let mut all = all(transaction)?;
    let names: Vec<_> = all.iter().map(|known| known.deployment.full_name()).collect();
    let full = all.iter().position(|known| known.deployment.full_name() == name);
    let mut short = all.iter().enumerate().filter(|(_, known)| known.deployment.spec.name == name);
    let only = match (full, short.next(), short.next()) {
        (Some(full), ..) => full,
        (None, Some((only, _)), None) => only,
        (None, Some(_), Some(_)) => {
            let several: Vec<_> =
                names.iter().filter(|full| full.ends_with(&format!("/{name}"))).cloned().collect();
            let message = format!("several flows have one: write {}", several.join(" or "));
            return Err(Failure::invalid(format!("deployment `{name}`"), message));
        }
        (None, None, _) => return Err(Failure::not_found("deployment", name, names)),
    };
    Ok(all.swap_remove(only).deployment)
}

/// Reads a row of [`sql::DEPLOYMENTS`]; its schedules are elsewhere.
fn read(row: &Row<'_>) -> rusqlite::Result<Known> {
    let limit: Option<u32> = row.get(11)?;
    let collision = if row.get(12)? { CollisionStrategy::CancelNew } else { CollisionStrategy::Enqueue };
    let spec = NewDeployment {
        flow: row.get(2)?,
        name: row.get(3)?,
        version: row.get(4)?,
        description: row.get(5)?,
        tags: json(row, 6)?,
        parameters: json(row, 7)?,
        parameter_schema: json(row, 8)?,
        schedules: Vec::new(),
        work_pool: row.get(9)?,
        work_queue: row.get(10)?,
        concurrency: limit.map(|limit| DeploymentConcurrency { limit, collision }),
        paused: row.get(13)?,
    };
    let deployment = Deployment {
        id: DeploymentId(Uuid::from_bytes(row.get(1)?)),
        spec,
        created: timestamp(row.get(14)?),
        updated: timestamp(row.get(15)?),
        next: None,
    };
    Ok(Known { row: row.get(0)?, queue: row.get(16)?, deployment })
}

fn complete(transaction: &Transaction<'_>, mut known: Known) -> rusqlite::Result<Known> {
    let deployment = &mut known.deployment;
    let schedules = schedules(transaction, known.row)?.into_iter().map(|known| known.schedule);
    deployment.spec.schedules = schedules.collect();
    if !deployment.is_paused() {
        let now = now();
        let active = deployment.spec.schedules.iter().filter(|schedule| schedule.active);
        deployment.next = active.filter_map(|schedule| schedule.schedule.after(now).next()).min();
    }
    Ok(known)
}

/// The schedules of a deployment, in their order.
pub(super) fn schedules(
    transaction: &Transaction<'_>,
    deployment: i64,
) -> rusqlite::Result<Vec<KnownSchedule>> {
    let mut statement = transaction.prepare_cached(sql::SCHEDULES)?;
    statement.query_map([deployment], schedule)?.collect()
}

fn schedule(row: &Row<'_>) -> rusqlite::Result<KnownSchedule> {
    let written: String = row.get(2)?;
    let schedule = serde_json::from_str(&written).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(2, rusqlite::types::Type::Text, error.into())
    })?;
    let schedule = DeploymentSchedule {
        slug: row.get(1)?,
        active: row.get(3)?,
        parameters: json(row, 4)?,
        catch_up: match row.get_ref(5)?.as_str()? {
            "all" => CatchUp::All,
            "latest" => CatchUp::Latest,
            _ => CatchUp::Skip,
        },
        ..DeploymentSchedule::new(schedule)
    };
    Ok(KnownSchedule { row: row.get(0)?, schedule, handled: timestamp(row.get(6)?) })
}

fn catch_up(catch_up: CatchUp) -> &'static str {
    match catch_up {
        CatchUp::Skip => "skip",
        CatchUp::Latest => "latest",
        CatchUp::All => "all",
    }
}

fn apply(transaction: &Transaction<'_>, new: &NewDeployment, now: Timestamp) -> Result<Deployment, Failure> {
    for (what, name) in [("the flow", &new.flow), ("the deployment's name", &new.name)] {
        if name.is_empty() || name.contains(['/', '%', '&', '<', '>']) {
            return Err(Failure::invalid(what, format!("`{name}` is empty, or has one of / % & < >")));
        }
    }
    flow_runs::refuse_secrets(&new.flow, &new.parameters)?;
    for schedule in &new.schedules {
        flow_runs::refuse_secrets(&new.flow, &schedule.parameters)?;
    }
    let queue = work_pools::queue_or_new(transaction, &new.work_pool, &new.work_queue)?;
    let cancels_new = new.concurrency.is_some_and(|of| of.collision == CollisionStrategy::CancelNew);
    let (row, uuid): (i64, [u8; 16]) = transaction.query_row(
        sql::UPSERT_DEPLOYMENT,
        params![
            Uuid::now_v7().as_bytes(),
            new.flow,
            new.name,
            new.version,
            new.description,
            text(&new.tags),
            text(&new.parameters),
            new.parameter_schema.as_ref().map(text),
            queue,
            new.concurrency.map(|of| of.limit),
            cancels_new,
            new.paused,
            nanoseconds(now),
        ],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    replace_schedules(transaction, row, &new.schedules, now)?;
    // Those that are overdue stay: they would not come again.
    make_anew(transaction, row, now)?;
    let id = DeploymentId(Uuid::from_bytes(uuid));
    schedules::make(transaction, &known(transaction, id)?, now)?;
    Ok(known(transaction, id)?.deployment)
}

/// A schedule that was there before stays the same one, and knows how far it has come.
fn replace_schedules(
    transaction: &Transaction<'_>,
    deployment: i64,
    new: &[DeploymentSchedule],
    now: Timestamp,
) -> Result<(), Failure> {
    let mut before = schedules(transaction, deployment)?;
    for wanted in new {
        // Written, two schedules that mean the same are the same.
        let written = text(&wanted.schedule);
        let is_same = |known: &KnownSchedule| {
            text(&known.schedule.schedule) == written && known.schedule.slug == wanted.slug
        };
        let (parameters, catch_up) = (text(&wanted.parameters), catch_up(wanted.catch_up));
        if let Some(same) = before.iter().position(is_same) {
            let row = before.swap_remove(same).row;
            transaction.execute(sql::CHANGE_SCHEDULE, params![row, wanted.active, parameters, catch_up])?;
        } else {
            // A time that is now is not handled yet.
            let handled = nanoseconds(now).saturating_sub(1);
            transaction.execute(
                sql::INSERT_SCHEDULE,
                params![deployment, wanted.slug, written, wanted.active, parameters, catch_up, handled],
            )?;
        }
    }
    for gone in before {
        transaction.execute(sql::UNBEGUN, params![deployment, gone.row, i64::MIN])?;
        transaction.execute(sql::DELETE_SCHEDULE, [gone.row])?;
    }
    Ok(())
}

/// Removes the runs that schedules have made ahead, so that they are made again.
fn make_anew(transaction: &Transaction<'_>, deployment: i64, now: Timestamp) -> rusqlite::Result<()> {
    transaction.execute(sql::UNBEGUN, params![deployment, None::<i64>, nanoseconds(now)])?;
    transaction.execute(sql::REWIND_SCHEDULES, params![deployment, nanoseconds(now).saturating_sub(1)])?;
    Ok(())
}

fn change(
    transaction: &Transaction<'_>,
    id: DeploymentId,
    patch: &DeploymentPatch,
    now: Timestamp,
) -> Result<Deployment, Failure> {
    let known = known(transaction, id)?;
    let (spec, was_paused) = (&known.deployment.spec, known.deployment.is_paused());
    let paused = patch.paused.unwrap_or(was_paused);
    let concurrency = patch.concurrency.unwrap_or(spec.concurrency);
    let cancels_new = concurrency.is_some_and(|of| of.collision == CollisionStrategy::CancelNew);
    let values = params![known.row, paused, concurrency.map(|of| of.limit), cancels_new, nanoseconds(now)];
    transaction.execute(sql::CHANGE_DEPLOYMENT, values)?;
    if paused && !was_paused {
        transaction.execute(sql::UNBEGUN, params![known.row, None::<i64>, i64::MIN])?;
    } else if !paused && was_paused {
        let before = nanoseconds(now).saturating_sub(1);
        transaction.execute(sql::SKIP_SCHEDULES, params![known.row, before])?;
        schedules::make(transaction, &self::known(transaction, id)?, now)?;
    }
    Ok(self::known(transaction, id)?.deployment)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use super::{apply, schedules};
    use crate::deployment::{CatchUp, DeploymentSchedule, NewDeployment};
    use crate::embedded::Store;
    use crate::schedule::Schedule;

    #[test]
    fn a_clock_that_goes_back_fires_no_schedule_twice_also_where_it_is_deployed_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path().join("autotune.db")).expect("a new database");
        let at = |second| Timestamp::from_second(second).expect("a date");
        let hourly = Schedule::interval(Duration::from_hours(1)).expect("an interval");
        let mut new = NewDeployment::new("heat", "hourly");
        new.schedules =
            vec![DeploymentSchedule { catch_up: CatchUp::All, ..DeploymentSchedule::new(hourly) }];
        let write = |body: &dyn Fn(&rusqlite::Transaction<'_>) -> Result<u32, super::Failure>| {
            let made =
                store.write(|transaction| body(transaction).map_err(|_| rusqlite::Error::InvalidQuery));
            made.expect("it is written")
        };
        let expected = || -> Vec<i64> {
            let times = store.read(|transaction| {
                let mut times =
                    transaction.prepare("SELECT expected / 3600000000000 FROM flow_run ORDER BY 1")?;
                times.query_map([], |row| row.get(0))?.collect()
            });
            times.expect("read")
        };
        let hour = |hour: i64| at(hour * 3_600 + 60);

        write(&|transaction| apply(transaction, &new, hour(100)).map(|_| 0));
        assert_eq!(expected(), [101, 102, 103]);
        // The next two hours pass, and their runs are run.
        write(&|transaction| {
            transaction.execute("UPDATE run SET state_type = 'COMPLETED' WHERE root <= 2", [])?;
            schedules::make_all(transaction, hour(102))
        });
        let all = expected();
        assert_eq!(all, [101, 102, 103, 104, 105]);
        // An hour back, as for somebody who has put the clock right; then it goes on from there.
        for now in [hour(101), hour(100), hour(101)] {
            write(&|transaction| schedules::make_all(transaction, now));
            write(&|transaction| apply(transaction, &new, now).map(|_| 0));
            let since = expected();
            assert_eq!(since.iter().filter(|&&hour| hour == 102).count(), 1, "{since:?}");
            assert_eq!(since.iter().filter(|&&hour| hour == 101).count(), 1, "{since:?}");
        }
        write(&|transaction| schedules::make_all(transaction, hour(102)));
        assert_eq!(expected(), all, "each hour has one run");
    }
}
