//! The events of one root run on their way to the writer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::writer::Writer;
use crate::event::{Event, Root};

/// How many events go to the writer at once. Handing them over one by one costs
/// four times as much.
const BATCH: usize = 512;

#[derive(Debug)]
pub(crate) struct Buffer {
    writer: &'static Writer,
    events: Mutex<Vec<Event>>,
}

impl Buffer {
    /// A buffer, if there is a recorder.
    pub(crate) fn open() -> Option<Self> {
        let writer = super::writer()?;
        Some(Buffer { writer, events: Mutex::new(Vec::with_capacity(BATCH)) })
    }

    pub(crate) fn writer(&self) -> &'static Writer {
        self.writer
    }

    /// Adds an event. A full batch goes to the writer, and this thread waits if the writer has too much to do.
    #[inline]
    pub(crate) fn push(&self, event: Event, root: impl FnOnce() -> Arc<Root>) {
        let mut events = self.lock();
        events.push(event);
        if events.len() >= BATCH {
            self.hand_over(events, root());
        }
    }

    #[cold]
    fn hand_over(&self, mut events: MutexGuard<'_, Vec<Event>>, root: Arc<Root>) {
        let full = std::mem::replace(&mut *events, Vec::with_capacity(BATCH));
        // Under the lock, so that the batches of a run reach the writer in their order.
        let is_full = self.writer.batch(root, full);
        // The writer itself comes by for this lock: nobody waits for it and holds the lock.
        drop(events);
        if is_full {
            self.writer.wait_for_room();
        }
    }

    /// Sends what has been added since the last batch; says whether the writer has too much to do.
    pub(crate) fn send_rest(&self, root: impl FnOnce() -> Arc<Root>) -> bool {
        let mut events = self.lock();
        if events.is_empty() {
            return false;
        }
        let mut rest = std::mem::take(&mut *events);
        // There may be many runs with few events each.
        rest.shrink_to_fit();
        self.writer.batch(root(), rest)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Event>> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
