//! Cache keys: 128 bits over canonical bytes, the same in every process.

mod canonical;

use std::fmt::{self, Write};
use std::hash::{Hash, Hasher};
use std::num::NonZeroU64;

use serde::Serialize;
use serde_json::{Map, Value};
use xxhash_rust::xxh3::{Xxh3Default, xxh3_128, xxh3_128_with_seed};

use crate::definition::Definition;
use crate::id::RunId;
use canonical::Unreadable;

/// What tells the result of one call from that of another.
///
/// A key belongs to the function that made it: two tasks with the same
/// `cache_key` do not share results.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key(NonZeroU64, u64);

impl Key {
    /// The key of a call whose body is of the type named `path`.
    ///
    /// That name holds the path of the function and the types it is generic
    /// over, so it keeps the keys of different functions apart.
    #[inline]
    pub(crate) fn of_body(self, path: &str) -> Self {
        let high = u128::from(self.0.get()) << 64;
        Key::from_hash(xxh3_128_with_seed(path.as_bytes(), self.1) ^ high)
    }

    /// The key of a transaction, which no function has.
    pub(crate) fn of_transaction(key: &str) -> Self {
        Key::from_hash(xxh3_128(key.as_bytes())).of_body("autotune::transaction")
    }

    fn from_hash(hash: u128) -> Self {
        // Each half is a `u64`: nothing is cut off.
        let [high, low] =
            [hash >> 64, hash & u128::from(u64::MAX)].map(|half| u64::try_from(half).unwrap_or_default());
        // A zero half is as likely as any other value; folding it into 1 costs nothing that counts.
        Key(NonZeroU64::new(high).unwrap_or(NonZeroU64::MIN), low)
    }

    /// The key as bytes, the same in every process.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 16] {
        ((u128::from(self.0.get()) << 64) | u128::from(self.1)).to_be_bytes()
    }

    /// A part of the key, for tables: a key is a hash already.
    pub(crate) fn low_bits(self) -> u64 {
        self.1
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{:016x}", self.0, self.1)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A key in the making.
#[derive(Clone)]
pub struct KeyHasher {
    /// What is not hashed yet: most keys are short, and hashed in one piece.
    short: [u8; SHORT],
    len: usize,
    long: Option<Box<Xxh3Default>>,
}

const SHORT: usize = 128;

impl KeyHasher {
    /// The hash of what has been written.
    fn digest(&self) -> u128 {
        let rest = self.short.get(..self.len).unwrap_or_default();
        match &self.long {
            None => xxh3_128(rest),
            Some(long) => {
                let mut long = long.clone();
                long.update(rest);
                long.digest128()
            }
        }
    }

    #[cold]
    fn write_long(&mut self, bytes: &[u8]) {
        let long = self.long.get_or_insert_default();
        long.update(self.short.get(..self.len).unwrap_or_default());
        long.update(bytes);
        self.len = 0;
    }
}

impl Default for KeyHasher {
    fn default() -> Self {
        KeyHasher { short: [0; SHORT], len: 0, long: None }
    }
}

impl Hasher for KeyHasher {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let end = self.len + bytes.len();
        match self.short.get_mut(self.len..end) {
            Some(place) => {
                place.copy_from_slice(bytes);
                self.len = end;
            }
            None => self.write_long(bytes),
        }
    }

    fn finish(&self) -> u64 {
        Key::from_hash(self.digest()).low_bits()
    }
}

impl Write for KeyHasher {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.write(text.as_bytes());
        Ok(())
    }
}

impl fmt::Debug for KeyHasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The bytes are the inputs of a call: nobody needs to see them.
        f.debug_struct("KeyHasher").finish_non_exhaustive()
    }
}

/// The key of a template such as `"{url}_{days}"`, hashed as it is formatted.
#[must_use]
pub fn template_key(_: &'static Definition, template: fmt::Arguments<'_>) -> Key {
    let mut hasher = KeyHasher::default();
    // The hasher accepts everything; an error can only come from a `Display` that gives up, and what it
    // has written until then is hashed.
    let _ = hasher.write_fmt(template);
    Key::from_hash(hasher.digest())
}

/// The value of an expression in `cache_key`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a cache key",
    label = "must implement `Hash`",
    note = "use the parts of it that tell two calls apart, as in `cache_key = (url, days)` or `cache_key = \"{{url}}_{{days}}\"`"
)]
pub trait CacheKey {
    #[doc(hidden)]
    fn feed<H: Hasher>(&self, hasher: &mut H);
}

#[diagnostic::do_not_recommend]
impl<T: Hash + ?Sized> CacheKey for T {
    fn feed<H: Hasher>(&self, hasher: &mut H) {
        self.hash(hasher);
    }
}

/// The key of an expression such as `(url, days)`.
#[must_use]
pub fn expression_key<T: CacheKey + ?Sized>(_: &'static Definition, value: &T) -> Key {
    let mut hasher = KeyHasher::default();
    value.feed(&mut hasher);
    Key::from_hash(hasher.digest())
}

