//! Results that outlive the process.
//!
//! They are the second tier behind the memory of [`cache`](crate::cache): asked
//! where a call with `persist_result` finds nothing there. What is read here the
//! recorder has written, together with the state of the run that returned it:
//! see [`Detail::result`](crate::event::Detail::result). Nothing is asked before a
//! program has called [`install`].

use std::error::Error;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock;
use crate::key::Key;

/// Finds results by their keys.
///
/// It is asked on the threads on which tasks run, before a body starts: a miss must be cheap, a few
/// microseconds, and it must not wait for what only a run can do.
pub trait ResultStore: Send + Sync + 'static {
    /// What is kept under a key, whether it is still valid or not.
    fn read(&self, key: Key) -> Result<Option<StoredResult>, Box<dyn Error + Send + Sync>>;
}

/// A result, as it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResult {
    /// The value, as the recorder was given it.
    pub value: Vec<u8>,
    /// Until when it is valid; for ever where there is nothing.
    pub expires: Option<Timestamp>,
}

static STORE: OnceLock<Box<dyn ResultStore>> = OnceLock::new();

/// The results of this process have a store already.
#[derive(Debug, thiserror::Error)]
#[error("a store of results is installed already; a process has one")]
pub struct AlreadyInstalled(());

/// Looks results up, from now on, in this store as well.
///
/// The [recorder](crate::recorder::install) has to write them: the two belong together. For programs; a
/// library never installs anything.
pub fn install(store: impl ResultStore) -> Result<(), AlreadyInstalled> {
    STORE.set(Box::new(store)).map_err(|_| AlreadyInstalled(()))
}

/// Whether results outlive the process.
#[inline]
pub(crate) fn are_kept() -> bool {
    STORE.get().is_some()
}

/// A result that is valid.
pub(crate) struct Found {
    pub(crate) value: Vec<u8>,
    /// How long it will be; for ever where there is nothing.
    pub(crate) remaining: Option<Duration>,
}

/// The result of a key, if there is one and it is valid. That a store cannot be read is no reason not to run.
pub(crate) fn read(key: Key) -> Option<Found> {
    static IS_FAILING: AtomicBool = AtomicBool::new(false);
    match STORE.get()?.read(key) {
        Ok(stored) => {
            IS_FAILING.store(false, Ordering::Relaxed);
            valid(stored?, clock::now())
        }
        Err(error) => {
            if !IS_FAILING.swap(true, Ordering::Relaxed) {
                tracing::error!(
                    target: "autotune::history",
                    "results cannot be read, so their tasks run again: {error}"
                );
            }
            None
        }
    }
}

fn valid(stored: StoredResult, now: Timestamp) -> Option<Found> {
    let StoredResult { value, expires } = stored;
    match expires {
        None => Some(Found { value, remaining: None }),
        Some(expires) if expires > now => {
            Some(Found { value, remaining: Some(expires.duration_since(now).unsigned_abs()) })
        }
        Some(_) => None,
    }
}

/// A value that `serde` could not write.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Unwritable(#[from] rmp_serde::encode::Error);

/// Bytes that are no value of a type. What they are is not told: it may be anything.
#[derive(Debug, thiserror::Error)]
#[error("it is not a `{0}`")]
pub struct Unreadable(&'static str);

/// A value as bytes: `MessagePack` with named fields, which has a form for every value that `serde` has.
pub(crate) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, Unwritable> {
    let mut bytes = Vec::new();
    // As text formats have it: what `serde` holds back for a while, as for an untagged enum, takes it for such.
    let mut serializer = rmp_serde::Serializer::new(&mut bytes).with_struct_map().with_human_readable();
    value.serialize(&mut serializer)?;
    Ok(bytes)
}

/// The value of bytes.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Unreadable> {
    let mut deserializer = rmp_serde::Deserializer::from_read_ref(bytes).with_human_readable();
    T::deserialize(&mut deserializer).map_err(|_| Unreadable(std::any::type_name::<T>()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fmt::Debug;
    use std::net::Ipv4Addr;
    use std::time::Duration;

    use jiff::Timestamp;
    use serde::de::DeserializeOwned;
    use serde::{Deserialize, Serialize};
    use uuid::Uuid;

    use super::{StoredResult, decode, encode, valid};

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(untagged)]
    enum Shape {
        Named { id: String, at: Ipv4Addr },
        Pair(u8, i64),
        Nothing,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "kind")]
    enum Tagged {
        Rate { value: f64 },
        Off,
    }

    fn survives<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
        let bytes = encode(value).expect("it can be written");
        assert_eq!(&decode::<T>(&bytes).expect("it can be read"), value);
    }

    #[test]
    fn values_of_every_shape_survive() {
        survives(&());
        survives(&(u64::MAX, i64::MIN, f64::MIN_POSITIVE, 'x', true));
        survives(&vec![Some("a".to_owned()), None]);
        survives(&BTreeMap::from([((1, -2), "a pair is a key".to_owned())]));
        survives(&[Tagged::Rate { value: 0.1 + 0.2 }, Tagged::Off]);
        survives(&[
            Shape::Named { id: "x".into(), at: Ipv4Addr::LOCALHOST },
            Shape::Pair(1, -1),
            Shape::Nothing,
        ]);
        survives(&Uuid::nil().to_string());
        survives(&serde_json::json!({ "a": [1, 2.5, null, "x"], "b": {} }));
        survives(&Ok::<u32, String>(1));
        survives(&f64::INFINITY);
        assert!(decode::<f64>(&encode(&f64::NAN).expect("it can be written")).expect("a number").is_nan());
    }

    #[test]
    fn what_is_of_another_type_is_refused_without_showing_it() {
        let bytes = encode(&"hunter2").expect("it can be written");
        let error = decode::<u32>(&bytes).expect_err("a text").to_string();
        assert_eq!(error, "it is not a `u32`");
        assert!(decode::<Vec<u32>>(&[]).is_err());
    }

    #[test]
    fn a_result_is_valid_until_it_expires() {
        let now = Timestamp::UNIX_EPOCH;
        let until =
            |expires| valid(StoredResult { value: vec![1], expires }, now).map(|found| found.remaining);
        assert_eq!(until(None), Some(None));
        assert_eq!(until(Some(now + Duration::from_secs(5))), Some(Some(Duration::from_secs(5))));
        assert_eq!(until(Some(now)), None);
    }
}
