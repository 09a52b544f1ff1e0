//! Making flow runs, and finding them.

use jiff::Timestamp;
use rusqlite::types::Value as Sql;
use rusqlite::{OptionalExtension, Transaction, params, params_from_iter};
use serde_json::{Map, Value};

use super::rows::{self, Known};
use super::{Failure, StoreOrchestrator, deployments, nanoseconds, now, propose, resume, work_pools};
use crate::embedded::sql::orchestrator as sql;
use crate::flow_run::{FlowRun, FlowRunFilter, NewFlowRun};
use crate::id::RunId;
use crate::orchestrator::{Answer, FlowRuns};
use crate::proposal::{Proposal, Verdict};
use crate::record::StateFilter;
use crate::registry::Registry;
use crate::state::StateType;

impl FlowRuns for StoreOrchestrator {
    fn create_flow_run(&self, run: NewFlowRun) -> Answer<'_, FlowRun> {
        self.write(move |transaction| {
            let deployment = match run.deployment {
                Some(id) => Some(deployments::known(transaction, id)?.row),
                None => None,
            };
            let queue = match &run.queue {
                Some((pool, queue)) => Some(work_pools::queue(transaction, pool, queue)?),
                None => None,
            };
            let place = Place { deployment, queue, schedule: None };
            create(transaction, &run, place, now()).map(|known| known.run)
        })
    }

    fn flow_run(&self, id: RunId) -> Answer<'_, Option<FlowRun>> {
        self.read(move |transaction| Ok(rows::find(transaction, id)?.map(|known| known.run)))
    }

    fn flow_runs<'a>(&'a self, filter: &'a FlowRunFilter) -> Answer<'a, Vec<FlowRun>> {
        self.read(move |transaction| {
            let (statement, values) = filter.statement();
            let mut statement = transaction.prepare_cached(&statement)?;
            let runs = statement.query_map(params_from_iter(values), |row| Ok(rows::read(row)?.run))?;
            Ok(runs.collect::<Result<_, _>>()?)
        })
    }

    fn propose(&self, id: RunId, proposal: Proposal) -> Answer<'_, Verdict> {
        self.write(move |transaction| propose::propose(transaction, id, &proposal, now()))
    }

    fn resume<'a>(&'a self, id: RunId, key: Option<&'a str>, input: Option<Value>) -> Answer<'a, Verdict> {
        self.write(move |transaction| resume::resume(transaction, id, key, input.as_ref(), now()))
    }

    fn delete_flow_run(&self, id: RunId) -> Answer<'_, bool> {
        self.write(move |transaction| {
            let Some(known) = rows::find(transaction, id)? else { return Ok(false) };
            Ok(transaction.execute(sql::DELETE_ROOT, [known.root])? > 0)
        })
    }

    fn put_input<'a>(&'a self, id: RunId, key: &'a str, value: Value) -> Answer<'a, ()> {
        self.write(move |transaction| {
            let known = rows::known(transaction, id)?;
            Ok(put_input(transaction, known.root, key, &value)?)
        })
    }

    fn input<'a>(&'a self, id: RunId, key: &'a str) -> Answer<'a, Option<Value>> {
        self.read(move |transaction| {
            let known = rows::known(transaction, id)?;
            Ok(input(transaction, known.root, key)?)
        })
    }
}

/// What was left for a run under a key.
pub(super) fn input(transaction: &Transaction<'_>, root: i64, key: &str) -> rusqlite::Result<Option<Value>> {
    let text = transaction.query_row(sql::INPUT, params![root, key], |row| row.get::<_, String>(0));
    Ok(text.optional()?.and_then(|text| serde_json::from_str(&text).ok()))
}

pub(super) fn put_input(
    transaction: &Transaction<'_>,
    root: i64,
    key: &str,
    value: &Value,
) -> rusqlite::Result<()> {
    transaction.execute(sql::PUT_INPUT, params![root, key, value.to_string()])?;
    Ok(())
}

/// What a run belongs to.
#[derive(Clone, Copy, Default)]
pub(super) struct Place {
    pub(super) deployment: Option<i64>,
    pub(super) queue: Option<i64>,
    pub(super) schedule: Option<i64>,
}

/// Makes a flow run, unless there is one of its key.
pub(super) fn create(
    transaction: &Transaction<'_>,
    new: &NewFlowRun,
    place: Place,
    now: Timestamp,
) -> Result<Known, Failure> {
    let of_key = |key| transaction.query_row(sql::FLOW_RUN_OF_KEY, params![new.flow, key], |row| row.get(0));
    let known = match &new.idempotency_key {
        Some(key) => of_key(key).optional()?,
        None => None,
    };
    let root = match known {
        Some(root) => root,
        None => insert(transaction, new, place, now)?,
    };
    let missing = || Failure::not_found("flow run", &new.flow, Vec::new());
    rows::by_root(transaction, root)?.ok_or_else(missing)
}

