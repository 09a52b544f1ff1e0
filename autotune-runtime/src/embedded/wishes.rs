//! What other processes wish of the runs of this one. Whoever wishes leaves it in
//! the database; the process that has the run hears it within a second, and
//! leaves its answer there.

use std::time::Duration;
use std::{io, thread};

use rusqlite::{OptionalExtension, Transaction, params};
use serde_json::{Value, json};

use super::find::root_of;
use super::{Store, StoreError, runs, sql};
use crate::flow_runs::{self, FlowRunError};
use crate::id::RunId;
use crate::orchestrator::OrchestratorError;
use crate::proposal::Verdict;

/// How often a process looks whether it is wished anything, while it runs flows.
const EVERY: Duration = Duration::from_millis(500);

/// How long it is given to answer,
const ANSWERED: Duration = Duration::from_secs(5);
/// and how often whoever waits for that looks.
const LOOK: Duration = Duration::from_millis(50);

/// What may be wished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wish {
    /// That the run stops.
    Cancel,
    /// That it goes on, where it waits in a pause.
    Resume {
        /// The key of the pause; none where there is only one.
        key: Option<String>,
        input: Option<Value>,
    },
}

impl Wish {
    fn kind(&self) -> &'static str {
        match self {
            Wish::Cancel => "cancel",
            Wish::Resume { .. } => "resume",
        }
    }

    fn value(&self) -> Value {
        match self {
            Wish::Cancel => Value::Null,
            Wish::Resume { key, input } => json!([key, input.as_ref().map(|input| [input])]),
        }
    }

    fn read(kind: &str, value: &str) -> Option<Self> {
        match kind {
            "cancel" => Some(Wish::Cancel),
            "resume" => {
                // In a list of one, so that the input `null` is not the same as none.
                let (key, input): (Option<String>, Option<(Value,)>) = serde_json::from_str(value).ok()?;
                Some(Wish::Resume { key, input: input.map(|(input,)| input) })
            }
            _ => None,
        }
    }

    /// Grants it, or says why not.
    fn grant(&self, run: RunId) -> Result<(), String> {
        let granted = match self {
            Wish::Cancel => flow_runs::cancel(run),
            Wish::Resume { key, input } => flow_runs::resume_at(run, key.as_deref(), input.clone()),
        };
        granted.map_err(|error| refusal(run, &error))
    }
}

/// Why a wish was not granted, for somebody who has no code to write.
fn refusal(run: RunId, error: &FlowRunError) -> String {
    match error {
        FlowRunError::Several { keys, .. } => {
            format!("it waits in several pauses, and one of their keys must be said: {}", keys.join(", "))
        }
        FlowRunError::InputMissing { key, .. } => {
            let schema = flow_runs::paused_at(run, key).ok().and_then(|pause| pause.schema());
            let asked = schema.as_ref().and_then(|schema| schema.get("properties")).or(schema.as_ref());
            let asked = asked.map(|asked| format!(": {asked}")).unwrap_or_default();
            format!("pause `{key}` asks for input{asked}")
        }
        other => other.to_string(),
    }
}

/// Why a pause in another process was not ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResumePauseError {
    /// There is no such flow run.
    #[error("no flow run has the id `{0}`; `runs ls` shows those there are")]
    Unknown(RunId),
    /// Whoever has the run said no, and why: the input does not fit, or it is not paused any more.
    #[error("{0}")]
    Refused(String),
    /// The process that has the run has said nothing.
    #[error("the process of the run has not answered within {}s; the run goes on as soon as it does", ANSWERED.as_secs())]
    Silent,
    /// The database cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<OrchestratorError> for ResumePauseError {
    fn from(error: OrchestratorError) -> Self {
        match error {
            OrchestratorError::Unavailable(error) => match error.downcast::<StoreError>() {
                Ok(error) => ResumePauseError::Store(*error),
                Err(other) => ResumePauseError::Refused(other.to_string()),
            },
            other => ResumePauseError::Refused(other.to_string()),
        }
    }
}

/// Leaves a wish for the process that has a root run.
pub(super) fn leave(transaction: &Transaction<'_>, root: i64, wish: &Wish) -> rusqlite::Result<()> {
    let mut put = transaction.prepare_cached(sql::PUT_WISH)?;
    put.execute(params![root, wish.kind(), wish.value().to_string()])?;
    Ok(())
}

