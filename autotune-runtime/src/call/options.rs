//! How one call runs, where that differs from what its attribute says: Prefect's
//! `with_options`.

use std::time::Duration;

use serde_json::{Map, Value};

use super::Call;
use crate::body::{Output, RetryBody, TaskBody};
use crate::cache::Mode;
use crate::completion::Upstream;
use crate::extras::NO_LIMIT;
use crate::future::{Calls, TaskFuture};
use crate::id::KnownRun;
use crate::interrupted::InvalidParameters;
use crate::orchestrator::Deployed;
use crate::output::FromInterrupted;

impl<B: TaskBody, K> Call<B, K> {
    /// Names this run.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.execution.core.node.extras().name = Some(name.into());
        self
    }

    /// Adds a tag to this run.
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.execution.core.node.extras().tags.push(tag.into());
        self
    }

    /// Tries again up to `retries` times after an `Err`, whatever the attribute says.
    ///
    /// For functions declared with `retries`: their arguments can be given to
    /// more than one attempt. `#[task(retries = 0)]` allows it and retries nothing.
    pub fn retries(mut self, retries: u32) -> Self
    where
        B: RetryBody,
    {
        self.execution.core.node.extras().retries = Some(retries);
        self
    }

    /// Waits this long before each retry, whatever the attribute says.
    pub fn retry_delay(mut self, delay: Duration) -> Self
    where
        B: RetryBody,
    {
        self.execution.core.node.extras().retry_delay = Some(delay);
        self
    }

    /// Limits each attempt to this long, whatever the attribute says; `None` lifts its limit.
    pub fn timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self
    where
        Output<B>: FromInterrupted,
    {
        self.execution.held().interrupt = Some(FromInterrupted::from_interrupted);
        self.execution.core.node.extras().timeout = Some(timeout.into().unwrap_or(NO_LIMIT));
        self
    }

    /// Runs even if there is a cached result, and caches the new one.
    pub fn refresh_cache(mut self) -> Self {
        self.execution.core.node.extras().cache_mode = Some(Mode::Refresh);
        self
    }

    /// Uses a cached result even if the calls of this process refresh theirs: Prefect's `refresh_cache=False`.
    ///
    /// [`Mode::Off`] still holds.
    pub fn use_cache(mut self) -> Self {
        self.execution.core.node.extras().cache_mode = Some(Mode::Use);
        self
    }

    /// Starts only when the given runs have completed.
    ///
    /// If one of them does not complete, this one does not start: its state is
    /// `NotReady`, and its output an [`Interrupted::NotReady`].
    ///
    /// [`Interrupted::NotReady`]: crate::interrupted::Interrupted::NotReady
    #[expect(clippy::needless_pass_by_value, reason = "what is given are borrows of the runs already")]
    pub fn wait_for(mut self, runs: impl Dependencies) -> Self
    where
        Output<B>: FromInterrupted,
    {
        self.execution.held().interrupt = Some(FromInterrupted::from_interrupted);
        let wait_for = &mut self.execution.core.node.extras().wait_for;
        runs.each(&mut |run| wait_for.push(run));
        self
    }

    #[doc(hidden)]
    pub fn with_options(mut self, options: StartOptions) -> Self {
        if let Some(name) = options.name {
            self = self.named(name);
        }
        for tag in options.tags {
            self = self.tag(tag);
        }
        if options.known.is_some() {
            self.execution.core.node.extras().known = options.known;
        }
        if options.deployed.is_some() {
            self.execution.core.node.extras().deployed = options.deployed;
        }
        self
    }

    #[doc(hidden)]
    #[inline]
    pub fn with_run_name(self, name: Option<String>) -> Self {
        match name {
            Some(name) => self.named(name),
            None => self,
        }
    }

    #[doc(hidden)]
    #[inline]
    pub fn with_invalid(mut self, invalid: Option<InvalidParameters>) -> Self {
        if invalid.is_some() {
            self.execution.core.node.extras().invalid = invalid;
        }
        self
    }

    #[doc(hidden)]
    #[inline]
    pub fn with_parameters(mut self, parameters: Option<Map<String, Value>>) -> Self {
        if parameters.is_some() {
            self.execution.core.node.extras().parameters = parameters;
        }
        self
    }
}

