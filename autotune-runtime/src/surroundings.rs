//! What is around code and reaches every call made in it, however deep: tags, and
//! the like.

mod within;

use crate::transaction::Transaction;
pub use within::Within;

/// What is around code.
#[derive(Debug, Clone, Default)]
pub(crate) struct Surroundings {
    tags: Vec<String>,
    transaction: Option<Transaction>,
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
