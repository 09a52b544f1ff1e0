//! Which part of an output is kept in the cache, and how.

use std::any::TypeId;
use std::marker::PhantomData;
use std::time::Duration;

use super::Probe;
use crate::cache::{self, Cacheable};
use crate::key::Key;

/// How an output is kept.
#[derive(Debug)]
pub struct CacheOps<R> {
    pub(crate) read: fn(Key) -> Option<R>,
    pub(crate) write: fn(Key, &R, Option<Duration>),
    /// As `write`, but later.
    pub(crate) write_later: fn(Key, &R, Option<Duration>) -> Option<WriteLater>,
    pub(crate) type_id: TypeId,
}

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
        }
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
        }
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
