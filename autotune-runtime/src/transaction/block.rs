//! Code that is one transaction.

use std::any::TypeId;
use std::panic::{AssertUnwindSafe, resume_unwind};

use futures_util::FutureExt;

use super::{CommitMode, Staged, Transaction, current};
use crate::cache::flight::{self, Flight, Seat};
use crate::cache::{self, Cacheable, TypedKey};
use crate::interrupted::{Interrupted, RolledBack};
use crate::key::Key;
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
    /// It is kept in the memory of the process, as cached results are.
    pub fn key(self, key: impl Into<String>) -> KeyedTransaction {
        KeyedTransaction {
            builder: self,
            key: key.into(),
            overwrite: false,
            isolation: Isolation::ReadCommitted,
        }
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
        self.run_named(UNNAMED, block, |_| None).await
    }

    async fn run_named<T, E, F, Fut>(
        self,
        name: &str,
        block: F,
        write: impl FnOnce(&T) -> Option<Box<dyn FnOnce() + Send + Sync>>,
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
            transaction.stage(Staged { write: write(value), ..Staged::default() });
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

/// A transaction that runs once for its key. Made by [`TransactionBuilder::key`].
#[derive(Debug, Clone)]
#[must_use = "a transaction does nothing until it is `.run(..)`"]
pub struct KeyedTransaction {
    builder: TransactionBuilder,
    key: String,
    overwrite: bool,
    isolation: Isolation,
}

/// What transactions of one key see of each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Isolation {
    /// What was committed before they began: two at once both run, and the last one is kept.
    #[default]
    ReadCommitted,
    /// One after the other: the second finds what the first has committed.
    Serializable,
}

impl KeyedTransaction {
    /// Runs even if there is a result for the key, and keeps the new one.
    pub fn overwrite(mut self) -> Self {
        self.overwrite = true;
        self
    }

    /// Chooses what transactions of the same key see of each other.
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = isolation;
        self
    }

    /// As [`TransactionBuilder::run`], unless there is a result for the key: then it is that result.
    pub async fn run<T, E, F, Fut>(self, block: F) -> Result<T, E>
    where
        F: FnOnce(Transaction) -> Fut,
        Fut: Future<Output = Result<T, E>>,
        E: From<Interrupted>,
        T: Cacheable,
    {
        let key = Key::of_transaction(&self.key);
        let kept = || if self.overwrite { None } else { cache::read::<T>(key) };
        if let Some(value) = kept() {
            return Ok(value);
        }
        let turn = match self.isolation {
            Isolation::ReadCommitted => None,
            Isolation::Serializable => Some(turn(TypedKey { key, type_id: TypeId::of::<T>() }).await),
        };
        if let (Some(_), Some(value)) = (&turn, kept()) {
            return Ok(value);
        }
        let write = |value: &T| {
            let value = value.clone();
            let write: Box<dyn FnOnce() + Send + Sync> = Box::new(move || {
                cache::write(key, &value, None);
                // The next one may look now.
                drop(turn);
            });
            Some(write)
        };
        self.builder.run_named(&self.key, block, write).await
    }
}

/// Waits until no other transaction of the key runs.
async fn turn(key: TypedKey) -> Flight {
    loop {
        match flight::board(key) {
            Seat::Leads(flight) => return flight,
            Seat::Follows(ended) => ended.await,
        }
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
