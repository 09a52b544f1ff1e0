//! Single flight: of concurrent calls of one key, the first runs the body and
//! the others wait for it.
//!
//! Where the first ends without a result (it fails, panics or is dropped), the
//! next one takes its place.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;

use super::{BuildAsItIs, TypedKey};

static FLIGHTS: LazyLock<Mutex<HashMap<TypedKey, Arc<Notify>, BuildAsItIs>>> = LazyLock::new(Mutex::default);

fn flights() -> MutexGuard<'static, HashMap<TypedKey, Arc<Notify>, BuildAsItIs>> {
    FLIGHTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The part of one call in the flight of its key.
pub(crate) enum Seat {
    /// It runs the body.
    Leads(Flight),
    /// Another call runs it: resolves when that has ended.
    Follows(OwnedNotified),
}

/// Takes a place in the flight of `key`.
pub(crate) fn board(key: TypedKey) -> Seat {
    match flights().entry(key) {
        Entry::Vacant(vacant) => {
            vacant.insert(Arc::default());
            Seat::Leads(Flight(key))
        }
        Entry::Occupied(occupied) => {
            // Made under the lock: from here on it hears the end of the flight.
            let ended = Arc::clone(occupied.get()).notified_owned();
            Seat::Follows(ended)
        }
    }
}

/// The flight of a key; its followers go on when this is dropped.
#[derive(Debug)]
pub(crate) struct Flight(TypedKey);

impl Drop for Flight {
    fn drop(&mut self) {
        if let Some(ended) = flights().remove(&self.0) {
            ended.notify_waiters();
        }
    }
}
