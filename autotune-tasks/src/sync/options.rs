//! How a tuned profile is to be written.

use std::fmt;

use super::SyncRefusal;
use crate::profile_store::{Units, is_tuned_name};

/// How a tuned profile is to be written.
#[derive(Clone, PartialEq)]
pub struct Options {
    /// The name of the own entry; no entry of a person may have it.
    pub name: String,
    /// The entry that was analysed, which a person has made.
    pub baseline: String,
    /// The entry a profile switch has put in force; `None` if it is the record's default.
    pub in_force: Option<String>,
    /// Makes the own entry the record's default.
    pub activate: bool,
    /// The units of the entry, where neither it nor the record says them.
    pub units: Option<Units>,
    /// The step that the pump's basal rates come in, units per hour.
    pub basal_step: f64,
}

impl Options {
    /// The name of the own entry, if no other is chosen.
    pub const NAME: &'static str = "Autotune";
    /// The step of basal rates, if no other is chosen: units per hour.
    pub const BASAL_STEP: f64 = 0.01;

    /// The usual way to write what was tuned from an entry.
    pub fn from_baseline(baseline: impl Into<String>) -> Self {
        Self {
            name: Self::NAME.to_owned(),
            baseline: baseline.into(),
            in_force: None,
            activate: false,
            units: None,
            basal_step: Self::BASAL_STEP,
        }
    }

    /// Refuses what can never be written.
    pub(super) fn check(&self) -> Result<(), SyncRefusal> {
        const COARSEST: f64 = 0.1;
        const FINEST: f64 = 0.001;

        // Nightscout keeps its records in a database where these have a meaning.
        let is_key = |name: &str| !name.starts_with('$') && !name.contains(['.', '\0', '<', '>', '&']);
        if self.name.trim().is_empty() || self.name.trim() != self.name || !is_key(&self.name) {
            return Err(SyncRefusal::Name);
        }
        // Otherwise it could be taken for an entry that a person has made.
        if !is_tuned_name(&self.name) {
            return Err(SyncRefusal::NameOfOthers);
        }
        if self.name.eq_ignore_ascii_case(&self.baseline) {
            return Err(SyncRefusal::NameOfBaseline);
        }
        if !(FINEST..=COARSEST).contains(&self.basal_step) {
            return Err(SyncRefusal::BasalStep);
        }
        Ok(())
    }
}

/// Shown without names.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("activate", &self.activate)
            .field("basal_step", &self.basal_step)
            .finish_non_exhaustive()
    }
}
