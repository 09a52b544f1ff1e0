//! Hooks of one call, beside those of its attribute.

use super::Call;
use crate::body::{Output, TaskBody};
use crate::context::Run;
use crate::hook::HookPoint;
use crate::hooks::Attached;
use crate::state::State;

/// Hooks for this call only: they are called after those of the attribute, in the
/// order in which they are given, and inside the run. One that panics is logged, and
/// changes nothing.
///
/// ```
/// # use autotune::prelude::*;
/// #[task]
/// async fn load(url: &str) -> Result<u32, String> {
///     Err(format!("{url} is down"))
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// load("http://x")
///     .on_failure(|run, state| warn!("{}: {}", run.name(), state.message().unwrap_or_default()))
///     .await
///     .unwrap_err();
/// # });
/// # std::io::Result::Ok(())
/// ```
impl<B: TaskBody, K> Call<B, K> {
    /// Calls `hook` before each attempt.
    pub fn on_running(self, hook: impl Fn(&Run, &State<Output<B>>) + Send + Sync + 'static) -> Self {
        self.attach(HookPoint::Running, hook)
    }

    /// Calls `hook` when the run has a result, its own or a cached one.
    pub fn on_completion(self, hook: impl Fn(&Run, &State<Output<B>>) + Send + Sync + 'static) -> Self {
        self.attach(HookPoint::Completion, hook)
    }

    /// Calls `hook` when the run has failed and is not tried again.
    pub fn on_failure(self, hook: impl Fn(&Run, &State<Output<B>>) + Send + Sync + 'static) -> Self {
        self.attach(HookPoint::Failure, hook)
    }

    /// Calls `hook` when the body has panicked.
    pub fn on_crashed(self, hook: impl Fn(&Run, &State<Output<B>>) + Send + Sync + 'static) -> Self {
        self.attach(HookPoint::Crashed, hook)
    }

    /// Calls `hook` when the run is cancelled: where it is dropped, at once and on the thread that drops it.
    pub fn on_cancellation(self, hook: impl Fn(&Run, &State<Output<B>>) + Send + Sync + 'static) -> Self {
        self.attach(HookPoint::Cancellation, hook)
    }

    fn attach(
        mut self,
        point: HookPoint,
        hook: impl Fn(&Run, &State<Output<B>>) + Send + Sync + 'static,
    ) -> Self {
        self.execution.held().attached.push(Attached { point, hook: Box::new(hook) });
        self
    }
}
