//! Hooks of one call, beside those of its attribute.

use super::Call;
use crate::body::{Output, TaskBody};
use crate::context::Run;
use crate::hook::HookPoint;
use crate::hooks::{Attached, HookOutcome};
use crate::state::State;

/// Hooks for this call only: they are called after those of the attribute, in the
/// order in which they are given, and inside the run. One that fails or panics is
/// logged, and changes nothing.
///
/// A hook returns nothing, a `Result`, or a future of these. A future borrows nothing
/// from the run or its state: what it needs is cloned before.
///
/// ```
/// # use autotune::prelude::*;
/// # async fn page_someone(message: String) -> Result<(), String> { Err(format!("nobody hears: {message}")) }
/// #[task]
/// async fn load(url: &str) -> Result<u32, String> {
///     Err(format!("{url} is down"))
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// load("http://x")
///     .on_failure(|run, state| warn!("{}: {}", run.name(), state.message().unwrap_or_default()))
///     .on_failure(|_, state| page_someone(state.message().unwrap_or_default().to_owned()))
///     .await
///     .unwrap_err();
/// # });
/// # std::io::Result::Ok(())
/// ```
impl<B: TaskBody, K> Call<B, K> {
    /// Calls `hook` before each attempt.
    pub fn on_running<O: HookOutcome<Kind>, Kind>(
        self,
        hook: impl Fn(&Run, &State<Output<B>>) -> O + Send + Sync + 'static,
    ) -> Self {
        self.attach(Attached::new(HookPoint::Running, hook))
    }

    /// Calls `hook` when the run has a result, its own or a cached one.
    pub fn on_completion<O: HookOutcome<Kind>, Kind>(
        self,
        hook: impl Fn(&Run, &State<Output<B>>) -> O + Send + Sync + 'static,
    ) -> Self {
        self.attach(Attached::new(HookPoint::Completion, hook))
    }

    /// Calls `hook` when the run has failed and is not tried again.
    pub fn on_failure<O: HookOutcome<Kind>, Kind>(
        self,
        hook: impl Fn(&Run, &State<Output<B>>) -> O + Send + Sync + 'static,
    ) -> Self {
        self.attach(Attached::new(HookPoint::Failure, hook))
    }

    /// Calls `hook` when the body has panicked.
    pub fn on_crashed<O: HookOutcome<Kind>, Kind>(
        self,
        hook: impl Fn(&Run, &State<Output<B>>) -> O + Send + Sync + 'static,
    ) -> Self {
        self.attach(Attached::new(HookPoint::Crashed, hook))
    }

    /// Calls `hook` when the run is cancelled: where it is dropped, at once and on the thread that drops it.
    pub fn on_cancellation<O: HookOutcome<Kind>, Kind>(
        self,
        hook: impl Fn(&Run, &State<Output<B>>) -> O + Send + Sync + 'static,
    ) -> Self {
        self.attach(Attached::new(HookPoint::Cancellation, hook))
    }

    fn attach(mut self, hook: Attached<Output<B>>) -> Self {
        self.execution.held().attached.push(hook);
        self
    }
}
