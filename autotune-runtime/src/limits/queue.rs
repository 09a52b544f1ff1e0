//! Who waits for which slots, in the order in which they came.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::error::LimitError;
use crate::moment::Moment;

#[derive(Debug, Default)]
pub(super) struct Queue {
    limits: HashMap<String, Limit>,
    waiting: VecDeque<Arc<Waiter>>,
    /// How often slots of the orchestrator were given back here.
    given_back: u64,
}

/// One that waits.
#[derive(Debug)]
pub(super) struct Waiter {
    names: Vec<String>,
    occupy: usize,
    /// Whether the orchestrator is asked for names that have no limit here.
    asks: bool,
    /// Called when its turn may have come.
    pub(super) called: Notify,
}

/// A limit, and how much of it is taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit {
    slots: usize,
    taken: f64,
    /// For a rate limit: how many slots come back in a second, and since when they do.
    back: Option<(f64, Moment)>,
}

impl Limit {
    pub(super) fn slots(slots: usize) -> Self {
        Limit { slots, taken: 0.0, back: None }
    }

    pub(super) fn rate(slots: usize, per_second: f64) -> Self {
        Limit { slots, taken: 0.0, back: Some((per_second, Moment::now())) }
    }

    /// Gives back what has come back by itself.
    fn decay(&mut self, now: Moment) {
        if let Some((per_second, since)) = &mut self.back {
            let back = now.since(*since).as_secs_f64() * *per_second;
            self.taken = (self.taken - back).max(0.0);
            *since = now;
        }
    }

    /// How many slots are missing to have so many.
    fn missing(&self, occupy: usize) -> f64 {
        (self.taken + count(occupy) - count(self.slots)).max(0.0)
    }
}

#[expect(clippy::cast_precision_loss, reason = "nobody has 2^53 slots")]
fn count(slots: usize) -> f64 {
    slots as f64
}

impl Queue {
    pub(super) fn set(&mut self, name: String, limit: Limit) {
        let taken = self.limits.get(&name).map_or(0.0, |limit| limit.taken);
        self.limits.insert(name, Limit { taken, ..limit });
        self.call_all();
    }

    pub(super) fn remove(&mut self, name: &str) -> bool {
        let removed = self.limits.remove(name).is_some();
        self.call_all();
        removed
    }

    pub(super) fn slots_of(&self, name: &str) -> Option<usize> {
        self.limits.get(name).map(|limit| limit.slots)
    }

    /// Whether a limit of this name has so many slots, and whether they come back if nobody gives them back; `false` if
    /// there is no such limit.
    pub(super) fn could_give(&self, name: &str, occupy: usize, kept: bool) -> Result<bool, LimitError> {
        let Some(limit) = self.limits.get(name) else { return Ok(false) };
        let name = || name.to_owned();
        if limit.slots < occupy {
            return Err(LimitError::TooMany { name: name(), asked: occupy, slots: limit.slots });
        }
        if !kept && limit.back.is_none() {
            return Err(LimitError::NoRate { name: name() });
        }
        Ok(true)
    }

    pub(super) fn join(&mut self, names: Vec<String>, occupy: usize, asks: bool) -> Arc<Waiter> {
        let waiter = Arc::new(Waiter { names, occupy, asks, called: Notify::new() });
        self.waiting.push_back(Arc::clone(&waiter));
        waiter
    }

    /// Whether it is the waiter's turn, and the slots that it asks for are free here: then the names that the
    /// orchestrator is to be asked for. If they are not, how long until they may be, where that is known.
    pub(super) fn turn(
        &mut self,
        waiter: &Arc<Waiter>,
        now: Moment,
    ) -> Result<Vec<String>, Option<Duration>> {
        for name in &waiter.names {
            if let Some(limit) = self.limits.get_mut(name) {
                limit.decay(now);
            }
        }
        // Whoever came earlier and wants a slot of one of these limits goes first.
        let earlier = self.waiting.iter().take_while(|other| !Arc::ptr_eq(other, waiter));
        let mut wanted_earlier = earlier.flat_map(|other| &other.names);
        let is_limited = |name| waiter.asks || self.limits.contains_key(name);
        if wanted_earlier.any(|name| is_limited(name) && waiter.names.contains(name)) {
            return Err(None);
        }
        let mut wait = None;
        let mut missing = false;
        for limit in waiter.names.iter().filter_map(|name| self.limits.get(name)) {
            let short = limit.missing(waiter.occupy);
            if short > f64::EPSILON {
                missing = true;
                wait = wait.max(limit.back.map(|(per_second, _)| until(short, per_second)));
            }
        }
        if missing {
            return Err(wait);
        }
        let elsewhere = waiter.names.iter().filter(|name| waiter.asks && !self.limits.contains_key(*name));
        Ok(elsewhere.cloned().collect())
    }

    /// Takes the slots of the limits that there are here, and names them.
    pub(super) fn take(&mut self, waiter: &Waiter) -> Vec<String> {
        let mut taken = Vec::new();
        for name in &waiter.names {
            if let Some(limit) = self.limits.get_mut(name) {
                limit.taken += count(waiter.occupy);
                taken.push(name.clone());
            }
        }
        taken
    }

    /// How often slots of the orchestrator were given back here.
    pub(super) fn times_given_back(&self) -> u64 {
        self.given_back
    }

    /// Slots of the orchestrator were given back here: whoever waits for them need not wait until it may ask again.
    pub(super) fn given_back(&mut self) {
        self.given_back += 1;
        self.call_all();
    }

    /// Gives slots back.
    pub(super) fn give_back(&mut self, names: &[String], slots: usize) {
        for name in names {
            if let Some(limit) = self.limits.get_mut(name) {
                limit.taken = (limit.taken - count(slots)).max(0.0);
            }
        }
        self.call_all();
    }

    /// Gives up a place, served or not.
    pub(super) fn leave(&mut self, waiter: &Arc<Waiter>) {
        self.waiting.retain(|other| !Arc::ptr_eq(other, waiter));
        self.call_all();
    }

    /// Lets everybody look whether its turn has come: few wait, and most of them cannot know.
    fn call_all(&self) {
        for waiter in &self.waiting {
            waiter.called.notify_waiters();
        }
    }
}

/// How long until so many slots of a rate limit are back.
fn until(missing: f64, per_second: f64) -> Duration {
    // A little more than that, so that the next look finds them.
    Duration::try_from_secs_f64(missing / per_second)
        .unwrap_or(Duration::MAX)
        .saturating_add(Duration::from_millis(1))
}
