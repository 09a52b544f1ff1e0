//! Limits by name: how many may do something at a time, or how often.
//!
//! A limit is a number of slots. [`concurrency`] takes slots and gives them back
//! when it is dropped; [`rate_limit`] takes slots that come back by themselves. Who
//! asks for slots of several limits gets all of them at once or waits; those that
//! wait are served in the order in which they came.
//!
//! The limits of this process are meant; a test has limits of its own. A name without a limit limits nothing, as
//! with Prefect; [`Concurrency::strict`] makes it an error.

mod queue;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::context::Node;
use crate::duration::Exact;
use crate::moment::Moment;
#[cfg(feature = "testing")]
use crate::surroundings::{self, Observer};
use queue::{Limit, Queue, Waiter};

static LIMITS: LazyLock<Limits> = LazyLock::new(Limits::default);

/// Whether there ever was a limit on a tag: a run asks this before it asks for its slots.
static ON_TAGS: AtomicBool = AtomicBool::new(false);

/// The names of limits on tags begin with this, as with Prefect.
const TAG: &str = "tag:";

/// Limits, and who waits for them.
#[derive(Debug, Default)]
pub(crate) struct Limits(Mutex<Queue>);

/// Whose limits are meant: those of the process, or those of a test.
#[derive(Debug, Clone, Default)]
struct Whose {
    #[cfg(feature = "testing")]
    test: Option<Arc<dyn Observer>>,
}

impl Whose {
    /// Those of the code that runs here.
    fn here() -> Self {
        Whose {
            #[cfg(feature = "testing")]
            test: surroundings::observer(),
        }
    }

    /// Those of a run.
    fn of(node: &Node) -> Self {
        #[cfg(not(feature = "testing"))]
        let _ = node;
        Whose {
            #[cfg(feature = "testing")]
            test: node.extras.as_ref().and_then(|extras| extras.observer()).cloned(),
        }
    }

    #[cfg_attr(not(feature = "testing"), expect(clippy::unused_self, reason = "it is that of a test"))]
    fn queue(&self) -> MutexGuard<'_, Queue> {
        #[cfg(feature = "testing")]
        if let Some(test) = &self.test {
            return test.limits().queue();
        }
        LIMITS.queue()
    }
}

impl Limits {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets at most `slots` of what is called `name` go on at a time.
///
/// A limit that is set again keeps the slots that are taken.
///
/// The name `tag:database` limits the runs that have the tag `database`: each takes
/// a slot before it starts, and gives it back while it waits to be tried again.
pub fn set(name: impl Into<String>, slots: usize) {
    set_limit(name.into(), Limit::slots(slots));
}

fn set_limit(name: String, limit: Limit) {
    if name.starts_with(TAG) {
        ON_TAGS.store(true, Ordering::Relaxed);
    }
    Whose::here().queue().set(name, limit);
}

/// Lets what is called `name` happen `slots` times at once, and `per_second` times a second after that.
///
/// # Panics
///
/// If `per_second` is not above 0: slots would never come back.
pub fn set_rate(name: impl Into<String>, slots: usize, per_second: f64) {
    assert!(per_second > 0.0, "a rate limit needs slots that come back: more than {per_second} a second");
    set_limit(name.into(), Limit::rate(slots, per_second));
}

/// Removes a limit; what waits for it goes on.
pub fn remove(name: &str) {
    Whose::here().queue().remove(name);
}

/// Asks for a slot of each of these limits.
///
/// ```
/// # use autotune::limits::{self, concurrency};
/// # use autotune::prelude::*;
/// #[task]
/// async fn query(sql: &str) -> anyhow::Result<usize> {
///     let _slot = concurrency(["database"]).acquire().await?;
///     Ok(sql.len())
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
/// limits::set("database", 2);
/// query("select 1").await?;
/// # anyhow::Ok(()) })?;
/// # anyhow::Ok(())
/// ```
pub fn concurrency<const N: usize>(names: [&str; N]) -> Concurrency {
    let names = names.map(ToOwned::to_owned).to_vec();
    Concurrency { names, occupy: 1, timeout: None, strict: false, keep: true, whose: Whose::here() }
}

/// Asks for a slot of each of these limits, and does not give it back: it comes back with time.
///
/// For limits that [`set_rate`] has set.
pub fn rate_limit<const N: usize>(names: [&str; N]) -> Concurrency {
    Concurrency { keep: false, ..concurrency(names) }
}

/// A wish for slots.
#[derive(Debug, Clone)]
#[must_use = "slots are taken by `.acquire().await`"]
pub struct Concurrency {
    names: Vec<String>,
    occupy: usize,
    timeout: Option<Duration>,
    strict: bool,
    keep: bool,
    whose: Whose,
}

impl Concurrency {
    /// Takes so many slots of each limit.
    pub fn occupy(mut self, slots: usize) -> Self {
        self.occupy = slots;
        self
    }