/// Whether there is a run of this key.
pub(super) fn has_key(transaction: &Transaction<'_>, flow: &str, key: &str) -> rusqlite::Result<bool> {
    transaction.prepare_cached(sql::FLOW_RUN_OF_KEY)?.exists([flow, key])
}

fn insert(
    transaction: &Transaction<'_>,
    new: &NewFlowRun,
    place: Place,
    now: Timestamp,
) -> Result<i64, Failure> {
    let state = new.state.state_type();
    if !matches!(state, StateType::Scheduled | StateType::Pending) {
        let message = format!("a run is made `Scheduled` or `Pending`, not `{}`", new.state);
        return Err(Failure::invalid("the first state", message));
    }
    refuse_secrets(&new.flow, &new.parameters)?;
    let id = RunId::new();
    let due = new.due.filter(|_| state == StateType::Scheduled).unwrap_or(now);
    let name = new.name.clone().unwrap_or_else(|| default_name(&new.flow, id));
    let definition = definition(transaction, new)?;
    let root: i64 = transaction.prepare_cached(sql::INSERT_ROOT)?.query_row(
        params![
            id.as_uuid().as_bytes(),
            id.stem(),
            new.parent.as_ref().map(|parent| parent.as_uuid().as_bytes()),
            new.parent.map(RunId::stem),
            rows::text(&new.parameters),
            nanoseconds(now),
        ],
        |row| row.get(0),
    )?;
    let due_of_state = (state == StateType::Scheduled).then(|| nanoseconds(due));
    transaction.prepare_cached(sql::INSERT_RUN)?.execute(params![
        root,
        definition,
        name,
        (!new.tags.is_empty()).then(|| rows::text(&new.tags)),
        state.as_str(),
        new.state.as_str(),
        nanoseconds(now),
        due_of_state,
    ])?;
    transaction.prepare_cached(sql::INSERT_FLOW_RUN)?.execute(params![
        root,
        new.flow,
        new.version,
        state.as_str(),
        new.state.as_str(),
        nanoseconds(due),
        place.deployment,
        place.schedule,
        place.queue,
        new.idempotency_key,
    ])?;
    Ok(root)
}

/// What is `#[secret]` is written nowhere.
///
/// Only a flow that is linked into this program tells which of its parameters are.
pub(super) fn refuse_secrets(flow: &str, parameters: &Map<String, Value>) -> Result<(), Failure> {
    let registry = Registry::discovered();
    let Ok(known) = registry.get(flow) else { return Ok(()) };
    let secret = known.definition.parameters.iter().find(|of| of.secret && parameters.contains_key(of.name));
    match secret {
        Some(parameter) => Err(Failure::invalid(
            format!("parameter `{}`", parameter.name),
            "it is secret, and is not stored; let the flow read it by name, with `secrets::get`",
        )),
        None => Ok(()),
    }
}

/// The definition of the flow as it was recorded last; one that only has a name where it never was.
fn definition(transaction: &Transaction<'_>, new: &NewFlowRun) -> rusqlite::Result<i64> {
    let known = transaction
        .prepare_cached(sql::DEFINITION_OF_FLOW)?
        .query_row([&new.flow], |row| row.get(0))
        .optional()?;
    match known {
        Some(id) => Ok(id),
        None => {
            transaction.query_row(sql::INSERT_DEFINITION, params![new.flow, new.version], |row| row.get(0))
        }
    }
}

fn default_name(flow: &str, id: RunId) -> String {
    let digits = id.as_uuid().simple().to_string();
    let last = digits.len() - 6;
    format!("{flow}-{}", &digits[last..])
}

impl FlowRunFilter {
    /// The statement, and its values.
    fn statement(&self) -> (String, Vec<Sql>) {
        let (mut rules, mut values): (Vec<String>, Vec<Sql>) = (Vec::new(), Vec::new());
        if let Some(flow) = &self.flow {
            rules.push(sql::OF_FLOW.to_owned());
            values.push(flow.clone().into());
        }
        if let Some(deployment) = self.deployment {
            rules.push(sql::OF_DEPLOYMENT.to_owned());
            values.push(deployment.0.as_bytes().to_vec().into());
        }
        if !self.states.is_empty() {
            let mut either = Vec::new();
            for state in &self.states {
                let (rule, value) = match state {
                    StateFilter::Type(state) => (sql::OF_STATE_TYPE, state.as_str().to_owned()),
                    StateFilter::Name(name) => (sql::OF_STATE_NAME, name.clone()),
                };
                either.push(rule);
                values.push(value.into());
            }
            rules.push(format!("({})", either.join(" OR ")));
        }
        for (time, rule) in [(self.since, sql::EXPECTED_SINCE), (self.until, sql::EXPECTED_BEFORE)] {
            if let Some(time) = time {
                rules.push(rule.to_owned());
                values.push(nanoseconds(time).into());
            }
        }
        // To SQLite, -1 is no limit.
        values.push(self.limit.map_or(-1, i64::from).into());
        let rules: Vec<_> = rules.iter().map(String::as_str).collect();
        (sql::flow_runs_that(&rules), values)
    }
}
