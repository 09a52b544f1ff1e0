//! Flow runs that did not complete are started again, as the same runs.

use std::sync::Arc;

use rusqlite::{Transaction, params};
use serde_json::{Map, Value};

use super::find::root_of;
use super::recorder::insert_process;
use super::{RootRecord, RunRecord, Store, StoreError, orchestrator, runs, sql};
use crate::call::StartOptions;
use crate::clock::system_time;
use crate::definition::{Definition, Kind};
use crate::flow::FlowRun;
use crate::id::{KnownRun, RunId};
use crate::orchestrator::Deployed;
use crate::registry::{Registry, StartError};
use crate::state::{StateName, StateType};

/// Why a run was not resumed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResumeError {
    /// There is no such run.
    #[error("no flow run has the id `{0}`; `runs ls` shows those there are")]
    Unknown(RunId),
    /// It is a task, or a subflow: it is run by the flow that called it.
    #[error("{name} was called by another run; resume that one: `runs show {id}` names it")]
    NotAFlowRun {
        /// The name of the run.
        name: String,
        /// Its id.
        id: RunId,
    },
    /// There is nothing left to do.
    #[error("flow run {0} has completed; there is nothing to resume")]
    Completed(String),
    /// It waits for somebody, and no process has it.
    #[error(
        "flow run {name} is suspended, and goes on when its pause is resumed: `runs resume {id}`, or `Store::resume_pause`"
    )]
    Suspended {
        /// The name of the run.
        name: String,
        /// Its id.
        id: RunId,
    },
    /// It is run already, here or by another process.
    #[error("flow run {name} is {state}{}; it can be resumed when it has ended", .pid.map(|pid| format!(" in process {pid}")).unwrap_or_default())]
    Alive {
        /// The name of the run.
        name: String,
        /// The name of its state.
        state: String,
        /// The number of its process.
        pid: Option<u32>,
    },
    /// The flow is not there, or does not take these parameters.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The database cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Starts a flow run again that crashed, failed or was cancelled: as the same run, with its recorded
    /// parameters. Tasks with `persist_result` that had completed do not run again.
    ///
    /// `given` takes the place of recorded parameters; secret ones are not recorded, and have to be in it. The
    /// recorder of this process must be that of this store. Of two processes that resume a run at once, one is
    /// told that it is alive.
    pub fn resume(
        &self,
        registry: &Registry,
        id: RunId,
        given: Map<String, Value>,
    ) -> Result<FlowRun, ResumeError> {
        self.mark_crashed()?;
        let run = self.run(id)?.ok_or(ResumeError::Unknown(id))?;
        let root = self.root(id)?.ok_or(ResumeError::Unknown(id))?;
        is_resumable(&run, &root)?;
        let flow = registry.get(&run.definition)?;
        let parameters = parameters(flow.definition, root.parameters.clone().unwrap_or_default(), given);
        let (row, calls, source_hash) = self.read(|transaction| recorded(transaction, id))?;
        if source_hash != Some(flow.definition.source_hash) {
            tracing::warn!(
                target: "autotune::run",
                "flow `{}` has changed since `{}` was started; tasks whose source has changed run again",
                run.definition,
                run.name
            );
        }
        let known = KnownRun { run_count: run.run_count.max(1), calls, ..KnownRun::new(id) };
        let of_flow = flow.definition.tags;
        let options = StartOptions {
            name: Some(run.name.clone()),
            tags: run.tags.iter().filter(|tag| !of_flow.contains(&tag.as_str())).cloned().collect(),
            known: Some(known.with_states(&self.states(id)?)),
            deployed: self.deployed(id)?,
        };
        // Nothing runs before it is polled: parameters that are wrong leave the run as it is.
        let start = flow.start(parameters, options)?;
        if self.write(|transaction| claim(transaction, row, &run))? {
            return Ok(start);
        }
        let now = self.run(id)?.ok_or(ResumeError::Unknown(id))?;
        let root = self.root(id)?.ok_or(ResumeError::Unknown(id))?;
        Err(alive(&now, &root))
    }

    /// Where a run of a deployment comes from: what was said to its pauses is known there.
    fn deployed(&self, id: RunId) -> Result<Option<Deployed>, StoreError> {
        let deployment = self.read(|transaction| orchestrator::deployment_of(transaction, id))?;
        Ok(deployment.map(|deployment| Deployed { deployment, orchestrator: Arc::new(self.orchestrator()) }))
    }
}

fn is_resumable(run: &RunRecord, root: &RootRecord) -> Result<(), ResumeError> {
    if run.kind != Kind::Flow || run.parent.is_some() {
        return Err(ResumeError::NotAFlowRun { name: run.name.clone(), id: run.id });
    }
    match run.state_type {
        StateType::Completed => Err(ResumeError::Completed(run.name.clone())),
        StateType::Crashed | StateType::Failed | StateType::Cancelled => Ok(()),
        StateType::Paused if run.state_name == StateName::Suspended.as_str() => {
            Err(ResumeError::Suspended { name: run.name.clone(), id: run.id })
        }
        _ => Err(alive(run, root)),
    }
}

fn alive(run: &RunRecord, root: &RootRecord) -> ResumeError {
    let pid = root.process.as_ref().map(|(_, pid)| *pid);
    ResumeError::Alive { name: run.name.clone(), state: run.state_name.clone(), pid }
}

/// What was recorded, without what stands for secrets; and what was given now.
fn parameters(flow: &Definition, mut recorded: Map<String, Value>, given: Map<String, Value>) -> Value {
    for secret in flow.parameters.iter().filter(|parameter| parameter.secret) {
        recorded.remove(secret.name);
    }
    recorded.extend(given);
    recorded.into()
}

/// The row of the run, the highest number of a call in it, and the source of the flow as it was.
fn recorded(transaction: &Transaction<'_>, id: RunId) -> rusqlite::Result<(i64, u32, Option<u64>)> {
    let (row, _) = root_of(transaction, id)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    transaction.query_row(sql::KNOWN_RUN, [row], |known| {
        let source_hash: Option<i64> = known.get(1)?;
        Ok((row, known.get(0)?, source_hash.map(i64::cast_unsigned)))
    })
}

/// Makes the run one of this process, unless somebody else was faster.
fn claim(transaction: &Transaction<'_>, row: i64, run: &RunRecord) -> rusqlite::Result<bool> {
    let (seen, now) = (runs::nanoseconds(run.state_at), runs::nanoseconds(system_time()));
    if transaction.execute(sql::CLAIM_RUN, params![row, seen, now])? == 0 {
        return Ok(false);
    }
    let process = insert_process(transaction)?;
    transaction.execute(sql::ASSIGN_ROOT_RUN, params![row, process])?;
    Ok(true)
}
