//! Whether a flow run may come into a state: one table of rules, and nothing but
//! data. Who asks, and what becomes of the answer, is elsewhere.

use std::time::Duration;

use jiff::Timestamp;

use crate::proposal::Proposal;
use crate::state::{StateName, StateType};

/// How long a run without a slot of its deployment waits before it is tried again.
const SLOT_RETRY: Duration = Duration::from_secs(30);

/// How long a run waits that has no place in its queue or pool. Nothing is written meanwhile.
const PLACE_RETRY: Duration = Duration::from_secs(5);

/// What the rules look at, besides the proposal.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    pub(super) state_type: StateType,
    pub(super) state_name: String,
    /// When the run is to begin or go on; of a pause: when it ends.
    pub(super) due: Option<Timestamp>,
    /// Who has claimed it.
    pub(super) worker: Option<String>,
    pub(super) has_deployment: bool,
    /// Whether its body was started before: it is no new run then.
    pub(super) has_begun: bool,
    /// Whether the last accepted proposal was this one.
    pub(super) is_repeated: bool,
    /// What has as many runs as it allows: the queue or the pool of the run.
    pub(super) full_place: Option<String>,
    pub(super) room: Room,
    pub(super) now: Timestamp,
}

/// Whether the deployment has room for one more run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    Free,
    /// Full, and one more waits.
    Wait,
    /// Full, and one more is cancelled.
    Cancel,
    /// There is never any.
    Never,
}

/// What becomes of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Decision {
    /// The run comes into the proposed state.
    Accept,
    /// It is in that state already: nothing is written.
    Keep,
    /// It comes into another state.
    Instead {
        state: Next,
        reason: String,
    },
    /// It stays in the state that it is in.
    Reject(String),
    Wait {
        delay: Duration,
        reason: String,
    },
    Abort(String),
}

/// A state that the rules themselves choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Next {
    pub(super) state_type: StateType,
    pub(super) state_name: &'static str,
    pub(super) message: Option<String>,
    pub(super) due: Option<Timestamp>,
}

/// The table.
#[expect(clippy::match_same_arms, reason = "each row of the table stands for itself, in its order")]
pub(super) fn decide(facts: &Facts, proposal: &Proposal) -> Decision {
    use StateType::{Cancelled, Cancelling, Completed, Crashed, Failed, Paused, Pending, Running, Scheduled};
    if facts.is_repeated {
        return Decision::Keep;
    }
    if proposal.force {
        return Decision::Accept;
    }
    let abort = |to: &str| {
        let reason = format!("the run is {}, and cannot become {to}", facts.state_name);
        Decision::Abort(reason)
    };
    match (facts.state_type, proposal.state_type()) {
        // The recorder may have been first.
        (Completed, Completed) | (Failed, Failed) | (Crashed, Crashed) | (Cancelled, Cancelled) => {
            Decision::Keep
        }
        (Completed | Failed | Crashed | Cancelled, to @ (Cancelling | Paused | Crashed)) => {
            abort(to.as_str())
        }
        (Completed | Failed | Crashed | Cancelled, Scheduled) if !facts.has_deployment => {
            abort("SCHEDULED without a deployment whose workers would run it")
        }
        (Cancelled, Pending) => abort("PENDING"),
        (Cancelling, Cancelled) => Decision::Accept,
        (Cancelling, Cancelling) => Decision::Keep,
        (Cancelling, Pending) => abort("PENDING"),
        (Cancelling, _) => {
            Decision::Reject("the run is being cancelled, and can only become Cancelled".to_owned())
        }
        // A claim, which makes the others come too late.
        (Pending | Running, Pending) => abort("PENDING"),
        (Scheduled, Pending) => claim(facts),
        (Scheduled | Pending, Running) => match wait(facts) {
            Some(delay) => Decision::Wait { delay, reason: "the run is not due yet".to_owned() },
            None => Decision::Accept,
        },
        (Scheduled, Cancelling) if facts.worker.is_none() => Decision::Instead {
            state: Next::plain(Cancelled, "Cancelled", proposal.message.clone()),
            reason: "nobody has begun the run".to_owned(),
        },
        // No process has it, and who resumes it has it scheduled.
        (Paused, Cancelling) if facts.is_suspended() => Decision::Instead {
            state: Next::plain(Cancelled, "Cancelled", proposal.message.clone()),
            reason: "no process has the run".to_owned(),
        },
        (Paused, Running | Scheduled) if facts.due.is_some_and(|due| due <= facts.now) => Decision::Instead {
            state: Next::plain(Failed, "Failed", Some("the pause has timed out".to_owned())),
            reason: "the pause has timed out, and the run can no longer go on".to_owned(),
        },
        (Paused, Scheduled) if !facts.is_suspended() => {
            Decision::Reject("the run waits in a process: it is resumed there, and not scheduled".to_owned())
        }
        (Paused, Pending | Running | Crashed) if facts.is_suspended() => {
            Decision::Reject("the run is Suspended: it goes on when somebody resumes it".to_owned())
        }
        (Running, Paused) => Decision::Accept,
        // One that waits in its process may leave it.
        (Paused, Paused) if proposal.state == StateName::Suspended && !facts.is_suspended() => {
            Decision::Accept
        }
        (_, Paused) => {
            Decision::Reject(format!("only a run that runs can pause; it is {}", facts.state_name))
        }
        _ => Decision::Accept,
    }
}

