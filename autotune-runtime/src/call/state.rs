//! The end of a run as a value.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::Call;
use crate::body::{Attempt, Output, TaskBody};
use crate::engine::Ended;
use crate::state::State;

pin_project! {
    /// A call that gives the state in which its run ends. Made by [`Call::state`].
    #[must_use = "a call does nothing until it is `.await`ed"]
    pub struct StateCall<B: TaskBody, K> {
        #[pin]
        call: Call<B, K>,
    }
}

impl<B: TaskBody, K> StateCall<B, K> {
    pub(super) fn new(call: Call<B, K>) -> Self {
        StateCall { call }
    }
}

impl<B: TaskBody, K> Future for StateCall<B, K> {
    type Output = State<Output<B>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut call = self.project().call;
        let outcome = ready!(call.as_mut().poll_outcome(cx));
        let call = call.project();
        Poll::Ready(Ended::of(&call.execution.core, outcome).into_state(call.slot.ops().message))
    }
}

impl<B: TaskBody, K> fmt::Debug for StateCall<B, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StateCall").field(&self.call).finish()
    }
}
