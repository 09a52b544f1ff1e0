//! Submitted calls: futures of the function's own output, alone and in groups.

use std::fmt;
use std::future::Future;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::task::JoinHandle;

use crate::body::{Output, TaskBody};
use crate::call::Call;
use crate::completion::Completion;
use crate::engine::Outcome;
use crate::interrupted::{Cancelled, Interrupted};
use crate::state::StateName;

/// A submitted call, made by `.submit()`. Awaiting it gives the function's own
/// output; a panic of the body goes on here.
///
/// Dropping it does not cancel the run.
///
/// # Panics
///
/// Awaiting a call that was cancelled gives [`Interrupted::Cancelled`], if the
/// function's error type is `From<Interrupted>`. Where it is not, it panics.
#[must_use = "a submitted call runs by itself: `.await` it to see how it ends, or `drop` it and the flow waits for it"]
pub struct TaskFuture<R> {
    join: JoinHandle<Outcome<R>>,
    completion: Arc<Completion>,
    interrupt: Option<fn(Interrupted) -> R>,
}

impl<R> TaskFuture<R> {
    pub(crate) fn new(
        join: JoinHandle<Outcome<R>>,
        completion: Arc<Completion>,
        interrupt: Option<fn(Interrupted) -> R>,
    ) -> Self {
        TaskFuture { join, completion, interrupt }
    }

    pub(crate) fn completion(&self) -> &Arc<Completion> {
        &self.completion
    }

    /// The state in which the run has ended; `None` while it goes on.
    #[must_use]
    pub fn state_name(&self) -> Option<StateName> {
        self.completion.state()
    }

    /// Whether the run has ended, in whatever way.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.completion.state().is_some()
    }

    /// Cancels the run: its body is dropped where it waits.
    pub fn cancel(&self) {
        self.join.abort();
    }

    fn cancelled(&self) -> R {
        let name = self.completion.definition().name;
        match self.interrupt {
            Some(interrupt) => interrupt(Cancelled { name: name.to_owned() }.into()),
            None => panic!(
                "`{name}` was cancelled, and its output cannot say so: make its error type `From<autotune::Interrupted>`"
            ),
        }
    }
}

impl<R> Future for TaskFuture<R> {
    type Output = R;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        match ready!(Pin::new(&mut self.join).poll(cx)) {
            Ok(Outcome::Output(output)) => Poll::Ready(output),
            Ok(Outcome::Panic(panic)) => resume_unwind(panic.into_payload()),
            Err(error) => match error.try_into_panic() {
                Ok(payload) => resume_unwind(payload),
                Err(_) => Poll::Ready(self.cancelled()),
            },
        }
    }
}

impl<R> fmt::Debug for TaskFuture<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let definition = self.completion.definition();
        f.debug_struct("TaskFuture")
            .field(definition.kind.as_str(), &definition.name)
            .field("state", &self.state_name())
            .finish_non_exhaustive()
    }
}

/// A group of submitted calls, made by `.submit_all()`. Awaiting it gives their
/// outputs, in the order of the calls.
#[must_use = "submitted calls run by themselves, but how they end is only seen by awaiting them"]
#[derive(Debug)]
pub struct Calls<R> {
    futures: Vec<TaskFuture<R>>,
    outputs: Vec<R>,
}

impl<R> Calls<R> {
    /// The calls, in order.
    pub fn futures(&self) -> &[TaskFuture<R>] {
        &self.futures
    }

    /// How many calls there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.futures.len()
    }

    /// Whether there is no call at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.futures.is_empty()
    }
}

impl<R> Unpin for Calls<R> {}

impl<R> Future for Calls<R> {
    type Output = Vec<R>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Vec<R>> {
        let calls = &mut *self;
        // All of them run; they are only looked at one after the other.
        while let Some(next) = calls.futures.get_mut(calls.outputs.len()) {
            let output = ready!(Pin::new(next).poll(cx));
            calls.outputs.push(output);
        }
        Poll::Ready(std::mem::take(&mut calls.outputs))
    }
}

impl<R> IntoIterator for Calls<R> {
    type Item = TaskFuture<R>;
    type IntoIter = std::vec::IntoIter<TaskFuture<R>>;

    fn into_iter(self) -> Self::IntoIter {
        self.futures.into_iter()
    }
}

/// `.submit_all()` on an iterator of calls: Prefect's `.map`.
///
/// ```
/// # use autotune::prelude::*;
/// #[task]
/// async fn double(number: u32) -> u32 {
///     number * 2
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// assert_eq!([1, 2, 3].into_iter().map(double).submit_all().await, [2, 4, 6]);
/// # });
/// # std::io::Result::Ok(())
/// ```
pub trait SubmitAll: Iterator + Sized {
    /// Submits every call, and hands their futures on as a group.
    #[track_caller]
    fn submit_all<B, K>(self) -> Calls<Output<B>>
    where
        Self: Iterator<Item = Call<B, K>>,
        B: TaskBody + Send + 'static,
        B::Fut: Send + 'static,
        Output<B>: Send + 'static,
        K: 'static,
    {
        let futures: Vec<_> = self.map(Call::submit).collect();
        Calls { outputs: Vec::with_capacity(futures.len()), futures }
    }
}

impl<I: Iterator> SubmitAll for I {}
