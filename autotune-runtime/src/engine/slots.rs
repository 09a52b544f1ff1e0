//! The slots that a run takes of the limits on its tags, for each attempt.

use super::{Core, Phase};
use crate::interrupted::{Interrupted, LimitsUnavailable, NoSlots};
use crate::limits::{self, Concurrency, LimitError};

impl Core {
    /// What comes before an attempt: slots of the limits on the run's tags, if there are any.
    #[inline]
    pub(super) fn wait_for_slots(&mut self) -> Phase {
        if limits::are_on_tags() { self.wait_for_slots_of_tags() } else { Phase::Starting }
    }

    #[cold]
    fn wait_for_slots_of_tags(&mut self) -> Phase {
        let Some(limits) = Concurrency::of_tags(&self.node) else { return Phase::Starting };
        self.node.extras().waiting =
            Some(Box::pin(async move { limits.acquire().await.map(Some).map_err(interrupted) }));
        Phase::WaitingForSlots
    }
}

fn interrupted(error: LimitError) -> Interrupted {
    match error {
        LimitError::Unavailable { names, message } => {
            LimitsUnavailable { limits: names.join("`, `"), message }.into()
        }
        LimitError::Unknown { name: limit }
        | LimitError::TooMany { name: limit, .. }
        | LimitError::NoRate { name: limit } => NoSlots { limit }.into(),
        LimitError::TimedOut { names, .. } => NoSlots { limit: names.join(", ") }.into(),
    }
}
