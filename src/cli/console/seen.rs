//! What the layer keeps of a run that it sees.

use autotune_runtime::moment::Moment;

use crate::definition::Kind;

/// A run, kept with its span.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// The name of the run.
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) started: Moment,
    /// The span of the run that called it.
    pub(super) parent: Option<u64>,
}
