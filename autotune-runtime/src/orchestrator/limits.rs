//! Limits that hold over all processes.

use super::Answer;
use crate::limit_record::{Acquired, Acquisition, LeaseId, LimitRecord, NewLimit};

/// Named limits that hold over all processes.
pub trait Limits {
    /// Makes a limit, or changes that of the same name.
    fn set_limit(&self, limit: NewLimit) -> Answer<'_, LimitRecord>;

    /// All limits, by name.
    fn limits(&self) -> Answer<'_, Vec<LimitRecord>>;

    /// Removes a limit; whether there was one.
    fn delete_limit<'a>(&'a self, name: &'a str) -> Answer<'a, bool>;

    /// Takes slots of several limits: all of them, or none. Names that have no limit ask for nothing.
    fn acquire(&self, acquisition: Acquisition) -> Answer<'_, Acquired>;

    /// Keeps slots for longer; `false` if they are lost.
    fn renew(&self, lease: LeaseId) -> Answer<'_, bool>;

    /// Gives slots back.
    fn release(&self, lease: LeaseId) -> Answer<'_, ()>;
}
