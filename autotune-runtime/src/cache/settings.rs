//! How much the cache keeps.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;

use moka::sync::Cache;

use super::{BuildAsItIs, Entry, RESULTS, Results, TypedKey};

/// How many results are kept where nobody says otherwise.
const CAPACITY: u64 = 100_000;

/// How much the cache of this process keeps: see [`configure`].
///
/// Both limits hold. They hold nearly: for a moment there may be a few results more.
#[must_use = "settings hold once they are given to `cache::configure`"]
pub struct Settings {
    capacity: u64,
    max_weight: Option<u64>,
    weights: HashMap<TypeId, Weight>,
}

/// How many bytes a value owns outside of itself.
type Weight = Box<dyn Fn(&dyn Any) -> usize + Send + Sync>;

impl Settings {
    /// 100 000 results, whatever they weigh.
    pub fn new() -> Self {
        Settings { capacity: CAPACITY, max_weight: None, weights: HashMap::new() }
    }

    /// Keeps at most so many results; with 0, none.
    pub fn capacity(mut self, results: u64) -> Self {
        self.capacity = results;
        self
    }

    /// Keeps results of at most so many bytes in all.
    ///
    /// A result weighs what its type takes, and what [`weight`](Settings::weight) says
    /// of its type. It weighs at least its share, `max_weight / capacity`, so that
    /// there are never more than `capacity`. One that is too heavy by itself is not kept.
    pub fn max_weight(mut self, bytes: u64) -> Self {
        self.max_weight = Some(bytes);
        self
    }

    /// Says how many bytes a result of type `T` owns outside of itself, as the text of a `String`.
    ///
    /// Of a function that returns a `Result<T, E>`, it is the `T` that is kept.
    pub fn weight<T: 'static>(mut self, owned: impl Fn(&T) -> usize + Send + Sync + 'static) -> Self {
        let weight = move |value: &dyn Any| value.downcast_ref().map_or(0, &owned);
        self.weights.insert(TypeId::of::<T>(), Box::new(weight));
        self
    }

    pub(super) fn build(self) -> Results {
        let Some(max_weight) = self.max_weight else {
            return Cache::builder().max_capacity(self.capacity).build_with_hasher(BuildAsItIs::default());
        };
        let (scale, weights) = (Scale::new(max_weight, self.capacity), self.weights);
        Cache::builder()
            .max_capacity(scale.units)
            .weigher(move |key: &TypedKey, entry: &Entry| {
                let owned = weights.get(&key.type_id).map_or(0, |weight| weight(&*entry.value));
                scale.weigh(size_of_val(&*entry.value).saturating_add(owned))
            })
            .build_with_hasher(BuildAsItIs::default())
    }
}

impl Default for Settings {
    fn default() -> Self {
        Settings::new()
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("capacity", &self.capacity)
            .field("max_weight", &self.max_weight)
            .finish_non_exhaustive()
    }
}

/// Chooses how much the cache of this process keeps, before the first result is looked up.
///
/// For programs; a library leaves the choice to them.
///
/// ```
/// # use autotune::cache::{self, Settings};
/// #[derive(Clone)]
/// struct Page {
///     text: String,
/// }
///
/// # fn main() -> Result<(), cache::ConfigureError> {
/// cache::configure(
///     Settings::new()
///         .capacity(10_000)
///         .max_weight(64 * 1024 * 1024)
///         .weight::<Page>(|page| page.text.capacity()),
/// )?;
/// # Ok(()) }
/// ```
pub fn configure(settings: Settings) -> Result<(), ConfigureError> {
    if settings.max_weight.is_none() && !settings.weights.is_empty() {
        return Err(ConfigureError::NoMaxWeight);
    }
    RESULTS.set(settings.build()).map_err(|_| ConfigureError::AlreadyInUse)
}

/// Why the cache keeps as much as before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigureError {
    /// The settings of a cache do not change.
    #[error("the cache is in use already; configure it once, before the first call of a cached task")]
    AlreadyInUse,
    /// There are weights, and nothing that they count against.
    #[error(
        "results have a weight, and there is no limit to it; set it with `.max_weight(64 * 1024 * 1024)`"
    )]
    NoMaxWeight,
}

