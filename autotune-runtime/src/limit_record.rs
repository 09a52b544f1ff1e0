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

    /// A limit whose slots come back by themselves, so many each second.
    #[must_use]
    pub fn rate(name: impl Into<String>, limit: u32, slot_decay_per_second: f64) -> Self {
        NewLimit { slot_decay_per_second, ..NewLimit::new(name, limit) }
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

/// What changes in a limit; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct LimitPatch {
    /// How many slots it has.
    pub limit: Option<u32>,
    /// Whether it holds.
    pub active: Option<bool>,
    /// How many slots come back by themselves each second.
    pub slot_decay_per_second: Option<f64>,
}

/// Slots that somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Acquisition {
    /// What the slots are leased as, and meanwhile the place of whoever waits for them. Whoever asks chooses it, and asks
    /// with the same one again: so slots can be given back whose answer was lost on the way.
    pub lease: LeaseId,
    /// The limits.
    pub names: Vec<String>,
    /// How many slots of each.
    pub slots: u32,
    /// How long they are kept without being renewed.
    pub lasts: Duration,
    /// What they are for.
    pub mode: Mode,
}

impl Acquisition {
    /// One slot of each, for five minutes at a time.
    #[must_use]
    pub fn of(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Acquisition {
            lease: LeaseId(Uuid::now_v7()),
            names: names.into_iter().map(Into::into).collect(),
            slots: 1,
            lasts: Duration::from_mins(5),
            mode: Mode::Concurrency,
        }
    }
}

/// What slots are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Mode {
    /// For something that goes on for a while: they are given back at its end.
    #[default]
    Concurrency,
    /// For something that happens once: nobody gives them back, so each limit must be one of rate.
    Rate,
}

/// Slots, while they are taken or waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LeaseId(pub Uuid);

/// Whether there were slots.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Acquired {
    /// They are taken, or there is nothing that limits.
    Slots(Taken),
    /// There are none, or others were there before: ask again. Until then the place is kept.
    Full {
        /// How long to wait first.
        retry_after: Duration,
    },
    /// A limit has fewer slots than were asked for, so they would never be free.
    TooMany {
        /// The name of the limit.
        name: String,
        /// How many it has.
        slots: u32,
    },
    /// The slots of a limit do not come back by themselves, and nobody would have given them back.
    NoRate {
        /// The name of the limit.
        name: String,
    },
}

/// Slots that were taken.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Taken {
    /// The names that have a limit, whether it holds or not.
    pub limits: Vec<String>,
    /// Whether they have to be renewed, and given back. Otherwise there are none that do not come back by themselves.
    pub is_leased: bool,
}

impl Taken {
    /// Slots of these limits.
    #[must_use]
    pub fn new(limits: Vec<String>, is_leased: bool) -> Self {
        Taken { limits, is_leased }
    }
}
