//! What the orchestrator does not answer is said once, and so is that it answers again.

use std::collections::BTreeSet;

use crate::orchestrator::OrchestratorError;

/// What was not answered when it was asked last.
#[derive(Debug, Default)]
pub(super) struct Unanswered(BTreeSet<&'static str>);

impl Unanswered {
    /// The answer to a question, if there is one; what it means that there is none is told the first time.
    pub(super) fn heed<T>(
        &mut self,
        without: &'static str,
        answer: Result<T, OrchestratorError>,
    ) -> Option<T> {
        match answer {
            Ok(answer) => {
                if self.0.remove(without) && self.0.is_empty() {
                    tracing::info!(target: "autotune::worker", "the orchestrator answers again");
                }
                Some(answer)
            }
            Err(error) => {
                if self.0.insert(without) {
                    tracing::warn!(target: "autotune::worker", "{without}: {error}");
                }
                None
            }
        }
    }
}
