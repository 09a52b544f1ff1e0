//! What is kept of a run that is shown.

use autotune_runtime::moment::Moment;

use crate::definition::Kind;

/// A run, by the number of its span or whatever else tells it from others.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Seen {
    /// The name of the run.
    pub(in crate::cli) name: String,
    pub(in crate::cli) kind: Kind,
    pub(in crate::cli) started: Moment,
    /// The number of the run that called it.
    pub(in crate::cli) parent: Option<u64>,
}
