//! Functions that are called when a run comes into a state: how the expansion
//! calls those of the user, sync or async, and what becomes of their failures.

mod attached;

use std::any::Any;
use std::fmt::Display;
use std::future::{Future, Ready, ready};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;

use futures_util::FutureExt;
use tokio::runtime::Handle;

use crate::context::{self, Node, Run};
use crate::hook::HookPoint;
use crate::scope::OpenCall;
use crate::state::State;
use crate::trace::TARGET;

pub(crate) use attached::{Attached, Calling, call_all};
pub use attached::{HookOutcome, Settling};

/// The hooks of one point on their way; they give the state back in the end.
pub type HookFuture<R> = Pin<Box<dyn Future<Output = State<R>> + Send>>;

/// How the hooks of a task or flow are called.
#[derive(Debug)]
pub struct Hooks<R> {
    /// Calls those of a point.
    pub call: fn(HookPoint, Run, State<R>) -> HookFuture<R>,
    /// Calls those of a run that is dropped.
    pub cancel: fn(Run, State<R>),
}

/// What a hook returned: a future, or a value.
#[derive(Debug)]
pub struct Returned<T>(Option<T>);

impl<T> Returned<T> {
    /// Of a call that has returned.
    pub fn new(value: T) -> Self {
        Returned(Some(value))
    }

    fn take(&mut self) -> T {
        self.0.take().expect("what a hook returned is looked at once")
    }
}

/// A hook that is `async`.
pub trait ReturnedFuture {
    #[doc(hidden)]
    type Future: Future;
    #[doc(hidden)]
    fn settle(&mut self) -> Self::Future;
}

impl<F: Future> ReturnedFuture for Returned<F> {
    type Future = F;

    fn settle(&mut self) -> F {
        self.take()
    }
}

/// A hook that is not.
pub trait ReturnedValue {
    #[doc(hidden)]
    type Value;
    #[doc(hidden)]
    fn settle(self) -> Ready<Self::Value>;
}

#[expect(clippy::mut_mut, reason = "method resolution comes here only after the future")]
impl<T> ReturnedValue for &mut &mut Returned<T> {
    type Value = T;

    fn settle(self) -> Ready<T> {
        ready(self.take())
    }
}

/// How a hook ended.
#[derive(Debug)]
pub struct HookResult<'a, T>(pub &'a T);

/// A hook that can say that it failed.
pub trait HookFailed {
    #[doc(hidden)]
    fn tell(&self, hook: &str) -> bool;
}

impl<T, E: Display> HookFailed for HookResult<'_, Result<T, E>> {
    fn tell(&self, hook: &str) -> bool {
        if let Err(error) = self.0 {
            failed(hook, &format!("{error:#}"));
        }
        self.0.is_ok()
    }
}

/// A hook that cannot.
pub trait HookDone {
    #[doc(hidden)]
    fn tell(self, hook: &str) -> bool;
}

impl<T> HookDone for &&HookResult<'_, T> {
    fn tell(self, _: &str) -> bool {
        true
    }
}

/// Runs a hook to its end, and says whether it has succeeded. Neither its error nor its panic changes the run.
pub async fn call_hook(hook: &str, call: impl Future<Output = bool>) -> bool {
    AssertUnwindSafe(call).catch_unwind().await.unwrap_or_else(|payload| {
        failed(hook, &format!("it panicked{}", text_of(payload.as_ref())));
        false
    })
}

/// Runs the hooks of a run that was dropped: there is no call any more that could.
///
/// The flow run that the run belongs to waits for them, as for a submitted call.
pub fn spawn_hooks(hooks: impl Future<Output = ()> + Send + 'static) {
    let open = context::with(|node| node.and_then(Node::awaited_by).map(OpenCall::new));
    let hooks = async move {
        hooks.await;
        drop(open);
    };
    match Handle::try_current() {
        // The runtime owns what it is given here; it only calls what the user has written.
        Ok(runtime) => drop(runtime.spawn(hooks)),
        Err(_) => failed("on_cancellation", "there is no tokio runtime to run it"),
    }
}

pub(crate) fn failed(hook: &str, why: &str) {
    tracing::error!(target: TARGET, "hook `{hook}` failed: {why}");
}

fn text_of(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.map(|text| format!(": {text}")).unwrap_or_default()
}
