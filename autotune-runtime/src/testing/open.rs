//! The submitted calls of a test that have not ended.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

#[derive(Debug, Default)]
pub(super) struct Open {
    count: AtomicUsize,
    none: Notify,
}

/// Counts a call as open until it is dropped.
#[derive(Debug)]
pub(super) struct OpenOne(Arc<Open>);

impl Open {
    pub(super) fn one(self: &Arc<Self>) -> OpenOne {
        self.count.fetch_add(1, Ordering::Relaxed);
        OpenOne(Arc::clone(self))
    }

    /// Resolves when no call is open.
    pub(super) async fn none(&self) {
        loop {
            // Made before the count is read, so that no end is missed.
            let none = self.none.notified();
            if self.count.load(Ordering::Acquire) == 0 {
                return;
            }
            none.await;
        }
    }
}

impl Drop for OpenOne {
    fn drop(&mut self) {
        if self.0.count.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.none.notify_waiters();
        }
    }
}
