//! Who keeps flow runs, and decides over their states.
//!
//! Everything that several processes have to agree on goes through an
//! [`Orchestrator`]: which runs there are and which come next, who runs them, and
//! whether a run may come into a state. There is one in the program itself, which
//! keeps a file (`embedded`); a Prefect server is another. Nobody but an
//! orchestrator accepts or refuses the state of a flow run.
//!
//! It asks and answers as a Prefect server does, so that one can stand behind it.
//! What task runs do is no question to anybody: it goes to the
//! [`recorder`](crate::recorder), and is only read here.

mod deployed;
mod deployments;
mod flow_runs;
mod history;
mod installed;
mod limits;
mod work_pools;
mod workers;

use std::error::Error;
use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Arc;

use crate::interrupted::InvalidInput;
use crate::variable_store::VariableStore;

pub use deployed::Deployed;
pub(crate) use deployed::Manner;
pub use deployments::Deployments;
pub use flow_runs::FlowRuns;
pub use history::History;
pub use installed::{InstallError, install, installed};
pub use limits::Limits;
pub use work_pools::WorkPools;
pub use workers::Workers;

/// Keeps flow runs, deployments, queues and limits, and decides over states.
pub trait Orchestrator:
    FlowRuns + History + Deployments + WorkPools + Workers + Limits + Debug + Send + Sync + 'static
{
    /// Where variables are kept.
    fn variables(&self) -> Arc<dyn VariableStore>;

    /// Does what is due by now: makes the runs of schedules, calls those `Late` that nobody began, and ends those
    /// whose worker is gone, or that nobody has resumed in time.
    ///
    /// `serve` and workers call it every few seconds, several at once do no harm. A server does all this by
    /// itself, and nothing here.
    fn tend(&self) -> Answer<'_, Tended> {
        Box::pin(async { Ok(Tended::default()) })
    }
}

/// The answer of an orchestrator, when it comes.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, OrchestratorError>> + Send + 'a>>;

/// What was due.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tended {
    /// How many runs were made for schedules.
    pub scheduled: u32,
    /// How many runs are late since now.
    pub late: u32,
    /// How many runs were ended because their worker is gone.
    pub crashed: u32,
    /// How many runs were ended because nobody has resumed them in time.
    pub timed_out: u32,
}

/// Why an orchestrator did not do what it was asked for.
///
/// That a state is refused is no error, but a [`Verdict`](crate::proposal::Verdict).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OrchestratorError {
    /// There is no such thing.
    #[error("there is no {kind} `{name}`{}", or_known(known))]
    NotFound {
        /// What was looked for: `deployment`, `work queue`.
        kind: &'static str,
        /// Its name or id.
        name: String,
        /// What there is, if that helps.
        known: Vec<String>,
    },
    /// Something of this name is there already.
    #[error("there is a {kind} `{name}` already")]
    Exists {
        /// What it is.
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// What was given cannot be.
    #[error("{what}: {message}")]
    Invalid {
        /// What it is about: a parameter, the name of a queue.
        what: String,
        /// What is wrong, and what to write instead.
        message: String,
    },
    /// Input does not fit what a suspended run asks for.
    #[error(transparent)]
    InvalidInput(#[from] InvalidInput),
    /// The orchestrator itself could not do its work.
    #[error("{0}")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}

fn or_known(known: &[String]) -> String {
    if known.is_empty() { String::new() } else { format!("; there is {}", known.join(", ")) }
}