impl Store {
    /// Lets a flow run of any process go on that waits in a pause: that of this key, if it waits in several. `input` is
    /// what the pause asks for.
    ///
    /// A run that is suspended is `Resuming` at once: the next worker that is free goes on with it. In any other, it waits
    /// until the process that has the run has answered, a few seconds at most.
    pub fn resume_pause(
        &self,
        id: RunId,
        key: Option<&str>,
        input: Option<Value>,
    ) -> Result<(), ResumePauseError> {
        match self.orchestrator().resume_now(id, key, input.as_ref())? {
            None => {}
            Some(
                Verdict::Reject { reason, .. } | Verdict::Wait { reason, .. } | Verdict::Abort { reason },
            ) => {
                return Err(ResumePauseError::Refused(reason));
            }
            Some(Verdict::Accept(_)) => return Ok(()),
        }
        let wish = Wish::Resume { key: key.map(ToOwned::to_owned), input };
        let root = self.write(|transaction| {
            let Some((root, _)) = root_of(transaction, id)?.filter(|(_, uuid)| *uuid == id) else {
                return Ok(None);
            };
            leave(transaction, root, &wish)?;
            Ok(Some(root))
        })?;
        let root = root.ok_or(ResumePauseError::Unknown(id))?;
        for _ in 0..ANSWERED.as_millis() / LOOK.as_millis() {
            thread::park_timeout(LOOK);
            let answer: Option<String> = self.read(|transaction| {
                transaction.query_row(sql::ANSWER_OF_WISH, params![root, wish.kind()], |row| row.get(0))
            })?;
            match answer.as_deref() {
                None => {}
                Some("") => return Ok(()),
                Some(refusal) => return Err(ResumePauseError::Refused(refusal.to_owned())),
            }
        }
        Err(ResumePauseError::Silent)
    }

    /// From now on the flow runs of this process hear what other processes wish of them: to stop, or
    /// to go on after a pause. A thread of its own looks twice a second, while flows run.
    pub fn listen(&self) -> io::Result<()> {
        let store = self.clone();
        let listen = move || {
            loop {
                // Nobody wakes it: a wish comes from elsewhere.
                thread::park_timeout(EVERY);
                if !flow_runs::running().is_empty() {
                    // What cannot be read now is read next time.
                    let _ = store.grant_wishes();
                }
            }
        };
        thread::Builder::new().name("autotune-wishes".to_owned()).spawn(listen).map(drop)
    }

    /// Grants what is wished of the runs of this process; says how many wishes there were.
    fn grant_wishes(&self) -> Result<usize, StoreError> {
        let open = self.read(open)?;
        let own = open.into_iter().filter(|(_, run, _)| flow_runs::find(*run).is_some());
        let answers: Vec<_> =
            own.map(|(root, run, wish)| (root, wish.kind(), wish.grant(run).err())).collect();
        if !answers.is_empty() {
            self.write(|transaction| {
                let mut answer = transaction.prepare_cached(sql::ANSWER_WISH)?;
                for (root, kind, refusal) in &answers {
                    answer.execute(params![root, kind, refusal.as_deref().unwrap_or_default()])?;
                }
                Ok(())
            })?;
        }
        Ok(answers.len())
    }
}

/// The wishes that nobody has answered.
fn open(transaction: &Transaction<'_>) -> rusqlite::Result<Vec<(i64, RunId, Wish)>> {
    let mut statement = transaction.prepare_cached(sql::OPEN_WISHES)?;
    let rows = statement.query_map([], |row| {
        Ok((row.get(0)?, runs::id(row, 1)?, Wish::read(row.get_ref(2)?.as_str()?, row.get_ref(3)?.as_str()?)))
    })?;
    // Those that this version does not know are left to others.
    let known = rows.filter_map(|row| row.map(|(root, run, wish)| Some((root, run, wish?))).transpose());
    known.collect()
}

/// Whether a root run has ended; `None` if it is not recorded.
pub(super) fn state_of_root(
    transaction: &Transaction<'_>,
    root: i64,
) -> rusqlite::Result<Option<(crate::state::StateType, String)>> {
    let mut statement = transaction.prepare_cached(sql::STATE_OF_ROOT)?;
    statement.query_row([root], |row| Ok((runs::state_type(row, 0)?, row.get(1)?))).optional()
}
