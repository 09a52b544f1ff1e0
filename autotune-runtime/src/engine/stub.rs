//! What a test changes about a run: attempts of a stub in place of those of the
//! body, and results that no other test sees.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::time::Sleep;

use super::{Core, Ending, Execution};
use crate::body::Attempt;
use crate::output::Ops;
use crate::surroundings::StubbedCall;

/// An attempt of a stub.
pub(super) struct StubAttempt<R> {
    call: Arc<StubbedCall>,
    ops: Ops<R>,
    wait: Option<Pin<Box<Sleep>>>,
}

impl<R> Execution<R> {
    /// Starts an attempt of the stub, if the test has one for this call.
    #[cold]
    pub(super) fn start_stub(&mut self, ops: &Ops<R>) -> bool {
        let stub = self.core.node.extras.as_ref().and_then(|extras| extras.stub.clone());
        let Some(call) = stub else { return false };
        let mut attempt = StubAttempt { call, ops: *ops, wait: None };
        let start: Pin<&mut StubAttempt<R>> = Pin::new(&mut attempt);
        self.core.start(start as Pin<&mut dyn Attempt<R>>);
        self.held().stub = Some(attempt);
        true
    }

    /// Goes on with the attempt of the stub, if that is what runs.
    #[cold]
    pub(super) fn poll_stub(&mut self, cx: &mut Context<'_>) -> Option<Poll<Ending<R>>> {
        let held = self.held.as_deref_mut()?;
        let attempt: Pin<&mut StubAttempt<R>> = Pin::new(held.stub.as_mut()?);
        let polled = self.core.poll_attempt(attempt as Pin<&mut dyn Attempt<R>>, cx);
        if polled.is_ready() {
            held.stub = None;
        }
        Some(polled)
    }
}

impl Core {
    /// Whether a test watches the run.
    pub(super) fn is_watched(&self) -> bool {
        self.node.extras.as_ref().is_some_and(|extras| extras.observer().is_some())
    }

    /// Lets the run find and keep only the results of its own test.
    pub(super) fn keep_to_test(&mut self) {
        let test = self.node.extras.as_ref().and_then(|extras| extras.observer());
        if let (Some(key), Some(test)) = (self.key, test) {
            self.key = Some(key.of_body(test.cache_name()));
        }
    }
}

impl<R> Attempt<R> for StubAttempt<R> {
    fn start(mut self: Pin<&mut Self>) {
        let takes = self.call.takes();
        self.wait = (!takes.is_zero()).then(|| Box::pin(tokio::time::sleep(takes)));
    }

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        if let Some(wait) = &mut self.wait {
            ready!(wait.as_mut().poll(cx));
        }
        match self.ops.stub {
            Some(ask) => Poll::Ready(ask(&self.call)),
            None => panic!(
                "{:?} cannot take the place of the body: its output may borrow, or is generic",
                self.call
            ),
        }
    }

    fn clear(mut self: Pin<&mut Self>) {
        self.wait = None;
    }

    fn ops(&self) -> Ops<R> {
        self.ops
    }
}
