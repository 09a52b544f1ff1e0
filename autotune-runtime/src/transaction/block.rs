//! Code that is one transaction.

use std::panic::{AssertUnwindSafe, resume_unwind};

use futures_util::FutureExt;

use super::{CommitMode, KeyedTransaction, Staged, Transaction, current};
use crate::interrupted::{Interrupted, RolledBack};
use crate::surroundings::{Surroundings, Within};

/// What a transaction without a key is called in an error.
const UNNAMED: &str = "transaction";

/// A transaction, to be run: Prefect's `with transaction():`.
///
/// See the [module](crate::transaction) for what happens to the tasks in it.
pub fn transaction() -> TransactionBuilder {
    TransactionBuilder::default()
}

/// A transaction that has not begun. Made by [`transaction`].
#[derive(Debug, Clone, Copy, Default)]
#[must_use = "a transaction does nothing until it is `.run(..)`"]
pub struct TransactionBuilder {
    mode: Option<CommitMode>,
}

impl TransactionBuilder {
    /// Commits at another time than the transaction that this one is in would.
    pub fn mode(mut self, mode: CommitMode) -> Self {
        self.mode = Some(mode);
        self
    }

    /// Runs only once for this key: what it returned is kept when it is committed, and returned from then on.
    ///
    /// It is kept in the memory of the process, as cached results are; with
    /// [`persist_result`](KeyedTransaction::persist_result), for longer.
    pub fn key(self, key: impl Into<String>) -> KeyedTransaction {
        KeyedTransaction::new(self, key.into())
    }

    /// Runs `block` as one transaction, and gives what it returned.
    ///
    /// Where the block fails, panics or is dropped, all that its tasks did is rolled back. So it is where a task
    /// in it has failed, even if the block goes on and returns `Ok`: the output is then an
    /// [`Interrupted::RolledBack`]. An attempt that is tried again is no failure.
    ///
    /// Await in the block what you submit in it: what ends later is on its own.
    pub async fn run<T, E, F, Fut>(self, block: F) -> Result<T, E>
    where
        F: FnOnce(Transaction) -> Fut,
        Fut: Future<Output = Result<T, E>>,
        E: From<Interrupted>,
    {
        self.run_named(UNNAMED, block, |_| Staged::default()).await
    }

    pub(super) async fn run_named<T, E, F, Fut>(
        self,
        name: &str,
        block: F,
        stage: impl FnOnce(&T) -> Staged,
    ) -> Result<T, E>
    where
        F: FnOnce(Transaction) -> Fut,
        Fut: Future<Output = Result<T, E>>,
        E: From<Interrupted>,
    {
        let transaction = Transaction::inside(current(), self.mode);
        let mut unfinished = Unfinished { transaction: Some(transaction.clone()), name };
        let handle = transaction.clone();
        let around = Surroundings::here().in_transaction(transaction.clone());
        let block = AssertUnwindSafe(async move { block(handle).await }).catch_unwind();
        let output = Within::new(around, block).await;
        unfinished.transaction = None;
        if let Ok(Ok(value)) = &output {
            transaction.stage(stage(value));
        }
        let succeeded = matches!(output, Ok(Ok(_)))
            && (self.mode != Some(CommitMode::Off) || transaction.was_committed());
        let committed = match transaction.settle(succeeded, name) {
            Some(settling) => settling.await,
            None => succeeded,
        };
        let value = output.unwrap_or_else(|panic| resume_unwind(panic))?;
        if let Some(by) = transaction.failed_inside() {
            return Err(E::from(RolledBack { by }.into()));
        }
        if succeeded && !committed && !transaction.is_wanted_back() {
            return Err(E::from(RolledBack { by: "on_commit".to_owned() }.into()));
        }
        Ok(value)
    }
}

/// A transaction whose code may be dropped.
struct Unfinished<'a> {
    transaction: Option<Transaction>,
    name: &'a str,
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if let Some(transaction) = &self.transaction {
            transaction.abandon(self.name);
        }
    }
}

impl Transaction {
    fn was_committed(&self) -> bool {
        self.progress().committed_by_hand
    }

    fn is_wanted_back(&self) -> bool {
        self.progress().failed.is_some()
    }
}
