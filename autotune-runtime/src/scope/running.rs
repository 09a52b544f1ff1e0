//! The flow runs of this process that have begun and not ended.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};

use super::Scope;
use crate::id::RunId;

/// By their place in the order of beginning.
static RUNNING: LazyLock<Mutex<Running>> = LazyLock::new(Mutex::default);

#[derive(Default)]
struct Running {
    begun: u64,
    scopes: BTreeMap<u64, Weak<Scope>>,
}

fn table() -> MutexGuard<'static, Running> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The place of the next flow run, which is entered under it.
pub(super) fn enter(make: impl FnOnce(u64) -> Arc<Scope>) -> Arc<Scope> {
    let place = {
        let mut running = table();
        running.begun += 1;
        running.begun
    };
    let scope = make(place);
    table().scopes.insert(place, Arc::downgrade(&scope));
    scope
}

pub(super) fn leave(place: u64) {
    table().scopes.remove(&place);
}

/// In the order in which they began.
pub(crate) fn running() -> Vec<Arc<Scope>> {
    table().scopes.values().filter_map(Weak::upgrade).collect()
}

/// The flow run of this id. One whose id nobody has asked for is nobody's to find.
pub(crate) fn find(id: RunId) -> Option<Arc<Scope>> {
    running().into_iter().find(|scope| scope.id.get() == Some(&id))
}