/// Bytes in units: the weight of an entry has 32 bits.
#[derive(Debug, Clone, Copy)]
struct Scale {
    bytes_per_unit: u64,
    /// What all results weigh at most.
    units: u64,
    /// What one result weighs at least.
    share: u32,
}

impl Scale {
    fn new(max_weight: u64, capacity: u64) -> Self {
        // One more than needed, so that `u32::MAX` is always too heavy.
        let bytes_per_unit = max_weight / u64::from(u32::MAX) + 1;
        let units = if capacity == 0 { 0 } else { max_weight / bytes_per_unit };
        let share = u32::try_from(units.div_ceil(capacity.max(1))).unwrap_or(u32::MAX);
        Scale { bytes_per_unit, units, share }
    }

    fn weigh(&self, bytes: usize) -> u32 {
        let units = u64::try_from(bytes).unwrap_or(u64::MAX).div_ceil(self.bytes_per_unit);
        u32::try_from(units).unwrap_or(u32::MAX).max(self.share)
    }
}

#[cfg(test)]
mod tests {
    use std::any::{Any, TypeId};
    use std::sync::Arc;

    use super::{Scale, Settings};
    use crate::cache::{Entry, Results, TypedKey};
    use crate::key::InputsKey;

    fn fill<T: Any + Clone + Send + Sync>(results: &Results, count: u32, value: &T) {
        for number in 0..count {
            let key = TypedKey {
                key: InputsKey::new().input("number", &number).finish(),
                type_id: TypeId::of::<T>(),
            };
            results.insert(key, Entry { value: Arc::new(value.clone()), expires: None });
        }
        results.run_pending_tasks();
    }

    #[test]
    fn no_more_results_are_kept_than_there_is_room_for() {
        let results = Settings::new().capacity(10).build();
        fill(&results, 100, &"x".repeat(1000));
        assert_eq!(results.entry_count(), 10);
    }

    #[test]
    fn a_result_weighs_what_its_type_takes_and_what_it_owns() {
        let results = Settings::new().max_weight(100_000).weight(String::len).build();
        fill(&results, 100, &"x".repeat(10_000 - size_of::<String>()));
        assert_eq!(results.entry_count(), 10);
        let results = Settings::new().max_weight(100_000).build();
        fill(&results, 100, &[0_u8; 10_000]);
        assert_eq!(results.entry_count(), 10);
    }

    #[test]
    fn a_limit_of_the_weight_does_not_lift_that_of_the_number() {
        let results = Settings::new().max_weight(100_000).capacity(10).build();
        fill(&results, 100, &1_u8);
        assert_eq!(results.entry_count(), 10);
    }

    #[test]
    fn a_result_that_is_too_heavy_by_itself_is_not_kept() {
        let results = Settings::new().max_weight(100).weight(String::len).build();
        fill(&results, 1, &"x".repeat(101));
        assert_eq!(results.entry_count(), 0);
        fill(&results, 1, &"x".to_owned());
        assert_eq!(results.entry_count(), 1);
    }

    #[test]
    fn a_limit_beyond_32_bits_holds_as_well() {
        for (max_weight, capacity) in [(u64::MAX, 3), (1 << 40, 100_000), (u64::from(u32::MAX), 1), (7, 3)] {
            let scale = Scale::new(max_weight, capacity);
            assert!(u64::from(scale.share) * capacity >= scale.units, "{scale:?} holds the number");
            assert!(scale.units * scale.bytes_per_unit <= max_weight, "{scale:?} holds the weight");
            assert!(scale.units < u64::from(u32::MAX), "what weighs more than it can say is too heavy");
        }
        let scale = Scale::new(1 << 40, 100_000);
        let terabyte = usize::try_from(1_u64 << 40).expect("64 bits");
        assert!(u64::from(scale.weigh(terabyte + 1)) > scale.units, "more than there is room for");
        assert!(u64::from(scale.weigh(terabyte / 2)) <= scale.units, "half of it has room");
    }
}
