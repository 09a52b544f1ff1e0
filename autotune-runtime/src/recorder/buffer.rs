//! The events of one root run on their way to the writer.

use std::sync::{Mutex, PoisonError};

use super::writer::Writer;
use crate::event::Event;

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

    /// Adds an event; gives a full batch back, to be sent.
    #[inline]
    pub(crate) fn push(&self, event: Event) -> Option<Vec<Event>> {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.push(event);
        (events.len() >= BATCH).then(|| std::mem::replace(&mut *events, Vec::with_capacity(BATCH)))
    }

    /// What has been added since the last batch.
    pub(crate) fn take(&self) -> Option<Vec<Event>> {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        (!events.is_empty()).then(|| std::mem::take(&mut *events))
    }
}
