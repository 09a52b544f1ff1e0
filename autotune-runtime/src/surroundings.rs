//! What is around code and reaches every call made in it, however deep: tags, and
//! the like.

#[cfg(feature = "testing")]
mod observer;
#[cfg(feature = "testing")]
mod stubs;
mod within;

#[cfg(feature = "testing")]
use std::sync::Arc;

use crate::transaction::Transaction;
#[cfg(feature = "testing")]
pub(crate) use observer::{Observer, OpenInTest};
#[cfg(feature = "testing")]
pub use stubs::{Argument, StubbedCall};
#[cfg(feature = "testing")]
pub(crate) use stubs::{Stub, Stubs};
pub use within::Within;

/// What is around code.
#[derive(Debug, Clone, Default)]
pub(crate) struct Surroundings {
    tags: Vec<String>,
    transaction: Option<Transaction>,
    #[cfg(feature = "testing")]
    observer: Option<Arc<dyn Observer>>,
}

/// Whether a test watches the code that runs here.
#[cfg(feature = "testing")]
#[inline]
pub(crate) fn are_observed() -> bool {
    crate::context::place(|node| {
        node.and_then(|node| node.surroundings()).is_some_and(|around| around.observer.is_some())
    })
}

/// The test that watches the code that runs here.
#[cfg(feature = "testing")]
pub(crate) fn observer() -> Option<Arc<dyn Observer>> {
    crate::context::place(|node| node?.surroundings()?.observer.clone())
}

impl Surroundings {
    /// Those of the code that runs here.
    pub(crate) fn here() -> Self {
        crate::context::place(|node| {
            node.and_then(|node| node.surroundings().map(|around| (**around).clone()))
        })
        .unwrap_or_default()
    }

    pub(crate) fn tags(&self) -> &[String] {
        &self.tags
    }

    pub(crate) fn transaction(&self) -> Option<&Transaction> {
        self.transaction.as_ref()
    }

    /// These, in another transaction.
    pub(crate) fn in_transaction(self, transaction: Transaction) -> Self {
        Surroundings { transaction: Some(transaction), ..self }
    }

    /// Who watches the code.
    #[cfg(feature = "testing")]
    pub(crate) fn observer(&self) -> Option<&Arc<dyn Observer>> {
        self.observer.as_ref()
    }

    /// These, watched by somebody.
    #[cfg(feature = "testing")]
    pub(crate) fn observed(self, observer: Arc<dyn Observer>) -> Self {
        Surroundings { observer: Some(observer), ..self }
    }

    /// These, and more tags.
    pub(crate) fn tagged(mut self, tags: impl IntoIterator<Item = String>) -> Self {
        for tag in tags {
            if !self.tags.contains(&tag) {
                self.tags.push(tag);
            }
        }
        self
    }
}