/// How a flow that is started by name runs.
#[derive(Debug, Clone, Default)]
pub struct StartOptions {
    /// The name of the run.
    pub name: Option<String>,
    /// Tags of the run.
    pub tags: Vec<String>,
    /// Which run it is, where it is not a new one: one that is resumed, or was scheduled.
    pub known: Option<KnownRun>,
    /// Where the run comes from, where it is one of a deployment.
    pub deployed: Option<Deployed>,
}

/// Runs that another can wait for: `&future`, tuples, arrays and slices of them,
/// and what `.submit_all()` gave.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not something to wait for",
    label = "expected `&future`, `(&a, &b)`, `[&a, &b]` or `&calls`, where each is what `.submit()` returned"
)]
pub trait Dependencies {
    #[doc(hidden)]
    fn each(&self, add: &mut dyn FnMut(Upstream));
}

impl<R> Dependencies for &TaskFuture<R> {
    fn each(&self, add: &mut dyn FnMut(Upstream)) {
        add(Upstream::new(self.completion()));
    }
}

impl<R> Dependencies for &[TaskFuture<R>] {
    fn each(&self, add: &mut dyn FnMut(Upstream)) {
        for future in *self {
            future.each(add);
        }
    }
}

impl<R> Dependencies for &Vec<TaskFuture<R>> {
    fn each(&self, add: &mut dyn FnMut(Upstream)) {
        self.as_slice().each(add);
    }
}

impl<R> Dependencies for &Calls<R> {
    fn each(&self, add: &mut dyn FnMut(Upstream)) {
        self.futures().each(add);
    }
}

impl<D: Dependencies, const N: usize> Dependencies for [D; N] {
    fn each(&self, add: &mut dyn FnMut(Upstream)) {
        for run in self {
            run.each(add);
        }
    }
}

/// Runs that another waits for, also where they fail. Made by [`allow_failure`].
#[derive(Debug, Clone, Copy)]
pub struct AllowFailure<D>(D);

/// Waits for runs to end, and does not mind if they fail.
///
/// As with Prefect, it allows for `Failed`, `TimedOut` and `NotReady`; a run that
/// crashes or is cancelled still keeps the one that waits from starting.
///
/// ```
/// # use autotune::{allow_failure, prelude::*};
/// #[task]
/// async fn load(url: &'static str) -> anyhow::Result<usize> {
///     anyhow::bail!("{url} is down")
/// }
///
/// #[task]
/// async fn report() -> anyhow::Result<&'static str> {
///     Ok("done")
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let load = load("http://x").submit();
/// assert_eq!(report().wait_for(allow_failure(&load)).await?, "done");
/// # anyhow::Ok(()) })?;
/// # anyhow::Ok(())
/// ```
pub fn allow_failure<D: Dependencies>(runs: D) -> AllowFailure<D> {
    AllowFailure(runs)
}

impl<D: Dependencies> Dependencies for AllowFailure<D> {
    fn each(&self, add: &mut dyn FnMut(Upstream)) {
        self.0.each(&mut |run| add(run.allow_failure()));
    }
}

macro_rules! tuples {
    ($(($($run:ident),+))*) => {
        $(
            #[expect(non_snake_case, reason = "one name for the type and the value of each element")]
            impl<$($run: Dependencies),+> Dependencies for ($($run,)+) {
                fn each(&self, add: &mut dyn FnMut(Upstream)) {
                    let ($($run,)+) = self;
                    $($run.each(add);)+
                }
            }
        )*
    };
}

tuples! { (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) (A, B, C, D, E, F) (A, B, C, D, E, F, G) (A, B, C, D, E, F, G, H) }
