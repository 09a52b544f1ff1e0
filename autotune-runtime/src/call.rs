//! A call of a task or a flow: a future of exactly the function's own output.

mod hooks;
mod options;
mod state;
mod submit;

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use crate::body::{Output, Slot, TaskBody};
use crate::definition::Definition;
use crate::engine::{Execution, Outcome};
use crate::key::Key;

pub use options::{AllowFailure, Dependencies, StartOptions, allow_failure};
pub use state::StateCall;

pin_project! {
    /// A call of a task or a flow.
    ///
    /// Awaiting it runs it, and gives exactly what the function returns. Before
    /// that, its methods choose how it runs. `K` tells a call of a task from one
    /// of a flow; see [`TaskCall`] and [`FlowCall`].
    ///
    /// Dropping a call that runs cancels the run.
    #[must_use = "a call does nothing until it is `.await`ed or `.submit()`ted"]
    pub struct Call<B: TaskBody, K> {
        #[pin]
        slot: Slot<B>,
        execution: Execution<Output<B>>,
        kind: PhantomData<fn() -> K>,
    }
}

/// A call of a `#[task]`.
pub type TaskCall<B> = Call<B, Task>;

/// A call of a `#[flow]`, whose parameters are those of `P`.
pub type FlowCall<B, P> = Call<B, Flow<P>>;

/// Marks a call of a task.
#[derive(Debug)]
pub enum Task {}

/// Marks a call of a flow with the parameters `P`.
#[derive(Debug)]
pub struct Flow<P>(PhantomData<P>);

impl<B: TaskBody, K> Call<B, K> {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as `Execution::new`")]
    pub(crate) fn new(definition: &'static Definition, body: B, key: Option<Key>) -> Self {
        let key = key.map(|key| key.of_body(body.path()));
        Call { slot: Slot::new(body), execution: Execution::new(definition, key), kind: PhantomData }
    }

    /// The task or flow that is called.
    pub fn definition(&self) -> &'static Definition {
        self.execution.core.node.definition
    }

    /// The undecorated function's own future: no run, no retries, no cache.
    ///
    /// Prefect's `.fn`. For tests of the body alone.
    pub fn raw(mut self) -> B::Fut {
        self.slot.body().start()
    }

    /// How the run ends, instead of its output: an `Err` or a panic is part of it.
    pub fn state(self) -> StateCall<B, K> {
        StateCall::new(self)
    }

    #[inline]
    fn poll_outcome(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Outcome<Output<B>>> {
        let call = self.project();
        call.execution.drive(call.slot, cx)
    }
}

impl<B: TaskBody, K> Future for Call<B, K> {
    type Output = Output<B>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Output<B>> {
        match ready!(self.poll_outcome(cx)) {
            Outcome::Output(output) => Poll::Ready(output),
            Outcome::Panic(panic) => panic.resume(),
        }
    }
}

impl<B: TaskBody, K> fmt::Debug for Call<B, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let definition = self.definition();
        f.debug_struct("Call")
            .field(definition.kind.as_str(), &definition.name)
            .field("state", &self.execution.core.state())
            .finish_non_exhaustive()
    }
}
