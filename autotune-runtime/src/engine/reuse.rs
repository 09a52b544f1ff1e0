//! The result of an earlier run, of this process or another, or of one that is on its way.

use std::pin::Pin;

use super::{Execution, Phase};
use crate::body::Attempt;
use crate::cache::flight::{self, Seat};
use crate::cache::{self, Mode, TypedKey};
use crate::event::{Kept, Persisted};
use crate::key::Key;
use crate::moment::Moment;
use crate::output::{CacheOps, DurableOps, Ops};
use crate::{limits, results};

impl<R> Execution<R> {
    /// The result of an earlier run of the same key, or nothing and the phase that comes next.
    #[inline]
    pub(super) fn look_up(&mut self, slot: Pin<&dyn Attempt<R>>) -> Option<R> {
        self.core.phase = if limits::are_on_tags() { Phase::TakingSlots } else { Phase::Starting };
        let key = self.core.key?;
        let of_call = self.core.node.extras.as_ref().and_then(|extras| extras.cache_mode);
        match cache::mode().unless(of_call) {
            Mode::Use => {}
            Mode::Refresh => return None,
            Mode::Off => {
                // Without a key, the output is not kept either.
                self.core.key = None;
                return None;
            }
        }
        let cache = slot.ops().cache?();
        let output = (cache.read)(key).or_else(|| self.board_flight(key, &cache));
        if output.is_some() && self.core.is_recorded() && self.durable(&cache).is_some() {
            self.core.node.extras().result = Some(Persisted::Earlier(key));
        }
        output
    }

    /// Of concurrent calls of one key, only the first runs the body: the others wait for it.
    fn board_flight(&mut self, key: Key, cache: &CacheOps<R>) -> Option<R> {
        let extras = self.core.node.extras();
        match flight::board(TypedKey { key, type_id: cache.type_id }) {
            Seat::Leads(flight) => {
                extras.flight = Some(flight);
                // Another flight may have ended between the look-up and the boarding.
                (cache.read)(key).or_else(|| self.recall(key, cache))
            }
            Seat::Follows(ended) => {
                self.core.phase = Phase::WaitingForFlight;
                extras.waiting = Some(Box::pin(async {
                    ended.await;
                    Ok(None)
                }));
                None
            }
        }
    }

    /// The result that an earlier process has kept. It is in memory from then on.
    fn recall(&self, key: Key, cache: &CacheOps<R>) -> Option<R> {
        let durable = self.durable(cache)?;
        let found = results::read(key)?;
        match (durable.decode)(&found.value) {
            Ok(output) => {
                (cache.write)(key, &output, found.remaining);
                Some(output)
            }
            Err(error) => {
                tracing::warn!(
                    target: "autotune::run",
                    "`{}` runs again, because its stored result cannot be read: {error}",
                    self.core.node.definition.name
                );
                None
            }
        }
    }

    /// Keeps the output for later calls of the same key.
    #[inline]
    pub(super) fn keep(&mut self, ops: &Ops<R>, output: &R) {
        if self.core.transaction().is_some() {
            self.stage(ops, output);
        } else if let (Some(key), Some(cache)) = (self.core.key, ops.cache) {
            let (cache, expiration) = (cache(), self.core.node.definition.cache_expiration);
            match self.kept(key, &cache, output) {
                None => (cache.write)(key, output, expiration),
                Some(kept) => {
                    let keep = (cache.write_later)(key, output, expiration);
                    let extras = self.core.node.extras();
                    (extras.result, extras.keep) = (Some(Persisted::New(kept)), keep);
                }
            }
        }
    }

    /// The output as the recorder is to store it, where it outlives the process.
    pub(super) fn kept(&self, key: Key, cache: &CacheOps<R>, output: &R) -> Option<Box<Kept>> {
        let durable = self.durable(cache).filter(|_| self.core.is_recorded())?;
        match (durable.encode)(output)? {
            Ok(value) => {
                let created = Moment::now();
                let expires = self.core.node.definition.cache_expiration;
                let expires = expires.and_then(|expiration| created.plus(expiration));
                let sequence = Some(self.core.node.sequence);
                Some(Box::new(Kept { sequence, key, value, created, expires }))
            }
            Err(error) => {
                let name = self.core.node.definition.name;
                tracing::warn!(target: "autotune::run", "the result of `{name}` is not persisted: {error}");
                None
            }
        }
    }

    /// How the output outlives the process, where it does.
    fn durable(&self, cache: &CacheOps<R>) -> Option<DurableOps<R>> {
        // What a test finds is of that test, and of no earlier one.
        #[cfg(feature = "testing")]
        if self.core.is_watched() {
            return None;
        }
        cache.durable.filter(|_| results::are_kept())
    }
}
