//! Code that has something around it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::Surroundings;
use crate::context::{self, Node};

pin_project! {
    /// A future, and what is around it.
    ///
    /// It belongs to the run in which it was made, wherever it is polled.
    #[must_use = "it does nothing until it is `.await`ed"]
    pub struct Within<F> {
        node: Node,
        #[pin]
        inner: F,
    }
}

impl<F> Within<F> {
    pub(crate) fn new(around: Surroundings, inner: F) -> Self {
        Within { node: Node::surrounded(Arc::new(around)), inner }
    }
}

impl<F: Future> Future for Within<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let within = self.project();
        context::enter(within.node, || within.inner.poll(cx))
    }
}

impl<F> fmt::Debug for Within<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Within").field("surroundings", &self.node.surroundings()).finish_non_exhaustive()
    }
}
