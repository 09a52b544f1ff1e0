//! Limits that hold over all processes, and the slots taken of them.

use std::time::Duration;

use uuid::Uuid;

/// A limit that is to be made or changed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct NewLimit {
    /// Its name; `tag:x` is that of runs with the tag `x`.
    pub name: String,
    /// How many slots it has.
    pub limit: u32,
    /// Whether slots may be taken; otherwise it does not hold.
    pub active: bool,
    /// How many slots come back by themselves each second, for a limit of rate; 0 if they are given back.
    pub slot_decay_per_second: f64,
}

impl NewLimit {
    /// A limit whose slots are given back.
    #[must_use]
    pub fn new(name: impl Into<String>, limit: u32) -> Self {
        NewLimit { name: name.into(), limit, active: true, slot_decay_per_second: 0.0 }
    }
}

/// A limit.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LimitRecord {
    /// What was set.
    pub spec: NewLimit,
    /// How many slots are taken.
    pub taken: u32,
}

/// Slots that somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Acquisition {
    /// The limits.
    pub names: Vec<String>,
    /// How many slots of each.
    pub slots: u32,
    /// How long they are kept without being renewed.
    pub lease: Duration,
}

impl Acquisition {
    /// One slot of each, for five minutes at a time.
    #[must_use]
    pub fn of(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let names = names.into_iter().map(Into::into).collect();
        Acquisition { names, slots: 1, lease: Duration::from_mins(5) }
    }
}

/// Slots, while they are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LeaseId(pub Uuid);

/// Whether there were slots.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Acquired {
    /// They are taken.
    Lease(LeaseId),
    /// There are none: ask again.
    Full {
        /// How long to wait first.
        retry_after: Duration,
    },
}
