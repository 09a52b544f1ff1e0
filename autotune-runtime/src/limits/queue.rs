//! Who waits for which slots, in the order in which they came.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::until;
use crate::moment::Moment;

#[derive(Debug, Default)]
pub(super) struct Queue {
    limits: HashMap<String, Limit>,
    waiting: VecDeque<Arc<Waiter>>,
}

/// One that waits.
#[derive(Debug)]
pub(super) struct Waiter {
    names: Vec<String>,
    occupy: usize,
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

    pub(super) fn remove(&mut self, name: &str) {
        self.limits.remove(name);
        self.call_all();
    }

    pub(super) fn slots_of(&self, name: &str) -> Option<usize> {
        self.limits.get(name).map(|limit| limit.slots)
    }

    pub(super) fn join(&mut self, names: Vec<String>, occupy: usize) -> Arc<Waiter> {
        let waiter = Arc::new(Waiter { names, occupy, called: Notify::new() });
        self.waiting.push_back(Arc::clone(&waiter));
        waiter
    }

    /// Takes all the slots that the waiter asks for, if it is its turn and they are free, and names the limits
    /// that there were. If they are not,
    /// how long until they may be, where that is known.
    pub(super) fn serve(
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
        if wanted_earlier.any(|name| self.limits.contains_key(name) && waiter.names.contains(name)) {
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
        let mut taken = Vec::new();
        for name in &waiter.names {
            if let Some(limit) = self.limits.get_mut(name) {
                limit.taken += count(waiter.occupy);
                taken.push(name.clone());
            }
        }
        Ok(taken)
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
