//! What somebody is told when the runs of a flow fail again and again.

use std::fmt;

use jiff::Timestamp;

use crate::id::RunId;

/// The runs of a flow, or of a deployment, have failed several times in a row.
///
/// It shows itself as a sentence: ``flow `analysis` has failed 3 times in a row; analysis-3a91c0: no data``.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Alert {
    /// The flow.
    pub flow: String,
    /// The name of the deployment, where only its runs count.
    pub deployment: Option<String>,
    /// How many runs have failed or crashed since the last that completed.
    pub failures: u64,
    /// The last of them.
    pub run: RunId,
    /// Its name.
    pub run_name: String,
    /// Its state: `Failed`, `TimedOut` or `Crashed`.
    pub state_name: String,
    /// Its error or panic.
    pub message: Option<String>,
    /// When it ended.
    pub at: Timestamp,
    /// When a run completed last, if one ever did.
    pub last_success: Option<Timestamp>,
}

impl fmt::Display for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.deployment {
            Some(deployment) => write!(f, "deployment `{}/{deployment}`", self.flow)?,
            None => write!(f, "flow `{}`", self.flow)?,
        }
        match self.failures {
            1 => write!(f, " has failed")?,
            failures => write!(f, " has failed {failures} times in a row")?,
        }
        write!(f, "; {}", self.run_name)?;
        match &self.message {
            Some(message) => write!(f, ": {message}"),
            None => write!(f, ": {}", self.state_name),
        }
    }
}