/// A worker wants to run a run that is scheduled.
fn claim(facts: &Facts) -> Decision {
    if let Some(place) = &facts.full_place {
        let reason = format!("{place} has as many runs as it allows");
        return Decision::Wait { delay: PLACE_RETRY, reason };
    }
    match facts.room {
        Room::Free => Decision::Accept,
        Room::Never => Decision::Abort("the deployment has a concurrency limit of 0".to_owned()),
        // What has begun before is no new run.
        Room::Cancel if !facts.has_begun => Decision::Instead {
            state: Next::plain(
                StateType::Cancelled,
                "Cancelled",
                Some("as many runs of the deployment as it allows had begun".to_owned()),
            ),
            reason: "as many runs of the deployment as it allows have begun".to_owned(),
        },
        Room::Wait | Room::Cancel => Decision::Instead {
            state: Next {
                due: facts.now.checked_add(SLOT_RETRY).ok(),
                ..Next::plain(StateType::Scheduled, "AwaitingConcurrencySlot", None)
            },
            reason: "as many runs of the deployment as it allows have begun".to_owned(),
        },
    }
}

/// How long until the run is due, in whole seconds as a server counts.
fn wait(facts: &Facts) -> Option<Duration> {
    let due = facts.due.filter(|&due| due > facts.now)?;
    let left = Duration::try_from(due.duration_since(facts.now)).ok()?;
    Some(Duration::from_secs(left.as_secs() + u64::from(left.subsec_nanos() > 0)))
}

impl Facts {
    fn is_suspended(&self) -> bool {
        self.state_name == StateName::Suspended.as_str()
    }
}

impl Next {
    pub(super) fn plain(state_type: StateType, state_name: &'static str, message: Option<String>) -> Self {
        Next { state_type, state_name, message, due: None }
    }
}

#[cfg(test)]
mod tests {
    use super::{Decision, Facts, Room, decide};
    use crate::proposal::Proposal;
    use crate::state::{StateName, StateType};
    use jiff::{SignedDuration, Timestamp};

    fn facts(state: StateName) -> Facts {
        Facts {
            state_type: state.state_type(),
            state_name: state.as_str().to_owned(),
            due: None,
            worker: None,
            has_deployment: false,
            has_begun: false,
            is_repeated: false,
            full_place: None,
            room: Room::Free,
            now: Timestamp::UNIX_EPOCH,
        }
    }

    fn verdict(facts: &Facts, to: StateName) -> String {
        match decide(facts, &Proposal::of(to)) {
            Decision::Accept => "accept".to_owned(),
            Decision::Keep => "keep".to_owned(),
            Decision::Instead { state, .. } => state.state_name.to_owned(),
            Decision::Reject(_) => "reject".to_owned(),
            Decision::Wait { delay, .. } => format!("wait {}", delay.as_secs()),
            Decision::Abort(_) => "abort".to_owned(),
        }
    }

