//! The result of an earlier run, or of one that is on its way.

use std::pin::Pin;

use super::{Execution, Phase};
use crate::body::Attempt;
use crate::cache::flight::{self, Seat};
use crate::cache::{self, Mode, TypedKey};
use crate::key::Key;
use crate::limits;
use crate::output::{CacheOps, Ops};

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
        (cache.read)(key).or_else(|| self.board_flight(key, &cache))
    }

    /// Of concurrent calls of one key, only the first runs the body: the others wait for it.
    fn board_flight(&mut self, key: Key, cache: &CacheOps<R>) -> Option<R> {
        let extras = self.core.node.extras();
        match flight::board(TypedKey { key, type_id: cache.type_id }) {
            Seat::Leads(flight) => {
                extras.flight = Some(flight);
                // Another flight may have ended between the look-up and the boarding.
                (cache.read)(key)
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

    /// Keeps the output for later calls of the same key.
    #[inline]
    pub(super) fn keep(&self, ops: &Ops<R>, output: &R) {
        if let Some(own) = self.core.transaction() {
            self.stage(own, ops, output);
        } else if let (Some(key), Some(cache)) = (self.core.key, ops.cache) {
            (cache().write)(key, output, self.core.node.definition.cache_expiration);
        }
    }
}
