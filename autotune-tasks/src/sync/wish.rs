//! What somebody who starts an analysis asks for.

use std::{fmt, path::PathBuf};

use super::{Options, SyncError, Token};
use crate::profile_store::Units;

/// To show a change, or to write one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Request {
    /// Show what would be written.
    DryRun,
    /// Write what was shown with this token.
    Apply {
        /// The token of the change.
        confirm: Token,
        /// The directory in which the record that is there before is saved.
        backup: PathBuf,
    },
}

/// What somebody who starts an analysis asks for.
#[derive(Clone, PartialEq)]
pub struct Wish {
    /// To show it, or to write it.
    pub request: Request,
    /// The name of the tuned entry.
    pub tuned_name: String,
    /// Makes the tuned entry the record's default.
    pub activate: bool,
    /// The step that the pump's basal rates come in, units per hour.
    pub basal_step: f64,
    /// The name of the entry to tune; `None` for the active one.
    pub profile_name: Option<String>,
    /// The units of that entry, where nothing says them.
    pub units: Option<Units>,
    /// What has come to pass since the days that were analysed.
    pub since: Since,
}

/// What has come to pass since the days that were analysed, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Since {
    /// Nothing that matters.
    #[default]
    Unchanged,
    /// The profile became another one.
    ProfileChanged,
}

impl Request {
    /// What parameters ask for: a write needs the wish and the confirmation.
    pub fn new(apply: bool, confirm: Option<&str>, backup: PathBuf) -> Result<Self, SyncError> {
        match (apply, confirm) {
            (false, None) => Ok(Self::DryRun),
            (false, Some(_)) => Err(SyncError::NothingToConfirm),
            (true, None) => Err(SyncError::Unconfirmed),
            (true, Some(confirm)) => Ok(Self::Apply { confirm: confirm.parse()?, backup }),
        }
    }
}

impl Wish {
    /// How it is to be written, tuned from an entry.
    pub(super) fn options(&self, baseline: String, in_force: Option<String>) -> Options {
        Options {
            name: self.tuned_name.clone(),
            in_force,
            activate: self.activate,
            units: self.units,
            basal_step: self.basal_step,
            ..Options::from_baseline(baseline)
        }
    }
}

/// A dry run, with everything else as usual.
impl Default for Wish {
    fn default() -> Self {
        Self {
            request: Request::DryRun,
            tuned_name: Options::NAME.to_owned(),
            activate: false,
            basal_step: Options::BASAL_STEP,
            profile_name: None,
            units: None,
            since: Since::default(),
        }
    }
}

/// Shown without names.
impl fmt::Debug for Wish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wish").field("request", &self.request).finish_non_exhaustive()
    }
}