    #[test]
    fn each_row_of_the_table_has_its_verdict() {
        use StateName::{
            AwaitingRetry, Cancelled, Cancelling, Completed, Crashed, Failed, Paused, Pending, Resuming,
            Running, Scheduled, Suspended,
        };
        for (from, to, expected) in [
            (Scheduled, Pending, "accept"),
            (Pending, Pending, "abort"),
            (Running, Pending, "abort"),
            (Cancelling, Pending, "abort"),
            (Cancelled, Pending, "abort"),
            (Scheduled, Running, "accept"),
            (Pending, Running, "accept"),
            (Running, Running, "accept"),
            (Running, AwaitingRetry, "accept"),
            (Running, Paused, "accept"),
            (Pending, Paused, "reject"),
            (Paused, Running, "accept"),
            (Paused, Resuming, "reject"),
            (Paused, Cancelling, "accept"),
            (Running, Suspended, "accept"),
            (Paused, Suspended, "accept"),
            (Pending, Suspended, "reject"),
            (Cancelling, Suspended, "reject"),
            (Cancelled, Suspended, "abort"),
            (Suspended, Resuming, "accept"),
            (Suspended, Suspended, "reject"),
            (Suspended, Paused, "reject"),
            (Suspended, Running, "reject"),
            (Suspended, Pending, "reject"),
            (Suspended, Crashed, "reject"),
            (Suspended, Cancelling, "Cancelled"),
            (Resuming, Pending, "accept"),
            (Resuming, Cancelling, "Cancelled"),
            (Scheduled, Cancelling, "Cancelled"),
            (Running, Cancelling, "accept"),
            (Cancelling, Cancelling, "keep"),
            (Cancelling, Cancelled, "accept"),
            (Cancelling, Completed, "reject"),
            (Cancelling, Running, "reject"),
            (Completed, Cancelling, "abort"),
            (Failed, Paused, "abort"),
            (Cancelled, Crashed, "abort"),
            (Completed, Completed, "keep"),
            (Failed, Running, "accept"),
            (Crashed, Running, "accept"),
            (Failed, Scheduled, "abort"),
            (Running, Completed, "accept"),
            (Running, Failed, "accept"),
            (Running, Crashed, "accept"),
        ] {
            assert_eq!(verdict(&facts(from), to), expected, "{from} to {to}");
        }
    }

    #[test]
    fn a_run_waits_until_it_is_due() {
        let due = Some(Timestamp::UNIX_EPOCH + SignedDuration::from_millis(1_500));
        for from in [StateName::Scheduled, StateName::Pending, StateName::AwaitingRetry] {
            assert_eq!(verdict(&Facts { due, ..facts(from) }, StateName::Running), "wait 2");
        }
    }

    #[test]
    fn a_pause_that_has_timed_out_fails_the_run() {
        let paused = Facts { due: Some(Timestamp::UNIX_EPOCH), ..facts(StateName::Paused) };
        assert_eq!(verdict(&paused, StateName::Running), "Failed");
        let suspended = Facts { due: Some(Timestamp::UNIX_EPOCH), ..facts(StateName::Suspended) };
        assert_eq!(verdict(&suspended, StateName::Resuming), "Failed");
    }

    #[test]
    fn a_run_without_a_slot_waits_or_is_cancelled() {
        for (room, expected) in
            [(Room::Wait, "AwaitingConcurrencySlot"), (Room::Cancel, "Cancelled"), (Room::Never, "abort")]
        {
            assert_eq!(verdict(&Facts { room, ..facts(StateName::Scheduled) }, StateName::Pending), expected);
        }
    }

    #[test]
    fn a_run_that_has_begun_before_is_not_cancelled_for_want_of_a_slot() {
        let resumed = Facts { room: Room::Cancel, has_begun: true, ..facts(StateName::Resuming) };
        assert_eq!(verdict(&resumed, StateName::Pending), "AwaitingConcurrencySlot");
    }

    #[test]
    fn a_run_whose_queue_is_full_stays_as_it_is() {
        let full = Facts { full_place: Some("work queue `urgent`".into()), ..facts(StateName::Scheduled) };
        assert_eq!(verdict(&full, StateName::Pending), "wait 5");
    }

    #[test]
    fn a_run_that_a_worker_has_is_not_cancelled_behind_its_back() {
        let retrying = Facts { worker: Some("one".into()), ..facts(StateName::AwaitingRetry) };
        assert_eq!(verdict(&retrying, StateName::Cancelling), "accept");
    }

    #[test]
    fn the_same_proposal_again_changes_nothing_and_force_passes_over_the_rules() {
        let again = Facts { is_repeated: true, ..facts(StateName::Pending) };
        assert_eq!(verdict(&again, StateName::Pending), "keep");
        let forced = Proposal::of(StateName::Crashed).force();
        assert_eq!(decide(&facts(StateName::Completed), &forced), Decision::Accept);
    }

    #[test]
    fn a_run_of_a_deployment_that_has_ended_may_be_scheduled_again() {
        let ended = Facts { has_deployment: true, ..facts(StateName::Failed) };
        assert_eq!(ended.state_type, StateType::Failed);
        assert_eq!(verdict(&ended, StateName::Scheduled), "accept");
    }
}
