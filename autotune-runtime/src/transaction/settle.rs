//! The end of a transaction: all of it is kept, or undone.

use std::pin::Pin;

use super::{CommitMode, Failure, Staged, Transaction, TransactionState};
use crate::event::Event;
use crate::hook::HookPoint;
use crate::hooks::spawn_hooks;

/// A transaction on its way to its end: whether it was committed.
pub(crate) type Settling = Pin<Box<dyn Future<Output = bool> + Send>>;

impl Transaction {
    /// Commits what has ended well in it so far, and says whether all hooks have succeeded.
    ///
    /// For [`CommitMode::Off`]; in other modes it is committed by itself.
    pub async fn commit(&self) -> bool {
        let committed = self.committed().await;
        self.progress().committed_by_hand = committed;
        committed
    }

    /// After the end of what is in it: settles it, or leaves it to the one that it is in. `name` is told to
    /// those that it fails.
    pub(crate) fn settle(&self, succeeded: bool, name: &str) -> Option<Settling> {
        let succeeded = succeeded && self.progress().failed.is_none();
        let parent = self.0.parent.as_ref();
        if let (Some(parent), false) = (parent, succeeded) {
            parent.progress().failed.get_or_insert_with(|| Failure::Inside(name.to_owned()));
        }
        if let (Some(parent), CommitMode::Lazy) = (parent, self.0.mode) {
            let mut progress = parent.progress();
            match progress.state {
                TransactionState::Active | TransactionState::Staged => {
                    progress.children.push(self.clone());
                    return None;
                }
                // What was submitted and not awaited comes after the end of the other.
                TransactionState::RolledBack => return Some(self.rolled_back()),
                TransactionState::Committed => {}
            }
        }
        Some(if succeeded { self.committed() } else { self.rolled_back() })
    }

    /// What the attempts so far have left behind, undone; `None` if that is nothing.
    pub(crate) fn undo(&self) -> Option<Settling> {
        let mut progress = self.progress();
        progress.failed = None;
        if progress.children.is_empty() {
            return None;
        }
        let attempt = Transaction::inside(None, None);
        attempt.progress().children = std::mem::take(&mut progress.children);
        Some(attempt.rolled_back())
    }

    /// Settles what was dropped before its end, on the runtime: there is no code any more that could.
    pub(crate) fn abandon(&self, name: &str) {
        if let Some(settling) = self.settle(false, name) {
            spawn_hooks(async move {
                settling.await;
            });
        }
    }

    /// Those inside of it first, in order; then its own hooks, then its results.
    fn committed(&self) -> Settling {
        let this = self.clone();
        Box::pin(async move {
            let (children, staged) = this.take();
            let mut succeeded = true;
            for child in &children {
                succeeded = succeeded && (child.is_committed() || child.committed().await);
            }
            for hooks in staged.iter().filter_map(|staged| staged.hooks.as_ref()) {
                succeeded = succeeded && hooks.call(HookPoint::Commit, this.clone()).await;
            }
            if !succeeded {
                {
                    let mut progress = this.progress();
                    progress.children = children;
                    progress.staged = staged;
                }
                this.rolled_back().await;
                return false;
            }
            let mut stored = None;
            let mut writes = Vec::new();
            for staged in staged {
                if let Some((kept, scope)) = staged.kept {
                    scope.record(Event::Kept(kept));
                    stored = scope.stored();
                }
                writes.extend(staged.write);
            }
            if let Some(stored) = stored {
                stored.await;
            }
            for write in writes {
                write();
            }
            this.progress().state = TransactionState::Committed;
            true
        })
    }

    /// Its own hooks first, then those inside of it; all in the opposite order.
    fn rolled_back(&self) -> Settling {
        let this = self.clone();
        Box::pin(async move {
            let (children, staged) = this.take();
            for staged in staged.into_iter().rev() {
                if let Some(hooks) = &staged.hooks {
                    // One that fails has said so; the others are called all the same.
                    hooks.call(HookPoint::Rollback, this.clone()).await;
                }
                if let Some(tell) = staged.rolled_back {
                    tell();
                }
            }
            for child in children.iter().rev().filter(|child| !child.is_committed()) {
                child.rolled_back().await;
            }
            this.progress().state = TransactionState::RolledBack;
            false
        })
    }

    fn is_committed(&self) -> bool {
        self.state() == TransactionState::Committed
    }

    fn take(&self) -> (Vec<Transaction>, Vec<Staged>) {
        let mut progress = self.progress();
        (std::mem::take(&mut progress.children), std::mem::take(&mut progress.staged))
    }

    /// What keeps it from being committed, where that comes from inside of it.
    pub(super) fn failed_inside(&self) -> Option<String> {
        match &self.progress().failed {
            Some(Failure::Inside(name)) => Some(name.clone()),
            Some(Failure::Wanted) | None => None,
        }
    }
}
