//! Transactions: tasks that commit together, or are rolled back together.
//!
//! Each run of a task in a transaction leaves behind what its `on_commit` and `on_rollback` hooks are to be
//! called with, and the result that its cache key is to keep. When the transaction ends well, all of it is
//! committed, in the order of the runs; when it does not, all of it is rolled back, in the opposite order.
//!
//! ```
//! # use autotune::prelude::*;
//! use autotune::transaction::{Transaction, transaction};
//! # static LOG: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new());
//!
//! #[task(on_rollback = delete)]
//! async fn create(name: &'static str) -> anyhow::Result<String> {
//!     Ok(format!("{name}.txt"))
//! }
//!
//! fn delete(_: &Transaction, file: &String) {
//!     # LOG.lock().unwrap().push(file.clone());
//!     println!("deleted {file}");
//! }
//!
//! #[task]
//! async fn check(files: usize) -> anyhow::Result<()> {
//!     anyhow::ensure!(files > 1, "there are too few files");
//!     Ok(())
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! let result = transaction()
//!     .run(|_| async {
//!         create("a").await?;
//!         check(1).await
//!     })
//!     .await;
//! assert_eq!(result.unwrap_err().to_string(), "there are too few files");
//! # assert_eq!(*LOG.lock().unwrap(), ["a.txt"]); // `a.txt` has been deleted
//! # });
//! # std::io::Result::Ok(())
//! ```

mod block;
mod keyed;
mod settle;
mod staged;

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use block::{TransactionBuilder, transaction};
pub use keyed::{Isolation, KeyedTransaction, PersistedTransaction};
pub(crate) use staged::Staged;
pub use staged::{HookCall, StageHooks, Stageable, staged};

use crate::context;

/// A transaction, as the code in it and the hooks of its tasks see it.
///
/// Each run of a task in a transaction is one of its own, inside of the other.
#[derive(Clone)]
pub struct Transaction(Arc<Inner>);

struct Inner {
    parent: Option<Transaction>,
    mode: CommitMode,
    progress: Mutex<Progress>,
    data: Mutex<HashMap<String, Arc<dyn Any + Send + Sync>>>,
}

#[derive(Default)]
struct Progress {
    state: TransactionState,
    /// What keeps it from being committed.
    failed: Option<Failure>,
    /// Whether the code in it has committed it.
    committed_by_hand: bool,
    children: Vec<Transaction>,
    staged: Vec<Staged>,
}

#[derive(Debug, Clone)]
enum Failure {
    /// The code in it wants it so.
    Wanted,
    /// A task, or a transaction inside of it, did not end well.
    Inside(String),
}

/// When a transaction is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CommitMode {
    /// Together with the one that it is in; at its own end where there is none.
    #[default]
    Lazy,
    /// At its own end.
    Eager,
    /// Never by itself: what [`Transaction::commit`] has not committed is rolled back at its end.
    Off,
}

/// How far a transaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TransactionState {
    /// The code in it runs.
    #[default]
    Active,
    /// The code in it has ended well; it waits for the transaction that it is in.
    Staged,
    /// All of it is kept.
    Committed,
    /// All of it is undone.
    RolledBack,
}

/// The transaction in which this code runs: in a task, that of its run.
#[must_use]
pub fn current() -> Option<Transaction> {
    context::place(|node| node.and_then(|node| node.surroundings()?.transaction().cloned()))
}

impl Transaction {
    pub(crate) fn inside(parent: Option<Transaction>, mode: Option<CommitMode>) -> Self {
        let inherited = || match &parent {
            Some(parent) if parent.0.mode == CommitMode::Eager => CommitMode::Eager,
            _ => CommitMode::Lazy,
        };
        let mode = mode.unwrap_or_else(inherited);
        let (progress, data) = Default::default();
        Transaction(Arc::new(Inner { parent, mode, progress, data }))
    }

    /// How far it is.
    #[must_use]
    pub fn state(&self) -> TransactionState {
        self.progress().state
    }

    /// The transaction that this one is in.
    #[must_use]
    pub fn parent(&self) -> Option<&Transaction> {
        self.0.parent.as_ref()
    }

    /// Keeps a value under a name, for hooks and for the code that comes later in it.
    pub fn set<T: Send + Sync + 'static>(&self, name: impl Into<String>, value: T) {
        self.data().insert(name.into(), Arc::new(value));
    }

    /// The value of this name, here or in a transaction that this one is in; `None` if there is none of this type.
    ///
    /// It is a copy: changing it changes nothing here.
    #[must_use]
    pub fn get<T: Clone + 'static>(&self, name: &str) -> Option<T> {
        let own = self.data().get(name).cloned();
        match own {
            Some(value) => value.downcast_ref::<T>().cloned(),
            None => self.0.parent.as_ref()?.get(name),
        }
    }

    /// Has it rolled back at its end, and what it is in as well.
    pub fn roll_back(&self) {
        self.progress().failed.get_or_insert(Failure::Wanted);
    }

    fn data(&self) -> MutexGuard<'_, HashMap<String, Arc<dyn Any + Send + Sync>>> {
        self.0.data.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.0.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction")
            .field("state", &self.state())
            .field("mode", &self.0.mode)
            .finish_non_exhaustive()
    }
}
