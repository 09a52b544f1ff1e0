//! What a run leaves behind in its transaction.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use super::{Transaction, TransactionState};
use crate::event::Kept;
use crate::hook::HookPoint;
use crate::output::{Keep, Part};
use crate::scope::Scope;

/// What is to be done at the end of the transaction.
#[derive(Default)]
pub(crate) struct Staged {
    /// Calls `on_commit` or `on_rollback`.
    pub(crate) hooks: Option<StageHooks>,
    /// Keeps the result.
    pub(crate) write: Option<Box<dyn FnOnce() + Send + Sync>>,
    /// The result as the recorder of this root run is to store it.
    pub(crate) kept: Option<(Box<Kept>, Arc<Scope>)>,
    /// Tells that the run was rolled back.
    pub(crate) rolled_back: Option<Box<dyn FnOnce() + Send + Sync>>,
}

/// The hooks of a run on their way: whether they have succeeded.
pub type HookCall = Pin<Box<dyn Future<Output = bool> + Send>>;

/// Calls the hooks of a run.
pub struct StageHooks(Box<dyn Fn(HookPoint, Transaction) -> HookCall + Send + Sync>);

impl StageHooks {
    pub(super) fn call(&self, point: HookPoint, transaction: Transaction) -> HookCall {
        (self.0)(point, transaction)
    }
}

impl fmt::Debug for StageHooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StageHooks").finish_non_exhaustive()
    }
}

/// The result of a task with `on_commit` or `on_rollback`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be handed to `on_commit` and `on_rollback`",
    label = "the result of a task with these hooks must be `Clone + Send + Sync + 'static`",
    note = "the hooks are called when the transaction ends: derive `Clone`, or share it as `Arc<T>`"
)]
pub trait Stageable: Clone + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Clone + Send + Sync + 'static> Stageable for T {}

/// The hooks of a run, with the value that it returned; `None` where it returned an error.
pub fn staged<V: Stageable, K: Keep<V>>(
    _: Part<V, K>,
    output: &K::Output,
    call: fn(HookPoint, Transaction, Arc<V>) -> HookCall,
) -> Option<StageHooks> {
    let value = Arc::new(K::value(output)?.clone());
    Some(StageHooks(Box::new(move |point, transaction| call(point, transaction, Arc::clone(&value)))))
}

impl Transaction {
    /// Takes what a run leaves behind.
    pub(crate) fn stage(&self, staged: Staged) {
        let mut progress = self.progress();
        progress.staged.push(staged);
        progress.state = TransactionState::Staged;
    }
}
