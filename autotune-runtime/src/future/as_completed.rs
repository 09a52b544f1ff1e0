//! Outputs in the order in which runs end.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::time::{Sleep, sleep};

use super::TaskFuture;

/// The outputs of a group in the order in which its runs end. Made by
/// [`Calls::as_completed`](super::Calls::as_completed).
///
/// It is a `Stream`; without an import, [`next`](AsCompleted::next) does.
///
/// ```
/// # use autotune::prelude::*;
/// # use std::time::Duration;
/// #[task]
/// async fn wait(seconds: u64) -> u64 {
///     tokio::time::sleep(Duration::from_secs(seconds)).await;
///     seconds
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?.block_on(async {
/// let mut completed = [10, 1, 5].into_iter().map(wait).submit_all().as_completed();
/// let mut order = Vec::new();
/// while let Some(seconds) = completed.next().await {
///     order.push(seconds);
/// }
/// assert_eq!(order, [1, 5, 10]);
/// # });
/// # std::io::Result::Ok(())
/// ```
#[must_use = "the outputs are seen by asking for the next one"]
pub struct AsCompleted<R> {
    running: FuturesUnordered<Indexed<R>>,
}

impl<R> AsCompleted<R> {
    pub(super) fn new(futures: Vec<TaskFuture<R>>) -> Self {
        let indexed = futures.into_iter().enumerate();
        AsCompleted { running: indexed.map(|(index, future)| Indexed { index, future }).collect() }
    }

    /// The next output; `None` after the last.
    pub async fn next(&mut self) -> Option<R> {
        self.next_indexed().await.map(|(_, output)| output)
    }

    /// The next output, behind the number of its call in the group, from 0.
    pub async fn next_indexed(&mut self) -> Option<(usize, R)> {
        self.running.next().await
    }

    /// How many runs have not been given yet.
    #[must_use]
    pub fn unfinished(&self) -> usize {
        self.running.len()
    }

    /// Gives the outputs of the runs that end within `limit` from now, and then says how many have not.
    pub fn timeout(self, limit: Duration) -> CompletedWithin<R> {
        CompletedWithin { total: self.unfinished(), completed: self, limit: Some(Box::pin(sleep(limit))) }
    }
}

impl<R> Stream for AsCompleted<R> {
    type Item = R;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<R>> {
        self.running.poll_next_unpin(cx).map(|next| next.map(|(_, output)| output))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.unfinished(), Some(self.unfinished()))
    }
}

impl<R> fmt::Debug for AsCompleted<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsCompleted").field("unfinished", &self.unfinished()).finish()
    }
}

/// The outputs of a group in the order in which its runs end, for so long only. Made
/// by [`AsCompleted::timeout`].
///
/// It ends with the last output, or with [`Unfinished`]; what has not ended runs on.
///
/// ```
/// # use autotune::prelude::*;
/// # use std::time::Duration;
/// # #[task]
/// # async fn wait(seconds: u64) -> u64 {
/// #     tokio::time::sleep(Duration::from_secs(seconds)).await;
/// #     seconds
/// # }
/// # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?.block_on(async {
/// let calls = [100, 1, 5].into_iter().map(wait).submit_all();
/// let mut completed = calls.as_completed().timeout(Duration::from_secs(10));
/// assert_eq!(completed.next().await, Some(Ok(1)));
/// assert_eq!(completed.next().await, Some(Ok(5)));
/// let unfinished = completed.next().await.expect("the third").expect_err("it takes longer");
/// assert_eq!(unfinished.to_string(), "1 (of 3) futures unfinished");
/// # });
/// # std::io::Result::Ok(())
/// ```
#[must_use = "the outputs are seen by asking for the next one"]
pub struct CompletedWithin<R> {
    completed: AsCompleted<R>,
    total: usize,
    /// `None` when the time was up.
    limit: Option<Pin<Box<Sleep>>>,
}

/// The time was up before all runs of a group had ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{unfinished} (of {total}) futures unfinished")]
pub struct Unfinished {
    /// How many have not ended.
    pub unfinished: usize,
    /// How many there were.
    pub total: usize,
}

impl<R> CompletedWithin<R> {
    /// The next output; `None` after the last, and after the time was up.
    pub async fn next(&mut self) -> Option<Result<R, Unfinished>> {
        StreamExt::next(self).await
    }
}

impl<R> Stream for CompletedWithin<R> {
    type Item = Result<R, Unfinished>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let within = &mut *self;
        let Some(limit) = &mut within.limit else { return Poll::Ready(None) };
        // First the outputs: one that is there in time is given, however late somebody asks.
        if let Poll::Ready(next) = within.completed.running.poll_next_unpin(cx) {
            return Poll::Ready(next.map(|(_, output)| Ok(output)));
        }
        ready!(limit.as_mut().poll(cx));
        within.limit = None;
        let unfinished = Unfinished { unfinished: within.completed.unfinished(), total: within.total };
        Poll::Ready(Some(Err(unfinished)))
    }
}

impl<R> fmt::Debug for CompletedWithin<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompletedWithin").field("completed", &self.completed).finish_non_exhaustive()
    }
}

/// A future that remembers its place.
struct Indexed<R> {
    index: usize,
    future: TaskFuture<R>,
}

impl<R> Future for Indexed<R> {
    type Output = (usize, R);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let index = self.index;
        Pin::new(&mut self.future).poll(cx).map(|output| (index, output))
    }
}
