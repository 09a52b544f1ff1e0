//! Which tags have limits, as far as this process knows: a run asks nobody else before it starts.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The names of limits on tags begin with this, as with Prefect.
pub(super) const TAG: &str = "tag:";

/// Whether there may be limits on tags: a run asks this before it asks for its slots.
static MAY_BE: AtomicBool = AtomicBool::new(false);

static KNOWN: Mutex<Known> = Mutex::new(Known { is_set_here: false, global: BTreeSet::new(), version: 0 });

struct Known {
    /// Whether this process has ever set one.
    is_set_here: bool,
    /// The names of those that the orchestrator has.
    global: BTreeSet<String>,
    /// How often this process has changed them.
    version: u64,
}

impl Known {
    fn tell(&self) {
        MAY_BE.store(self.is_set_here || !self.global.is_empty(), Ordering::Relaxed);
    }
}

fn known() -> MutexGuard<'static, Known> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether there may be limits on tags.
#[inline]
pub(crate) fn are_on_tags() -> bool {
    MAY_BE.load(Ordering::Relaxed)
}

/// Whether the orchestrator has a limit of this name.
pub(super) fn is_global(name: &str) -> bool {
    known().global.contains(name)
}

/// This process has a limit on a tag.
pub(super) fn set_here() {
    let mut known = known();
    known.is_set_here = true;
    known.tell();
}

/// This process has set a limit at the orchestrator, or removed it.
pub(super) fn changed(name: &str, is_there: bool) {
    if !name.starts_with(TAG) {
        return;
    }
    let mut known = known();
    known.version += 1;
    if is_there {
        known.global.insert(name.to_owned());
    } else {
        known.global.remove(name);
    }
    known.tell();
}

/// Of what moment the limits are that somebody is about to read.
#[cfg_attr(not(feature = "sqlite"), expect(dead_code, reason = "the orchestrator of the program reads them"))]
pub(crate) fn version() -> u64 {
    known().version
}

/// The names of the limits on tags that the orchestrator has, as they were read after [`version`].
#[cfg_attr(not(feature = "sqlite"), expect(dead_code, reason = "the orchestrator of the program reads them"))]
pub(crate) fn learn(version: u64, names: impl IntoIterator<Item = String>) {
    let mut known = known();
    // What this process has changed meanwhile is newer than what was read.
    if known.version == version {
        known.global = names.into_iter().collect();
        known.tell();
    }
}
