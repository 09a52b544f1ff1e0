//! Tests of flows: virtual time, stubs in place of bodies, and what happened.
//!
//! With the feature `testing`, for `[dev-dependencies]`. A test sees the runs that
//! its own code starts, however deep, and no others: tests run beside each other as
//! usual. They do not share cached results either.
//!
//! ```
//! use autotune::StateName::{AwaitingRetry, Completed, Retrying, Running};
//! use autotune::prelude::*;
//! use autotune::testing;
//!
//! #[task(retries = 3, retry_delay = "1h")]
//! async fn load(url: &str) -> anyhow::Result<usize> {
//!     anyhow::bail!("{url} cannot be reached in a test")
//! }
//!
//! #[flow]
//! async fn nightly(days: u32) -> anyhow::Result<usize> {
//!     Ok(load("http://x").await? * days as usize)
//! }
//!
//! testing::run(async |test| {
//!     let load = test.stub_outputs(load, [Err(anyhow::anyhow!("busy")), Ok(288)]);
//!     assert_eq!(nightly(7).await?, 2016);
//!
//!     assert_eq!(load.count(), 2);
//!     assert_eq!(test.states("load"), [Running, AwaitingRetry, Retrying, Completed]);
//!     assert_eq!(test.to_string(), "\
//! +0s     nightly Running days=7
//! +0s       load-1 Running
//! +0s       load-1 AwaitingRetry in 1h: busy
//! +1h       load-1 Retrying
//! +1h       load-1 Completed
//! +1h     nightly Completed
//! ");
//!     anyhow::Ok(())
//! })?;
//! # anyhow::Ok(())
//! ```
//!
//! What surrounds the code of the test reaches what `.submit()` and, inside of
//! [`run`], `tokio::spawn` start; threads that the code starts itself are outside.

pub(crate) mod capture;
mod listen;
mod open;
mod seen;
mod stub;
mod text;
mod watch;

use std::fmt;
use std::sync::Arc;

pub use seen::{LogSeen, RunSeen, ShownArtifact};
pub use stub::{Callable, Ignored, Stub, StubOf, TakenAs};

use crate::context::{self, Node};
use crate::state::StateName;
use crate::surroundings::{Surroundings, Within};
use crate::testing::watch::Watch;

/// Runs the code of a test, in virtual time, and gives its output.
///
/// The code runs on a runtime of its own, on this thread. Its clock stands still
/// while something can be done, and jumps to the next timer when nothing can: a
/// retry delay of an hour takes no time. Real waiting, as for a socket, does not
/// mix with it, as in `#[tokio::test(start_paused = true)]`: a timeout comes at
/// once. Stub what talks to the world.
///
/// When the code has ended, the calls that it submitted end too. The jitter of
/// retry delays is the same each time.
///
/// If the code panics, what happened until then is printed.
///
/// # Panics
///
/// Inside of another tokio runtime, and where the code does.
///
/// ```
/// # use autotune::prelude::*;
/// # #[flow] async fn nightly() -> u32 { 7 }
/// # fn main() {
/// autotune::testing::run(async |test| {
///     assert_eq!(nightly().await, 7);
///     assert_eq!(test.calls("nightly"), 1);
/// });
/// # }
/// ```
pub fn run<R>(code: impl AsyncFnOnce(Test) -> R) -> R {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a runtime without threads needs nothing that could be missing");
    // So that the test reads the clock of the runtime.
    let entered = runtime.enter();
    let test = Test::new();
    drop(entered);
    fastrand::seed(0);
    let _listening = listen::listen();
    let _shown = ShownInPanic(&test);
    // Around the whole runtime, so that it reaches what `tokio::spawn` starts.
    let node = Node::surrounded(Arc::new(test.surroundings()));
    context::enter(&node, || {
        runtime.block_on(async {
            let output = code(test.clone()).await;
            test.submitted().await;
            output
        })
    })
}

/// A test: what it saw, and what it put in place of bodies.
///
/// It is made by [`run`] and `#[autotune::test]`. Clones are the same test.
///
/// Its `Display` is what happened, one event a line, with the time since the start
/// of the test, indented by depth: for a snapshot, or to look at. No ids stand in
/// it. Runs that go on at the same time stand in the order of their events.
#[derive(Clone)]
pub struct Test {
    watch: Arc<Watch>,
}

impl Test {
    /// A test in a runtime of its own, for those who bring one, as `#[tokio::test]`.
    ///
    /// It sees what is called inside of [`scope`](Test::scope). Its time is that of
    /// the runtime, which is virtual only if it was started so. Of what the code logs
    /// it sees what reaches a [`RunLayer`](crate::log::RunLayer).
    #[expect(clippy::new_without_default, reason = "each test is another one, and starts now")]
    #[must_use]
    pub fn new() -> Self {
        Test { watch: Arc::new(Watch::new()) }
    }

    /// Lets the test see what is called in `code`.
    ///
    /// ```
    /// # use autotune::{prelude::*, testing::Test};
    /// # #[flow] async fn nightly() -> u32 { 7 }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let test = Test::new();
    /// assert_eq!(test.scope(async { nightly().await }).await, 7);
    /// assert_eq!(test.calls("nightly"), 1);
    /// # }
    /// ```
    pub fn scope<F: Future>(&self, code: F) -> Within<F> {
        Within::new(self.surroundings(), code)
    }

    /// The names of the states of all runs of a task or flow, in order of time.
    ///
    /// `name` is that of the task or flow, not of a run.
    ///
    /// A run that has started has been `Running`, also where it ended at once; one
    /// with a cached result is `Cached` and nothing else. A retry without a delay is
    /// `Retrying` without having been `AwaitingRetry`, as with Prefect.
    #[must_use]
    pub fn states(&self, name: &str) -> Vec<StateName> {
        seen::states(&self.watch.entries(), name)
    }

    /// The runs of a task or flow, in the order in which they began.
    #[must_use]
    pub fn runs(&self, name: &str) -> Vec<RunSeen> {
        seen::runs(&self.watch).into_iter().filter(|run| run.definition.name == name).collect()
    }

    /// How often the body of a task or flow, or its stub, was started: once for each attempt.
    #[must_use]
    pub fn calls(&self, name: &str) -> usize {
        self.runs(name).iter().map(|run| run.attempts).sum()
    }

    /// What the code of runs logged, at INFO and above.
    #[must_use]
    pub fn logs(&self) -> Vec<LogSeen> {
        seen::logs(&self.watch)
    }

    /// What runs have shown.
    #[must_use]
    pub fn artifacts(&self) -> Vec<ShownArtifact> {
        seen::artifacts(&self.watch)
    }

    /// Waits for the end of the calls that were submitted so far.
    ///
    /// A flow waits for its own; this is for those made outside of any.
    pub async fn submitted(&self) {
        self.watch.open().none().await;
    }

    fn surroundings(&self) -> Surroundings {
        Surroundings::here().observed(Arc::<Watch>::clone(&self.watch))
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::write(&self.watch, f)
    }
}

impl fmt::Debug for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Test").field(&format_args!("{self}")).finish()
    }
}

/// Prints what happened where the test fails.
struct ShownInPanic<'a>(&'a Test);

impl Drop for ShownInPanic<'_> {
    #[expect(clippy::print_stderr, reason = "it is the output of a test that fails")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("what happened until then:\n{}", self.0);
        }
    }
}
