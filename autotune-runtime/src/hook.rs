//! When a hook is called.

use crate::state::StateName;

/// A kind of state that a hook waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HookPoint {
    /// `on_running`: an attempt is about to start.
    Running,
    /// `on_completion`: the run has a result, its own or a cached one.
    Completion,
    /// `on_failure`: the run has failed, and is not tried again.
    Failure,
    /// `on_crashed`: the body has panicked.
    Crashed,
    /// `on_cancellation`: the run was told to stop, or dropped, before its end.
    Cancellation,
    /// `on_commit`: the transaction of the run is committed.
    Commit,
    /// `on_rollback`: the transaction of the run is rolled back.
    Rollback,
}

impl HookPoint {
    /// The hooks that a run calls when it comes into this state.
    #[must_use]
    pub(crate) const fn of(state: StateName) -> Option<HookPoint> {
        match state {
            StateName::Running | StateName::Retrying => Some(HookPoint::Running),
            StateName::Completed | StateName::Cached => Some(HookPoint::Completion),
            StateName::Failed | StateName::TimedOut => Some(HookPoint::Failure),
            StateName::Crashed => Some(HookPoint::Crashed),
            StateName::Cancelling | StateName::Cancelled => Some(HookPoint::Cancellation),
            _ => None,
        }
    }

    /// The option of this point.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            HookPoint::Running => "on_running",
            HookPoint::Completion => "on_completion",
            HookPoint::Failure => "on_failure",
            HookPoint::Crashed => "on_crashed",
            HookPoint::Cancellation => "on_cancellation",
            HookPoint::Commit => "on_commit",
            HookPoint::Rollback => "on_rollback",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// The hooks that a task or flow has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HookPoints(u8);

impl HookPoints {
    /// No hook at all.
    pub const NONE: HookPoints = HookPoints(0);

    /// These, and another.
    #[must_use]
    pub const fn with(self, point: HookPoint) -> Self {
        HookPoints(self.0 | point.bit())
    }

    /// Whether there is a hook at this point.
    #[inline]
    #[must_use]
    pub const fn contains(self, point: HookPoint) -> bool {
        self.0 & point.bit() != 0
    }

    /// Whether there is no hook at all.
    #[inline]
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}
