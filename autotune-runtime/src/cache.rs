//! The memory of results.
//!
//! Values live in a bounded cache of the process, which drops the least used
//! when it is full; whether a value is still valid is judged when it is read.
//! [`configure`] says how much it keeps, [`set_mode`] whether calls use it.
//! Concurrent calls of one key run the body once: see `cache/flight.rs`.

pub(crate) mod flight;
mod mode;
mod settings;

use std::any::{Any, TypeId};
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use moka::sync::Cache;

use crate::key::Key;
use crate::moment::Moment;
pub use mode::{Mode, mode, set_mode};
pub use settings::{ConfigureError, Settings, configure};

/// A key, and the type of the value behind it: one generic function may have
/// results of several types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TypedKey {
    pub(crate) key: Key,
    pub(crate) type_id: TypeId,
}

impl Hash for TypedKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.key.low_bits());
    }
}

/// Takes a key, which is a hash, as it is.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn write(&mut self, bytes: &[u8]) {
        debug_assert!(false, "a key is hashed as one number, not as {} bytes", bytes.len());
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// The tables of what is kept under a key.
pub(crate) type BuildAsItIs = BuildHasherDefault<AsItIs>;

#[derive(Clone)]
struct Entry {
    value: Arc<dyn Any + Send + Sync>,
    expires: Option<Moment>,
}

type Results = Cache<TypedKey, Entry, BuildAsItIs>;

static RESULTS: OnceLock<Results> = OnceLock::new();

#[inline]
fn results() -> &'static Results {
    RESULTS.get_or_init(|| Settings::new().build())
}

/// Forgets all cached results of this process.
pub fn clear() {
    if let Some(results) = RESULTS.get() {
        results.invalidate_all();
    }
}

pub(crate) fn read<T: Cacheable>(key: Key) -> Option<T> {
    let key = TypedKey { key, type_id: TypeId::of::<T>() };
    let results = results();
    let entry = results.get(&key)?;
    if entry.expires.is_some_and(|expires| expires <= Moment::now()) {
        results.invalidate(&key);
        return None;
    }
    entry.value.downcast_ref::<T>().cloned()
}

pub(crate) fn write<T: Cacheable>(key: Key, value: &T, expiration: Option<Duration>) {
    let expires = expiration.and_then(|expiration| Moment::now().plus(expiration));
    let key = TypedKey { key, type_id: TypeId::of::<T>() };
    results().insert(key, Entry { value: Arc::new(value.clone()), expires });
}

/// A value that can be kept.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be cached",
    label = "the result of a cached task must be `Clone + Send + Sync + 'static`",
    note = "derive `Clone`, share it as `Arc<T>`, or drop `cache_key` and `cache_expiration`"
)]
pub trait Cacheable: Clone + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Clone + Send + Sync + 'static> Cacheable for T {}
