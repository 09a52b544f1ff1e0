//! Where variables are kept.
//!
//! By default that is the memory of the process. A program that keeps them
//! elsewhere installs a store of its own, before the first of them is used.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{OnceLock, PoisonError, RwLock};

use serde_json::Value;

use crate::name::Name;

/// Keeps JSON values by name.
///
/// Called on the thread of whoever uses a variable, so it must not block for long:
/// a store behind a network answers from a copy. It keeps each value as it is, `null`
/// included.
pub trait VariableStore: Send + Sync + 'static {
    /// The value of this name; `None` if there is no such variable.
    fn read(&self, name: &Name) -> Result<Option<Value>, StoreError>;

    /// Keeps a value under a name that is not taken, and says whether it did so.
    ///
    /// Of several at once, one does.
    fn insert(&self, name: &Name, value: Value) -> Result<bool, StoreError>;

    /// Keeps a value under a name, whether it is taken or not.
    fn overwrite(&self, name: &Name, value: Value) -> Result<(), StoreError>;

    /// Removes a variable, and says whether there was one.
    fn remove(&self, name: &Name) -> Result<bool, StoreError>;

    /// The names of all variables, in any order.
    fn names(&self) -> Result<Vec<Name>, StoreError>;
}

/// Why a store could not do what it was asked for.
pub type StoreError = Box<dyn Error + Send + Sync>;

static STORE: OnceLock<Box<dyn VariableStore>> = OnceLock::new();

/// Keeps the variables of this process in `store`, from before the first of them is used.
///
/// For programs; a library never installs anything.
pub fn install(store: impl VariableStore) -> Result<(), InstallError> {
    STORE.set(Box::new(store)).map_err(|_| InstallError::AlreadyInUse)
}

pub(crate) fn store() -> &'static dyn VariableStore {
    &**STORE.get_or_init(|| Box::<Memory>::default())
}

/// Why a store was not installed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InstallError {
    /// Variables would be lost.
    #[error("variables are kept somewhere already; install one store, before the first variable is used")]
    AlreadyInUse,
}

/// The memory of the process.
#[derive(Debug, Default)]
pub(crate) struct Memory(RwLock<BTreeMap<Name, Value>>);

impl VariableStore for Memory {
    fn read(&self, name: &Name) -> Result<Option<Value>, StoreError> {
        Ok(self.0.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned())
    }

    fn insert(&self, name: &Name, value: Value) -> Result<bool, StoreError> {
        let mut values = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if values.contains_key(name) {
            return Ok(false);
        }
        values.insert(name.clone(), value);
        Ok(true)
    }

    fn overwrite(&self, name: &Name, value: Value) -> Result<(), StoreError> {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(name.clone(), value);
        Ok(())
    }

    fn remove(&self, name: &Name) -> Result<bool, StoreError> {
        Ok(self.0.write().unwrap_or_else(PoisonError::into_inner).remove(name).is_some())
    }

    fn names(&self) -> Result<Vec<Name>, StoreError> {
        Ok(self.0.read().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect())
    }
}