    /// Waits no longer than this for the slots; then it is an error. Zero does not wait at all.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Makes a name without a limit an error.
    pub fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// Waits for the slots, and takes all of them at once.
    ///
    /// Cancelling it gives up the place in the queue.
    pub async fn acquire(self) -> Result<Slots, LimitError> {
        let waiter = self.join()?;
        let taken = self.take(waiter);
        let taken = match self.timeout {
            None => taken.await,
            Some(timeout) => tokio::time::timeout(timeout, taken)
                .await
                .map_err(|_| LimitError::TimedOut { names: self.names.clone(), timeout })?,
        };
        let names = if self.keep { taken } else { Vec::new() };
        Ok(Slots { names, occupy: self.occupy, whose: self.whose })
    }

    /// The limits whose slots were taken.
    async fn take(&self, waiter: Arc<Waiter>) -> Vec<String> {
        let place = Place { waiter: Arc::clone(&waiter), whose: self.whose.clone() };
        let taken = loop {
            // Registered before the queue is asked, so that no answer is missed.
            let mut called = std::pin::pin!(waiter.called.notified());
            called.as_mut().enable();
            let wait = match self.whose.queue().serve(&waiter, Moment::now()) {
                Ok(taken) => break taken,
                Err(wait) => wait,
            };
            match wait {
                // Slots that come back with time call nobody.
                Some(wait) => {
                    let _ = tokio::time::timeout(wait, called).await;
                }
                None => called.await,
            }
        };
        drop(place);
        taken
    }

    /// Of the limits on these tags, if there are any. A tag without a limit is nothing to warn of.
    pub(crate) fn of_tags(node: &Node) -> Option<Concurrency> {
        let whose = Whose::of(node);
        let limits = whose.queue();
        let tags = node.tags();
        let names = tags.iter().map(|tag| format!("{TAG}{tag}"));
        let names: Vec<_> = names.filter(|name| limits.slots_of(name).is_some()).collect();
        drop(limits);
        (!names.is_empty()).then_some(Concurrency {
            names,
            occupy: 1,
            timeout: None,
            strict: false,
            keep: true,
            whose,
        })
    }

    fn join(&self) -> Result<Arc<Waiter>, LimitError> {
        let mut queue = self.whose.queue();
        for name in &self.names {
            match queue.slots_of(name) {
                Some(slots) if slots < self.occupy => {
                    return Err(LimitError::TooMany { name: name.clone(), asked: self.occupy, slots });
                }
                Some(_) => {}
                None if self.strict => return Err(LimitError::Unknown { name: name.clone() }),
                None => tracing::warn!("there is no limit `{name}`; nothing is limited"),
            }
        }
        Ok(queue.join(self.names.clone(), self.occupy))
    }
}

/// Whether there may be limits on tags.
#[inline]
pub(crate) fn are_on_tags() -> bool {
    ON_TAGS.load(Ordering::Relaxed)
}

/// Slots that were taken. They are given back when this is dropped.
#[derive(Debug)]
#[must_use = "slots are given back when this is dropped: bind it to a name"]
pub struct Slots {
    /// The limits that they are of.
    names: Vec<String>,
    occupy: usize,
    whose: Whose,
}

impl Drop for Slots {
    fn drop(&mut self) {
        if !self.names.is_empty() {
            self.whose.queue().give_back(&self.names, self.occupy);
        }
    }
}

/// A place in the queue, which is given up when this is dropped.
struct Place {
    waiter: Arc<Waiter>,
    whose: Whose,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.whose.queue().leave(&self.waiter);
    }
}

/// Why no slots were taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LimitError {
    /// There is no limit of this name, and there should be.
    #[error("there is no limit `{name}`; set it with `limits::set({name:?}, 2)`")]
    Unknown {
        /// The name.
        name: String,
    },
    /// The limit is lower than what was asked for.
    #[error("limit `{name}` has {slots} slots, and {asked} were asked for: they would never be free")]
    TooMany {
        /// The name.
        name: String,
        /// What was asked for.
        asked: usize,
        /// What there is.
        slots: usize,
    },
    /// The slots were not free in time.
    #[error("no free slots of `{}`: timed out after {}", names.join("`, `"), Exact(*timeout))]
    TimedOut {
        /// The limits.
        names: Vec<String>,
        /// The time.
        timeout: Duration,
    },
}

/// How long until so many slots of a rate limit are back.
fn until(missing: f64, per_second: f64) -> Duration {
    // A little more than that, so that the next look finds them.
    Duration::try_from_secs_f64(missing / per_second)
        .unwrap_or(Duration::MAX)
        .saturating_add(Duration::from_millis(1))
}
