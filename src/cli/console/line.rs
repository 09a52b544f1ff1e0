//! Something that is shown once: what was logged, or the end of a run.

use std::time::Duration;

use autotune_runtime::moment::Moment;
use tracing::Level;

use super::Seen;
use super::levels::RUNS;

/// Something that is shown once.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) at: Moment,
    pub(super) level: Level,
    pub(super) target: String,
    /// The run that it is about.
    pub(super) run: Option<String>,
    /// Whether no other run called that one.
    pub(super) is_root: bool,
    pub(super) message: String,
    /// The new state of the run, where it is about that.
    pub(super) state: Option<String>,
    /// How long the run took, where it is about its end.
    pub(super) took: Option<Duration>,
}

impl Line {
    /// That a run has started.
    pub(super) fn started(seen: &Seen) -> Self {
        Line {
            at: seen.started,
            level: Level::INFO,
            target: RUNS.to_owned(),
            run: Some(seen.name.clone()),
            is_root: seen.parent.is_none(),
            message: "Started".to_owned(),
            state: None,
            took: None,
        }
    }

    /// Whether it is something that only somebody who looks for a mistake reads.
    pub(super) fn is_detail(&self) -> bool {
        self.level > Level::INFO
    }
}
