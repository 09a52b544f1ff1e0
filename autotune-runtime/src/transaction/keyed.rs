//! A transaction that runs once for its key.

use std::any::TypeId;
use std::fmt::Display;
use std::sync::Arc;

use super::{Staged, Transaction, TransactionBuilder};
use crate::cache::flight::{self, Flight, Seat};
use crate::cache::{self, Cacheable, TypedKey};
use crate::event::Kept;
use crate::interrupted::Interrupted;
use crate::key::Key;
use crate::moment::Moment;
use crate::output::{DurableOps, Keep, OfPlain, Persistable, WriteLater};
use crate::scope::Scope;
#[cfg(feature = "testing")]
use crate::surroundings;
use crate::{context, results};

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
    pub(super) fn new(builder: TransactionBuilder, key: String) -> Self {
        KeyedTransaction { builder, key, overwrite: false, isolation: Isolation::ReadCommitted }
    }

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

    /// Keeps what it returned in the history as well, as `persist_result` does for a task: the key runs once over
    /// all processes of the history, and after a restart.
    ///
    /// It is kept with the run of the task or flow in which the transaction is, and goes when that is pruned. Outside
    /// of any run, and where nothing is recorded, it is kept in the memory of the process alone.
    ///
    /// Of two processes that begin it at once, both run it. An [isolation](Self::isolation) holds within a process.
    pub fn persist_result(self) -> PersistedTransaction {
        PersistedTransaction(self)
    }

    /// As [`TransactionBuilder::run`], unless there is a result for the key: then it is that result.
    pub async fn run<T, E, F, Fut>(self, block: F) -> Result<T, E>
    where
        F: FnOnce(Transaction) -> Fut,
        Fut: Future<Output = Result<T, E>>,
        E: From<Interrupted>,
        T: Cacheable,
    {
        self.run_kept(None, block).await
    }

    /// Runs, and keeps the result; also where it outlives the process, if it is said how.
    async fn run_kept<T, E, F, Fut>(self, durable: Option<DurableOps<T>>, block: F) -> Result<T, E>
    where
        F: FnOnce(Transaction) -> Fut,
        Fut: Future<Output = Result<T, E>>,
        E: From<Interrupted>,
        T: Cacheable,
    {
        let key = key_of(&self.key);
        let kept = || {
            if self.overwrite {
                return None;
            }
            cache::read::<T>(key).or_else(|| recall(key, durable.as_ref()?, &self.key))
        };
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
        let stage = |value: &T| {
            let kept = durable.and_then(|durable| to_be_kept(key, &durable, value, &self.key));
            let value = value.clone();
            let write: WriteLater = Box::new(move || {
                cache::write(key, &value, None);
                // The next one may look now.
                drop(turn);
            });
            Staged { write: Some(write), kept, ..Staged::default() }
        };
        self.builder.run_named(&self.key, block, stage).await
    }
}

/// A transaction that runs once for its key, over all processes of a history. Made by
/// [`KeyedTransaction::persist_result`].
#[derive(Debug, Clone)]
#[must_use = "a transaction does nothing until it is `.run(..)`"]
pub struct PersistedTransaction(KeyedTransaction);

impl PersistedTransaction {
    /// Runs even if there is a result for the key, and keeps the new one.
    pub fn overwrite(self) -> Self {
        PersistedTransaction(self.0.overwrite())
    }

    /// Chooses what transactions of the same key see of each other, in this process.
    pub fn isolation(self, isolation: Isolation) -> Self {
        PersistedTransaction(self.0.isolation(isolation))
    }

    /// As [`KeyedTransaction::run`], of any process.
    pub async fn run<T, E, F, Fut>(self, block: F) -> Result<T, E>
    where
        F: FnOnce(Transaction) -> Fut,
        Fut: Future<Output = Result<T, E>>,
        E: From<Interrupted>,
        T: Persistable,
    {
        self.0.run_kept(durable(), block).await
    }
}

/// The key of a transaction; in a test, that of the test.
fn key_of(written: &str) -> Key {
    let key = Key::of_transaction(written);
    #[cfg(feature = "testing")]
    if let Some(test) = surroundings::observer() {
        return key.of_body(test.cache_name());
    }
    key
}

/// How a result outlives the process, where it does.
fn durable<T: Persistable>() -> Option<DurableOps<T>> {
    // What a test finds is of that test, and of no earlier one.
    #[cfg(feature = "testing")]
    if surroundings::observer().is_some() {
        return None;
    }
    if results::are_kept() { <OfPlain<T> as Keep<T>>::durable_ops().durable } else { None }
}

/// The result that an earlier process has kept. It is in memory from then on.
fn recall<T: Cacheable>(key: Key, durable: &DurableOps<T>, name: &str) -> Option<T> {
    let found = results::read(key)?;
    match (durable.decode)(&found.value) {
        Ok(value) => {
            cache::write(key, &value, found.remaining);
            Some(value)
        }
        Err(error) => {
            tracing::warn!(
                target: "autotune::run",
                "transaction `{name}` runs again, because its stored result cannot be read: {error}"
            );
            None
        }
    }
}

/// The result as the recorder is to store it, with the run in which this code runs.
fn to_be_kept<T>(
    key: Key,
    durable: &DurableOps<T>,
    value: &T,
    name: &str,
) -> Option<(Box<Kept>, Arc<Scope>)> {
    let refused = |reason: &dyn Display| {
        tracing::warn!(target: "autotune::run", "the result of transaction `{name}` is not persisted: {reason}");
    };
    let Some(scope) = context::with(|node| node.and_then(|node| node.scope.clone())) else {
        refused(&"it is in no run of a task or flow");
        return None;
    };
    match (durable.encode)(value)? {
        Ok(value) => {
            let kept = Kept { sequence: None, key, value, created: Moment::now(), expires: None };
            Some((Box::new(kept), scope))
        }
        Err(error) => {
            refused(&error);
            None
        }
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
