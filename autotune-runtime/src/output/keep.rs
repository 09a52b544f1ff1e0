//! Which part of an output is kept in the cache, and how.

use std::any::TypeId;
use std::marker::PhantomData;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Probe;
use crate::cache::{self, Cacheable};
use crate::key::Key;
use crate::results::{self, Unreadable, Unwritable};

/// How an output is kept.
#[derive(Debug)]
pub struct CacheOps<R> {
    pub(crate) read: fn(Key) -> Option<R>,
    pub(crate) write: fn(Key, &R, Option<Duration>),
    /// As `write`, but later.
    pub(crate) write_later: fn(Key, &R, Option<Duration>) -> Option<WriteLater>,
    pub(crate) type_id: TypeId,
    /// How it outlives the process, where it does.
    pub(crate) durable: Option<DurableOps<R>>,
}

/// A value as bytes.
type Encoded = Result<Vec<u8>, Unwritable>;

/// How an output outlives the process.
#[derive(Debug)]
pub struct DurableOps<R> {
    /// `None` for an output of which nothing is kept.
    pub(crate) encode: fn(&R) -> Option<Encoded>,
    pub(crate) decode: fn(&[u8]) -> Result<R, Unreadable>,
}

impl<R> Clone for DurableOps<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for DurableOps<R> {}

impl<R> Clone for CacheOps<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for CacheOps<R> {}

/// Keeps a value when it is called.
pub(crate) type WriteLater = Box<dyn FnOnce() + Send + Sync>;

/// The part `V` of an output that is kept, and how.
#[derive(Debug)]
pub struct Part<V, K>(PhantomData<fn() -> (V, K)>);

/// Of a `Result`, the value is kept: errors are never cached.
pub trait CacheResult {
    #[doc(hidden)]
    type Part;
    #[doc(hidden)]
    fn part(&self) -> Self::Part;
}

impl<T, E> CacheResult for Probe<Result<T, E>> {
    type Part = Part<T, OfResult<T, E>>;

    #[inline]
    fn part(&self) -> Self::Part {
        Part(PhantomData)
    }
}

/// Of anything else, all of it.
pub trait CachePlain {
    #[doc(hidden)]
    type Part;
    #[doc(hidden)]
    fn part(self) -> Self::Part;
}

impl<R> CachePlain for Probe<R> {
    type Part = Part<R, OfPlain<R>>;

    #[inline]
    fn part(self) -> Self::Part {
        Part(PhantomData)
    }
}

/// Marks a `Result` whose value is kept.
#[derive(Debug)]
pub struct OfResult<T, E>(PhantomData<fn() -> (T, E)>);

/// Marks an output that is kept as a whole.
#[derive(Debug)]
pub struct OfPlain<R>(PhantomData<fn() -> R>);

/// An output of which a part is kept.
pub trait Keep<V> {
    #[doc(hidden)]
    type Output;
    #[doc(hidden)]
    fn value(output: &Self::Output) -> Option<&V>;
    #[doc(hidden)]
    fn ops() -> CacheOps<Self::Output>
    where
        V: Cacheable;
    #[doc(hidden)]
    fn durable_ops() -> CacheOps<Self::Output>
    where
        V: Persistable;
}

impl<T, E> Keep<T> for OfResult<T, E> {
    type Output = Result<T, E>;

    fn value(output: &Result<T, E>) -> Option<&T> {
        output.as_ref().ok()
    }

    fn ops() -> CacheOps<Result<T, E>>
    where
        T: Cacheable,
    {
        CacheOps {
            read: |key| cache::read::<T>(key).map(Ok),
            write: |key, output, expiration| {
                if let Ok(value) = output {
                    cache::write(key, value, expiration);
                }
            },
            write_later: |key, output, expiration| {
                output.as_ref().ok().map(|value| write_later(key, value, expiration))
            },
            type_id: TypeId::of::<T>(),
            durable: None,
        }
    }

    fn durable_ops() -> CacheOps<Result<T, E>>
    where
        T: Persistable,
    {
        let durable = DurableOps::<Self::Output> {
            encode: |output| output.as_ref().ok().map(results::encode),
            decode: |bytes| results::decode::<T>(bytes).map(Ok),
        };
        CacheOps { durable: Some(durable), ..Self::ops() }
    }
}

impl<R> Keep<R> for OfPlain<R> {
    type Output = R;

    fn value(output: &R) -> Option<&R> {
        Some(output)
    }

    fn ops() -> CacheOps<R>
    where
        R: Cacheable,
    {
        CacheOps {
            read: cache::read::<R>,
            write: cache::write::<R>,
            write_later: |key, output, expiration| Some(write_later(key, output, expiration)),
            type_id: TypeId::of::<R>(),
            durable: None,
        }
    }

    fn durable_ops() -> CacheOps<R>
    where
        R: Persistable,
    {
        let durable =
            DurableOps { encode: |output| Some(results::encode(output)), decode: results::decode::<R> };
        CacheOps { durable: Some(durable), ..Self::ops() }
    }
}

fn write_later<T: Cacheable>(key: Key, value: &T, expiration: Option<Duration>) -> WriteLater {
    let value = value.clone();
    Box::new(move || cache::write(key, &value, expiration))
}

/// Holds that the part can be kept.
#[inline]
#[must_use]
pub fn cached<V: Cacheable, K: Keep<V>>(_: Part<V, K>) -> fn() -> CacheOps<K::Output> {
    K::ops
}

/// A value that can outlive the process.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be persisted",
    label = "the result of a function with `persist_result` must be `serde::Serialize + serde::de::DeserializeOwned + Clone + Send + Sync + 'static`",
    note = "derive `Serialize`, `Deserialize` and `Clone`, or drop `persist_result`"
)]
pub trait Persistable: Cacheable + Serialize + DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: Cacheable + Serialize + DeserializeOwned> Persistable for T {}

/// Holds that the part can outlive the process.
#[inline]
#[must_use]
pub fn persisted<V: Persistable, K: Keep<V>>(_: Part<V, K>) -> fn() -> CacheOps<K::Output> {
    K::durable_ops
}
