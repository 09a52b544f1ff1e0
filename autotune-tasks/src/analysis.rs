//! What an analysis gives: what to change, and what came of writing it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{quality::Quality, recommendation::Recommendation, sync::SyncReport};

/// What an analysis gives.
///
/// As JSON it is the recommendation with a field `quality` more, and a field `sync` where
/// the profile comes from a Nightscout.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Analysis {
    /// What to change.
    #[serde(flatten)]
    pub recommendation: Recommendation,
    /// How good the data is.
    pub quality: Quality,
    /// How it is written to Nightscout, or would be; `None` for files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync: Option<SyncReport>,
}

impl fmt::Display for Analysis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n\n{}", self.quality, self.recommendation)?;
        match &self.sync {
            Some(sync) => write!(f, "\n\n{sync}"),
            None => Ok(()),
        }
    }
}
