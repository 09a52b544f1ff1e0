//! Whose variables are meant: those of a test, or those of the process.

use std::ops::Deref;
use std::sync::Arc;

use crate::surroundings::{self, Observer};
use crate::variable_store::{self, VariableStore};

/// The store of the code that runs here.
pub(super) fn store() -> Ours {
    Ours(surroundings::observer())
}

pub(super) struct Ours(Option<Arc<dyn Observer>>);

impl Deref for Ours {
    type Target = dyn VariableStore;

    fn deref(&self) -> &Self::Target {
        match &self.0 {
            Some(test) => test.variables(),
            None => variable_store::store(),
        }
    }
}