/// A parameter of a task that is cached on all its inputs.
#[diagnostic::on_unimplemented(
    message = "the parameter type `{Self}` cannot be part of a cache key",
    label = "must implement `serde::Serialize`",
    note = "without `cache_key`, the key of a result is made of all parameters; name those that tell two calls apart, as in `cache_key = \"{{url}}_{{days}}\"`"
)]
pub trait CacheInput {
    #[doc(hidden)]
    fn feed(&self, hasher: &mut KeyHasher) -> Result<(), Unreadable>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + ?Sized> CacheInput for T {
    fn feed(&self, hasher: &mut KeyHasher) -> Result<(), Unreadable> {
        canonical::feed(self, hasher)
    }
}

/// What stands for a flow run in the keys of its tasks: the same in a run that is resumed, and another in every
/// other run.
///
/// The id of a subflow is another one after its caller was resumed, so its place in the caller stands for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Lineage([u8; 16]);

impl Lineage {
    /// Of a run that no flow has called.
    pub(crate) fn of_root(id: RunId) -> Self {
        Lineage(*id.as_uuid().as_bytes())
    }

    /// What the calls of a flow with equal parameters have in common.
    pub(crate) fn of_calls(self, flow: &Definition, parameters: Option<&Map<String, Value>>) -> Self {
        let parameters = parameters.map(|parameters| Value::from(parameters.clone()).to_string());
        self.and(&(flow.module, flow.name, parameters))
    }

    /// The how-manieth of them.
    pub(crate) fn number(self, number: u32) -> Self {
        self.and(&number)
    }

    /// The key of the run's own result.
    pub(crate) fn key(self, flow: &Definition) -> Key {
        let Lineage(bytes) = self.and(&("result", flow.module, flow.name, flow.source_hash));
        Key::from_hash(u128::from_be_bytes(bytes))
    }

    fn and(self, more: &impl Hash) -> Self {
        let mut hasher = KeyHasher::default();
        hasher.write(&self.0);
        more.hash(&mut hasher);
        Lineage(hasher.digest().to_be_bytes())
    }
}

/// The key that a cache policy asks for, in the making.
#[derive(Debug, Default)]
pub struct InputsKey(KeyHasher);

impl InputsKey {
    /// Of nothing so far.
    #[must_use]
    pub fn new() -> Self {
        InputsKey::default()
    }

    /// Adds the source of the function.
    #[must_use]
    pub fn source(mut self, definition: &'static Definition) -> Self {
        self.0.write(b"source");
        self.0.write(&definition.source_hash.to_le_bytes());
        self
    }

    /// Adds a run.
    #[must_use]
    pub(crate) fn run(mut self, run: Lineage) -> Self {
        self.0.write(b"run");
        self.0.write(&run.0);
        self
    }

    /// Adds one input. One that cannot be read makes a key that no other call has: nothing is found under it.
    #[must_use]
    pub fn input<T: CacheInput + ?Sized>(mut self, name: &str, value: &T) -> Self {
        self.0.write(name.as_bytes());
        match value.feed(&mut self.0) {
            Ok(()) => self,
            Err(error) => {
                tracing::error!(
                    target: "autotune::run",
                    "`{name}` cannot be part of a cache key, so this call is not cached: {error}"
                );
                self.run(Lineage::of_root(RunId::new()))
            }
        }
    }

    /// Ends the key.
    #[must_use]
    pub fn finish(self) -> Key {
        Key::from_hash(self.0.digest())
    }
}

#[cfg(test)]
mod tests {
    use super::{InputsKey, Key, expression_key, template_key};
    use crate::definition::Definition;
    use std::collections::HashMap;
    use xxhash_rust::xxh3::xxh3_128;

    static TASK: Definition = Definition::TASK;

    fn of_input<T: serde::Serialize>(value: &T) -> Key {
        InputsKey::new().source(&TASK).input("x", value).finish().of_body("task")
    }

    #[test]
    fn a_template_key_is_the_same_in_every_process() {
        let key = template_key(&TASK, format_args!("{}_{}", "http://x", 7)).of_body("task");
        assert_eq!(key.to_string(), "daee1723acc27a30f49f88e5b2eacd92");
    }

    #[test]
    fn functions_do_not_share_keys() {
        let key = |body| template_key(&TASK, format_args!("x")).of_body(body);
        assert_ne!(key("a"), key("b"));
        assert_ne!(expression_key(&TASK, &1).of_body("a"), expression_key(&TASK, &2).of_body("a"));
    }

    #[test]
    fn a_map_has_one_key_whatever_its_order() {
        let forwards: HashMap<u32, u32> = (0..100).map(|i| (i, i)).collect();
        let backwards: HashMap<u32, u32> = (0..100).rev().map(|i| (i, i)).collect();
        assert_eq!(of_input(&forwards), of_input(&backwards));
    }

    #[test]
    fn inputs_that_look_alike_have_different_keys() {
        let keys = [
            of_input(&("ab", "c")),
            of_input(&("a", "bc")),
            of_input(&vec!["a", "bc"]),
            of_input(&"abc"),
            of_input(&Some("abc")),
            of_input(&None::<&str>),
            of_input(&()),
            of_input(&0u8),
            of_input(&false),
            of_input(&0.0f64),
            of_input(&Vec::<u8>::new()),
        ];
        for (i, a) in keys.iter().enumerate() {
            for b in &keys[i + 1..] {
                assert_ne!(a, b);
            }
        }
    }

    #[test]
    fn a_long_key_is_that_of_its_bytes_however_they_come() {
        let text = "x".repeat(10_000);
        let whole = template_key(&TASK, format_args!("{text}")).of_body("task");
        let (a, b) = text.split_at(100);
        assert_eq!(whole, template_key(&TASK, format_args!("{a}{b}")).of_body("task"));
        assert_eq!(whole, Key::from_hash(xxh3_128(text.as_bytes())).of_body("task"));
    }

    #[test]
    fn an_integer_has_one_key_whatever_its_width() {
        assert_eq!(of_input(&7u8), of_input(&7i64));
    }
}
