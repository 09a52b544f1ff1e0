//! Limits that hold over all processes.

use super::Answer;
use crate::limit_record::{Acquired, Acquisition, LeaseId, LimitPatch, LimitRecord, NewLimit};

/// Named limits that hold over all processes.
///
/// The code of runs takes their slots by [`limits::concurrency`](crate::limits::concurrency) and by its tags.
pub trait Limits {
    /// Makes a limit, or changes that of the same name, which keeps the slots that are taken.
    fn set_limit(&self, limit: NewLimit) -> Answer<'_, LimitRecord>;

    /// All limits, by name.
    fn limits(&self) -> Answer<'_, Vec<LimitRecord>>;

    /// Changes a limit.
    fn change_limit<'a>(&'a self, name: &'a str, patch: LimitPatch) -> Answer<'a, LimitRecord>;

    /// Removes a limit; whether there was one.
    fn delete_limit<'a>(&'a self, name: &'a str) -> Answer<'a, bool>;

    /// Takes slots of several limits: all of them, or none. Names that have no limit ask for nothing.
    ///
    /// Whoever was refused and asks again as it was told is served before those that come later.
    fn acquire(&self, acquisition: Acquisition) -> Answer<'_, Acquired>;

    /// Keeps slots for longer; `false` if they are lost.
    fn renew(&self, lease: LeaseId) -> Answer<'_, bool>;

    /// Gives slots back, or gives up waiting for them. A lease that there is not is no error.
    fn release(&self, lease: LeaseId) -> Answer<'_, ()>;
}
