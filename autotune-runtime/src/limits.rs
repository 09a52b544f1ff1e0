//! Limits by name: how many may do something at a time, or how often.
//!
//! A limit is a number of slots. [`concurrency`] takes slots and gives them back
//! when it is dropped; [`rate_limit`] takes slots that come back by themselves. Who
//! asks for slots of several limits gets all of them at once or waits; those that
//! wait are served in the order in which they came.
//!
//! # Of the process, or of the machine
//!
//! A limit that the process has set by [`set`] or [`set_rate`] holds in this process. For every other name the
//! [orchestrator] is asked, where the program has one (`autotune::init` installs it): its limits
//! hold for all processes together. They are set by `my-program limits set database 4`, or by [`set_global`]. Slots of
//! both kinds are taken together or not at all.
//!
//! ```no_run
//! use autotune::limits::{self, concurrency};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! // The program has called `autotune::init()`.
//! limits::set_global("database", 4).await?; // four at a time, over all processes
//! let _slot = concurrency(["database"]).acquire().await?;
//! # Ok(()) }
//! ```
//!
//! Slots of the orchestrator are leased, for five minutes at a time and for one minute by a run with a limited tag. A
//! thread renews them while they are held, however busy the process is. What a process had that was killed is free when
//! the lease runs out; on the same Linux machine, at once. Within a process, one at a time asks the orchestrator for
//! slots of a name while the others wait behind it in their order; of several processes, whoever has asked first is
//! served first.
//!
//! A name that has a limit nowhere limits nothing, as with Prefect; [`Concurrency::strict`] makes it an error.
//!
//! # Tags
//!
//! The name `tag:database` limits the runs that have the tag `database`: each takes a slot before it starts, and gives it
//! back while it waits to be tried again. That an orchestrator has such limits is looked up twice a second, and not by
//! each run: one that another process sets holds for what starts half a second later.
//!
//! # Tests
//!
//! In the testing harness, `autotune::testing`, a test has limits of its own, which it sets by [`set`] or
//! [`set_global`]; no orchestrator is asked.

mod acquire;
mod error;
mod global;
mod lease;
mod queue;
mod renewal;
pub(crate) mod tags;

use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use acquire::Slots;
pub use error::{LimitError, SetLimitError};
pub use global::{remove_global, set_global, set_global_rate};
pub(crate) use tags::are_on_tags;

use crate::context::Node;
use crate::orchestrator::{self, Orchestrator};
#[cfg(feature = "testing")]
use crate::surroundings::{self, Observer};
use queue::{Limit, Queue};
use tags::TAG;

static LIMITS: LazyLock<Limits> = LazyLock::new(Limits::default);

/// How long slots of the orchestrator are kept without being renewed,
const LEASE: Duration = Duration::from_mins(5);
/// and those of a run with a limited tag.
const LEASE_OF_TAGS: Duration = Duration::from_mins(1);

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

    /// Who is asked for names that have no limit here. A test asks nobody.
    #[cfg_attr(not(feature = "testing"), expect(clippy::unused_self, reason = "it is that of a test"))]
    fn orchestrator(&self) -> Option<Arc<dyn Orchestrator>> {
        #[cfg(feature = "testing")]
        if self.test.is_some() {
            return None;
        }
        orchestrator::installed()
    }

    #[cfg_attr(not(feature = "testing"), expect(clippy::unused_self, reason = "it is that of a test"))]
    fn is_test(&self) -> bool {
        #[cfg(feature = "testing")]
        return self.test.is_some();
        #[cfg(not(feature = "testing"))]
        false
    }
}

impl Limits {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets at most `slots` of what is called `name` go on at a time in this process.
///
/// A limit that is set again keeps the slots that are taken. For all processes: [`set_global`].
pub fn set(name: impl Into<String>, slots: usize) {
    set_limit(&Whose::here(), name.into(), Limit::slots(slots));
}

fn set_limit(whose: &Whose, name: String, limit: Limit) {
    if name.starts_with(TAG) {
        tags::set_here();
    }
    whose.queue().set(name, limit);
}

/// Lets what is called `name` happen `slots` times at once in this process, and `per_second` times a second after that.
///
/// # Panics
///
/// If `per_second` is not above 0: slots would never come back.
pub fn set_rate(name: impl Into<String>, slots: usize, per_second: f64) {
    assert!(per_second > 0.0, "a rate limit needs slots that come back: more than {per_second} a second");
    set_limit(&Whose::here(), name.into(), Limit::rate(slots, per_second));
}

/// Removes a limit of this process; what waits for it goes on.
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
    Concurrency {
        names,
        occupy: 1,
        timeout: None,
        strict: false,
        keep: true,
        is_of_tags: false,
        lasts: LEASE,
        whose: Whose::here(),
    }
}

/// Asks for a slot of each of these limits, and does not give it back: it comes back with time.
///
/// For limits that [`set_rate`] or [`set_global_rate`] has set.
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
    /// Whether nobody has named the limits: one that is not there is nothing to warn of.
    is_of_tags: bool,
    /// How long slots of the orchestrator are kept without being renewed.
    lasts: Duration,
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

    /// Of the limits on these tags, if there are any.
    pub(crate) fn of_tags(node: &Node) -> Option<Concurrency> {
        let tags = node.tags();
        if tags.is_empty() {
            return None;
        }
        let whose = Whose::of(node);
        let limits = whose.queue();
        let names = tags.iter().map(|tag| format!("{TAG}{tag}"));
        let is_limited =
            |name: &String| limits.slots_of(name).is_some() || (!whose.is_test() && tags::is_global(name));
        let names: Vec<_> = names.filter(is_limited).collect();
        drop(limits);
        (!names.is_empty()).then_some(Concurrency {
            names,
            occupy: 1,
            timeout: None,
            strict: false,
            keep: true,
            is_of_tags: true,
            lasts: LEASE_OF_TAGS,
            whose,
        })
    }
}
