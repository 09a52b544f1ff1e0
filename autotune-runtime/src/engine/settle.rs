//! The part of a run in a transaction.

use std::pin::Pin;
use std::sync::Arc;

use super::{Core, Ending, Execution, Outcome, Phase};
use crate::definition::Kind;
use crate::extras::{Waiting, waiting};
use crate::hook::HookPoint;
use crate::output::Ops;
use crate::state::StateType;
use crate::surroundings::Surroundings;
use crate::transaction::{Staged, Transaction};

impl Core {
    /// Each run of a task in a transaction is one of its own, inside of the other.
    #[inline]
    pub(super) fn join_transaction(&mut self) {
        let hooks = self.node.definition.hooks;
        let has_hooks = hooks.contains(HookPoint::Commit) || hooks.contains(HookPoint::Rollback);
        if has_hooks || self.node.surroundings().is_some() {
            self.join_transaction_now(has_hooks);
        }
    }

    #[cold]
    fn join_transaction_now(&mut self, has_hooks: bool) {
        let around = self.node.surroundings();
        let parent = around.and_then(|around| around.transaction().cloned());
        if self.node.definition.kind == Kind::Flow || (parent.is_none() && !has_hooks) {
            return;
        }
        let around = around.map(|around| Surroundings::clone(around)).unwrap_or_default();
        let own = Transaction::inside(parent, None);
        let extras = self.node.extras();
        extras.around = Some(Arc::new(around.in_transaction(own.clone())));
        extras.transaction = Some(own);
    }

    #[inline]
    pub(super) fn transaction(&self) -> Option<&Transaction> {
        self.node.extras.as_ref().and_then(|extras| extras.transaction.as_ref())
    }

    /// Undoes what a failed attempt has left behind, before the next one.
    pub(super) fn undo_attempt(&mut self) {
        if let Some(undoing) = self.transaction().and_then(Transaction::undo) {
            self.node.extras().waiting = Some(settled(undoing));
            self.phase = Phase::Undoing;
        }
    }

    /// A run that is dropped takes its transaction with it.
    pub(super) fn abandon_transaction(&self) {
        if let Some(own) = self.transaction() {
            own.abandon(self.node.definition.name);
        }
    }
}

impl<R> Execution<R> {
    /// Leaves behind in the transaction what is to be kept or undone with it.
    #[cold]
    pub(super) fn stage(&self, ops: &Ops<R>, output: &R) {
        let Some(own) = self.core.transaction() else { return };
        let expiration = self.core.node.definition.cache_expiration;
        let (mut write, mut kept) = (None, None);
        if let (Some(key), Some(cache)) = (self.core.key, ops.cache) {
            let cache = cache();
            write = (cache.write_later)(key, output, expiration);
            kept = self.kept(key, &cache, output).zip(self.core.node.scope.clone());
        }
        let hooks = ops.stage.and_then(|stage| stage(output));
        own.stage(Staged { hooks, write, kept, rolled_back: self.core.on_rolled_back() });
    }

    /// Whether neither a hook nor a transaction has to do with the end of the run: of most there is nothing.
    #[inline]
    pub(super) fn ends_alone(&self) -> bool {
        self.held.is_none() && self.core.node.extras.is_none() && self.core.node.definition.hooks.is_empty()
    }

    /// Ends the transaction of the run, or leaves that to the one that it is in; `None` if it takes its time.
    #[inline(never)]
    pub(super) fn settle(&mut self, outcome: Outcome<R>) -> Option<Outcome<R>> {
        if self.core.transaction().is_none() {
            return Some(outcome);
        }
        self.settle_now(outcome)
    }

    #[inline(never)]
    fn settle_now(&mut self, outcome: Outcome<R>) -> Option<Outcome<R>> {
        let completed = self.core.state.state_type() == StateType::Completed;
        let name = self.core.node.definition.name;
        let settling = self.core.transaction().and_then(|own| own.settle(completed, name));
        let Some(settling) = settling else { return Some(outcome) };
        self.core.node.extras().waiting = Some(settled(settling));
        self.held().parked = Some(match outcome {
            Outcome::Output(output) => Ending::Output(output),
            Outcome::Panic(panic) => Ending::Panic(panic),
        });
        self.core.phase = Phase::Settling;
        None
    }

    /// What the run ended with, after it waited for something else.
    pub(super) fn unpark_outcome(&mut self) -> Outcome<R> {
        match self.unpark() {
            Ending::Output(output) => Outcome::Output(output),
            Ending::Panic(panic) => Outcome::Panic(panic),
            Ending::TimedOut(_) => unreachable!("a timeout is an output before the run has ended"),
        }
    }
}

fn settled(settling: Pin<Box<dyn Future<Output = bool> + Send>>) -> Waiting {
    waiting(async {
        settling.await;
        Ok(None)
    })
}
