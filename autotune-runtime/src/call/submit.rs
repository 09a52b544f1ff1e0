//! Runs a call concurrently.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll, ready};

use pin_project_lite::pin_project;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use super::Call;
use crate::body::{Attempt, Output, TaskBody};
use crate::completion::Completion;
use crate::engine::Ended;
use crate::future::TaskFuture;
use crate::scope::OpenCall;
use crate::state::StateName;
#[cfg(feature = "testing")]
use crate::surroundings;

impl<B: TaskBody, K> Call<B, K> {
    /// Starts the run at once, beside the code that goes on here.
    ///
    /// A flow waits for the calls that it submitted before it ends, also for
    /// those that nobody awaits. Outside of a flow the run is on its own, as what
    /// `tokio::spawn` starts.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    #[track_caller]
    pub fn submit(self) -> TaskFuture<Output<B>>
    where
        B: Send + 'static,
        B::Fut: Send + 'static,
        Output<B>: Send + 'static,
        K: 'static,
    {
        self.submit_in(None)
    }

    /// Submits the call; it runs when there is a place for it, if there are `places`.
    #[track_caller]
    pub(crate) fn submit_in(self, places: Option<Arc<Semaphore>>) -> TaskFuture<Output<B>>
    where
        B: Send + 'static,
        B::Fut: Send + 'static,
        Output<B>: Send + 'static,
        K: 'static,
    {
        let definition = self.definition();
        let Ok(runtime) = Handle::try_current() else {
            panic!("`{}` cannot be submitted outside of a tokio runtime", definition.name);
        };
        let scope = self.execution.core.node.scope.clone();
        let ops = self.slot.ops();
        let completion = Completion::new(definition);
        let run = Submitted {
            call: self,
            over: Over {
                completion: Arc::clone(&completion),
                #[cfg(feature = "testing")]
                _in_test: surroundings::observer().map(|test| test.open_call()),
            },
            open: scope.as_ref().map(OpenCall::new),
        };
        let join = match places {
            None => runtime.spawn(run),
            Some(places) => runtime.spawn(in_turn(places, run)),
        };
        if let Some(scope) = scope {
            scope.calls().add(join.abort_handle());
        }
        TaskFuture::new(join, completion, &ops)
    }
}

pin_project! {
    /// A future by hand: an `async` block would hold the call twice, and a large one costs more to start than to run.
    struct Submitted<B: TaskBody, K> {
        #[pin]
        call: Call<B, K>,
        over: Over,
        // Last, so that the flow hears of the end when the call is gone.
        open: Option<OpenCall>,
    }
}

impl<B: TaskBody, K> Future for Submitted<B, K> {
    type Output = Ended<Output<B>>;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let mut submitted = self.project();
        let polled = submitted.call.as_mut().poll_outcome(cx);
        let core = &submitted.call.project().execution.core;
        if core.is_recorded() {
            submitted.over.completion.begin(|| core.node.id());
        }
        let outcome = ready!(polled);
        submitted.over.completion.set(core.state());
        Poll::Ready(Ended::of(core, outcome))
    }
}

/// Runs the call when there is a place for it.
async fn in_turn<F: Future>(places: Arc<Semaphore>, run: F) -> F::Output {
    // Nobody closes the semaphore.
    let _place = places.acquire().await.ok();
    run.await
}

/// Tells those who wait that the run is over, also when it is dropped.
struct Over {
    completion: Arc<Completion>,
    /// Tells a test, when this is gone.
    #[cfg(feature = "testing")]
    _in_test: Option<surroundings::OpenInTest>,
}

impl Drop for Over {
    fn drop(&mut self) {
        self.completion.set(StateName::Cancelled);
    }
}
