//! Hooks that only one call has, sync or async, called one after the other.

use std::fmt::Display;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use super::{call_hook, failed, spawn_hooks, text_of};
use crate::context::Run;
use crate::hook::HookPoint;
use crate::state::State;

/// What a hook of a call returns: nothing, a `Result` whose error is logged, or a future of one of these.
///
/// `Kind` tells them apart, and follows from the type.
#[diagnostic::on_unimplemented(
    message = "a hook returns `{Self}`",
    label = "let it return nothing, a `Result` whose error implements `Display`, or a future of these",
    note = "a future is `Send` and borrows nothing from the run or its state: clone what it needs before `async move`"
)]
pub trait HookOutcome<Kind> {
    /// What is left to be done, if there is anything.
    #[doc(hidden)]
    fn settle(self, point: HookPoint) -> Option<Settling>;
}

/// The rest of a hook. Neither its error nor its panic changes the run.
pub type Settling = Pin<Box<dyn Future<Output = ()> + Send>>;

/// It returns nothing.
#[derive(Debug)]
pub struct Done;

/// It returns a result.
#[derive(Debug)]
pub struct Fallible;

/// It returns a future.
#[derive(Debug)]
pub struct Later<Kind>(Kind);

impl HookOutcome<Done> for () {
    fn settle(self, _: HookPoint) -> Option<Settling> {
        None
    }
}

impl<T, E: Display> HookOutcome<Fallible> for Result<T, E> {
    fn settle(self, point: HookPoint) -> Option<Settling> {
        if let Err(error) = self {
            failed(point.as_str(), &format!("{error:#}"));
        }
        None
    }
}

impl<F, Kind> HookOutcome<Later<Kind>> for F
where
    F: Future<Output: HookOutcome<Kind>> + Send + 'static,
{
    fn settle(self, point: HookPoint) -> Option<Settling> {
        let hook = async move {
            let rest = self.await.settle(point);
            if let Some(rest) = rest {
                rest.await;
            }
            true
        };
        Some(Box::pin(async move {
            call_hook(point.as_str(), hook).await;
        }))
    }
}

/// A hook that only one call has.
pub(crate) struct Attached<R> {
    point: HookPoint,
    hook: AttachedHook<R>,
}

type AttachedHook<R> = Box<dyn Fn(&Run, &State<R>) -> Option<Settling> + Send + Sync>;

impl<R> Attached<R> {
    pub(crate) fn new<O: HookOutcome<Kind>, Kind>(
        point: HookPoint,
        hook: impl Fn(&Run, &State<R>) -> O + Send + Sync + 'static,
    ) -> Self {
        Attached { point, hook: Box::new(move |run, state| hook(run, state).settle(point)) }
    }

    pub(crate) fn is_of(&self, point: HookPoint) -> bool {
        self.point == point
    }

    /// Calls it; what is left to be done, if it is async.
    fn call(&self, run: &Run, state: &State<R>) -> Option<Settling> {
        catch_unwind(AssertUnwindSafe(|| (self.hook)(run, state))).unwrap_or_else(|payload| {
            failed(self.point.as_str(), &format!("it panicked{}", text_of(payload.as_ref())));
            None
        })
    }
}

/// The hooks of a call on their way, in the order in which they were attached.
pub(crate) struct Calling<R> {
    pub(crate) state: State<R>,
    next: usize,
    /// The lock only makes it `Sync`.
    settling: Option<Mutex<Settling>>,
}

impl<R> Calling<R> {
    /// About to call those of a state.
    pub(crate) fn of(state: State<R>) -> Self {
        Calling { state, next: 0, settling: None }
    }

    pub(crate) fn poll(&mut self, attached: &[Attached<R>], run: &Run, cx: &mut Context<'_>) -> Poll<()> {
        let Some(point) = HookPoint::of(self.state.name) else { return Poll::Ready(()) };
        loop {
            if let Some(settling) = &mut self.settling {
                ready!(settling.get_mut().unwrap_or_else(PoisonError::into_inner).as_mut().poll(cx));
                self.settling = None;
            }
            let Some(hook) = attached.get(self.next) else { return Poll::Ready(()) };
            self.next += 1;
            if hook.is_of(point) {
                self.settling = hook.call(run, &self.state).map(Mutex::new);
            }
        }
    }
}

/// Calls those of a run that is dropped; what is async of them goes on in the background.
pub(crate) fn call_all<R>(attached: &[Attached<R>], point: HookPoint, run: &Run, state: &State<R>) {
    let of_point = attached.iter().filter(|hook| hook.is_of(point));
    let settling: Vec<_> = of_point.filter_map(|hook| hook.call(run, state)).collect();
    if !settling.is_empty() {
        spawn_hooks(async move {
            for settling in settling {
                settling.await;
            }
        });
    }
}
