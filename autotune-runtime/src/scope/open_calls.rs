//! The submitted calls of a flow run that have not ended: a flow ends when they
//! have, and takes them along when it is cancelled.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;
use tokio::task::AbortHandle;

use super::Scope;

#[derive(Debug, Default)]
pub(crate) struct OpenCalls {
    open: AtomicUsize,
    none_open: Arc<Notify>,
    handles: Mutex<Handles>,
}

#[derive(Debug, Default)]
struct Handles {
    all: Vec<AbortHandle>,
    /// How many may be kept before the ended ones are dropped.
    limit: usize,
}

impl OpenCalls {
    /// Remembers how to abort a call that was opened.
    pub(crate) fn add(&self, handle: AbortHandle) {
        let mut handles = self.handles.lock().unwrap_or_else(PoisonError::into_inner);
        if handles.all.len() >= handles.limit {
            handles.all.retain(|handle| !handle.is_finished());
            handles.limit = (handles.all.len() * 2).max(64);
        }
        handles.all.push(handle);
    }

    /// Resolves when no call is open; `None` if none is.
    pub(crate) fn ended(scope: &Arc<Scope>) -> Option<impl Future<Output = ()> + Send + Sync + use<>> {
        if scope.calls.open.load(Ordering::Acquire) == 0 {
            return None;
        }
        let scope = Arc::clone(scope);
        Some(async move {
            let calls = &scope.calls;
            loop {
                let none_open = Arc::clone(&calls.none_open).notified_owned();
                let mut none_open = std::pin::pin!(none_open);
                // Registered before the count is read, so that no end is missed.
                none_open.as_mut().enable();
                if calls.open.load(Ordering::Acquire) == 0 {
                    return;
                }
                none_open.await;
            }
        })
    }

    /// Cancels all that are open.
    pub(crate) fn abort(&self) {
        let mut handles = self.handles.lock().unwrap_or_else(PoisonError::into_inner);
        for handle in handles.all.drain(..) {
            handle.abort();
        }
    }
}

/// Counts a call as open until it is dropped.
#[derive(Debug)]
pub(crate) struct OpenCall(Arc<Scope>);

impl OpenCall {
    pub(crate) fn new(scope: &Arc<Scope>) -> Self {
        scope.calls.open.fetch_add(1, Ordering::Relaxed);
        OpenCall(Arc::clone(scope))
    }
}

impl Drop for OpenCall {
    fn drop(&mut self) {
        let calls = &self.0.calls;
        if calls.open.fetch_sub(1, Ordering::AcqRel) == 1 {
            calls.none_open.notify_waiters();
        }
    }
}
