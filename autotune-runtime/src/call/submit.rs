//! Runs a call concurrently.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use super::Call;
use crate::body::{Attempt, Output, TaskBody};
use crate::completion::Completion;
use crate::engine::Ended;
use crate::future::TaskFuture;
use crate::scope::OpenCall;
use crate::state::StateName;

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
            places,
            open: scope.as_ref().map(OpenCall::new),
            over: Over(Arc::clone(&completion)),
        };
        let join = runtime.spawn(run.run());
        if let Some(scope) = scope {
            scope.calls().add(join.abort_handle());
        }
        TaskFuture::new(join, completion, &ops)
    }
}

struct Submitted<B: TaskBody, K> {
    call: Call<B, K>,
    places: Option<Arc<Semaphore>>,
    over: Over,
    /// Last, so that the flow hears of the end when the call is gone.
    open: Option<OpenCall>,
}

impl<B: TaskBody, K> Submitted<B, K> {
    async fn run(self) -> Ended<Output<B>> {
        let Submitted { call, places, over, open } = self;
        let _open = open;
        let _place = match &places {
            Some(places) => places.acquire().await.ok(),
            None => None,
        };
        let mut call = pin!(call);
        let outcome = poll_fn(|cx| call.as_mut().poll_outcome(cx)).await;
        let core = &call.project().execution.core;
        over.0.set(core.state());
        Ended::of(core, outcome)
    }
}

/// Tells those who wait that the run is over, also when it is dropped.
struct Over(Arc<Completion>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.set(StateName::Cancelled);
    }
}
