//! What a sync has done, or would do.

use std::{fmt, path::PathBuf};

use serde::{Deserialize, Serialize};

use super::{Diff, Token};

/// What a sync has done, or would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SyncReport {
    /// What changes; `None` if it was written before, or is refused.
    pub diff: Option<Diff>,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a sync.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// Nothing was written: this is what would be.
    DryRun {
        /// Confirms exactly this change.
        token: Token,
        /// What to run to write it.
        command: Option<String>,
    },
    /// Nothing was written, and nothing could be.
    Refused {
        /// Why.
        reason: String,
    },
    /// One record was added, and read back as it was sent.
    Written {
        /// The id of the new record.
        id: String,
        /// What it was written with.
        token: Token,
        /// The file with the record as it was before.
        backup: PathBuf,
    },
    /// Nothing was written, because a record of this confirmation is there.
    AlreadyWritten {
        /// The id of that record.
        id: String,
        /// What it was written with.
        token: Token,
    },
}

impl SyncReport {
    /// Says what to run to write what a dry run shows.
    #[must_use]
    pub fn with_command(mut self, write: impl FnOnce(&Token) -> String) -> Self {
        if let Outcome::DryRun { token, command } = &mut self.outcome {
            *command = Some(write(token));
        }
        self
    }
}

impl fmt::Display for SyncReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(diff) = &self.diff {
            writeln!(f, "{diff}")?;
        }
        match &self.outcome {
            Outcome::DryRun { token, command } => {
                writeln!(
                    f,
                    "Nothing was written. This is not medical advice: review it with a clinician first."
                )?;
                match command {
                    Some(command) => write!(f, "To write exactly this, run:\n\n  {command}"),
                    None => write!(f, "To write exactly this, confirm it with {token}."),
                }
            }
            Outcome::Refused { reason } => write!(f, "This is not for writing to Nightscout: {reason}."),
            Outcome::Written { id, backup, .. } => {
                writeln!(f, "Written as the new profile record {id}, and read back the same.")?;
                write!(f, "The record before it is saved in {}.", backup.display())
            }
            Outcome::AlreadyWritten { id, .. } => {
                write!(
                    f,
                    "Nothing was written: this confirmation was used before, for the profile record {id}."
                )
            }
        }
    }
}
