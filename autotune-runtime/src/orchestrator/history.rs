//! What was recorded of runs, to be read.

use super::Answer;
use crate::id::RunId;
use crate::record::{
    ArtifactFilter, ArtifactRecord, LogFilter, LogRecord, RunFilter, RunRecord, StateRecord,
};

/// What was recorded of runs.
pub trait History {
    /// The runs that a filter lets through, the latest first.
    fn runs<'a>(&'a self, filter: &'a RunFilter) -> Answer<'a, Vec<RunRecord>>;

    /// The states of a run in their order; the last is the present one.
    fn states(&self, id: RunId) -> Answer<'_, Vec<StateRecord>>;

    /// What a run has logged, in order: a flow run with all runs that it called, any other alone.
    fn logs<'a>(&'a self, id: RunId, filter: &'a LogFilter) -> Answer<'a, Vec<LogRecord>>;

    /// The artifacts that a filter lets through, the latest first.
    fn artifacts<'a>(&'a self, filter: &'a ArtifactFilter) -> Answer<'a, Vec<ArtifactRecord>>;
}
