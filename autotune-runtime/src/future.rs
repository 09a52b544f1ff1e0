//! Submitted calls: futures of the function's own output, alone and in groups.

mod as_completed;
mod calls;
mod limit;

use std::fmt;
use std::future::Future;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::task::JoinHandle;

use crate::completion::Completion;
use crate::engine::{Ended, Outcome};
use crate::interrupted::{Cancelled, Interrupted};
use crate::output::Ops;
use crate::state::{Conclusion, ReturnedStates, State, StateName};

pub use as_completed::{AsCompleted, CompletedWithin, Unfinished};
pub use calls::{Calls, SubmitAll};
pub use limit::Limited;

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
    join: JoinHandle<Ended<R>>,
    completion: Arc<Completion>,
    /// How the output carries a failure of the framework, where it can.
    interrupt: Option<fn(Interrupted) -> R>,
    message: fn(&R) -> Option<String>,
}

impl<R> TaskFuture<R> {
    pub(crate) fn new(join: JoinHandle<Ended<R>>, completion: Arc<Completion>, ops: &Ops<R>) -> Self {
        TaskFuture { join, completion, interrupt: ops.interrupt, message: ops.message }
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

    /// Waits for the end of the run, whatever it is.
    ///
    /// Prefect's `wait`. To wait for so long only: `tokio::time::timeout(limit, future.wait())`.
    pub async fn wait(&self) {
        self.completion.ended().await;
    }

    /// How the run ends, instead of its output: an `Err`, a panic or a cancellation is a part of it.
    pub async fn state(self) -> State<R> {
        let TaskFuture { join, completion, message, .. } = self;
        match join.await {
            Ok(ended) => ended.into_state(message),
            Err(error) => match error.try_into_panic() {
                Ok(payload) => resume_unwind(payload),
                Err(_) => State::of_cancelled(completion.definition().name),
            },
        }
    }

    /// Calls `then` when the run ends; at once if it has ended.
    ///
    /// Prefect's `add_done_callback`. It is called on the thread that ends the run, so it is to be short.
    pub fn on_done(&self, then: impl FnOnce(StateName) + Send + 'static) {
        self.completion.on_end(Box::new(then));
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
            Ok(Ended { outcome: Outcome::Output(output), .. }) => Poll::Ready(output),
            Ok(Ended { outcome: Outcome::Panic(panic), .. }) => panic.resume(),
            Err(error) => match error.try_into_panic() {
                Ok(payload) => resume_unwind(payload),
                Err(_) => Poll::Ready(self.cancelled()),
            },
        }
    }
}

/// A flow waits for what it submitted before it ends, so the states are known by then.
impl<R> ReturnedStates for TaskFuture<R> {
    fn conclude(&self) -> Conclusion {
        Conclusion::of([self.state_name()].into_iter())
    }
}

impl<R> ReturnedStates for Vec<TaskFuture<R>> {
    fn conclude(&self) -> Conclusion {
        Conclusion::of(self.iter().map(TaskFuture::state_name))
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
