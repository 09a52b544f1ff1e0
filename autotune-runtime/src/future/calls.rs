//! Groups of submitted calls.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::{AsCompleted, Limited, TaskFuture};
use crate::body::{Output, TaskBody};
use crate::call::Call;
use crate::state::{Conclusion, ReturnedStates};

/// A group of submitted calls, made by `.submit_all()`. Awaiting it gives their
/// outputs, in the order of the calls.
///
/// A group can also be collected from futures: `[a, b].into_iter().collect::<Calls<_>>()`.
#[must_use = "submitted calls run by themselves: `.await` them to see how they end, or `drop` them and the flow waits"]
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

    /// The outputs in the order in which the runs end.
    pub fn as_completed(self) -> AsCompleted<R> {
        AsCompleted::new(self.futures)
    }

    /// Waits until all have ended, but not longer than `limit`; then those that have, and those that have not.
    ///
    /// Prefect's `wait(futures, timeout)`: it is no error that the time is up.
    pub async fn wait(self, limit: Duration) -> (Vec<TaskFuture<R>>, Vec<TaskFuture<R>>) {
        let all = async {
            for future in &self.futures {
                future.wait().await;
            }
        };
        // Either way the calls are then sorted by what has become of them.
        let _ = tokio::time::timeout(limit, all).await;
        self.futures.into_iter().partition(TaskFuture::is_finished)
    }

    /// Cancels all that have not ended.
    pub fn cancel(&self) {
        for future in &self.futures {
            future.cancel();
        }
    }
}

impl<T, E> Calls<Result<T, E>> {
    /// The values in the order of the calls, or the first error that there is.
    ///
    /// Prefect's `futures.result()`. At the first error the others are not waited for; they run on.
    pub async fn results(self) -> Result<Vec<T>, E> {
        let mut values: Vec<Option<T>> = self.futures.iter().map(|_| None).collect();
        let mut completed = self.as_completed();
        while let Some((index, output)) = completed.next_indexed().await {
            if let Some(place) = values.get_mut(index) {
                *place = Some(output?);
            }
        }
        Ok(values.into_iter().flatten().collect())
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

impl<R> ReturnedStates for Calls<R> {
    fn conclude(&self) -> Conclusion {
        Conclusion::of(self.futures.iter().map(TaskFuture::state_name))
    }
}

impl<R> IntoIterator for Calls<R> {
    type Item = TaskFuture<R>;
    type IntoIter = std::vec::IntoIter<TaskFuture<R>>;

    fn into_iter(self) -> Self::IntoIter {
        self.futures.into_iter()
    }
}

impl<R> FromIterator<TaskFuture<R>> for Calls<R> {
    fn from_iter<I: IntoIterator<Item = TaskFuture<R>>>(futures: I) -> Self {
        let futures: Vec<_> = futures.into_iter().collect();
        Calls { outputs: Vec::with_capacity(futures.len()), futures }
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
/// // Never more than two at a time.
/// assert_eq!([1, 2, 3].into_iter().map(double).limit(2).submit_all().await, [2, 4, 6]);
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
        self.map(Call::submit).collect()
    }

    /// Lets at most `count` of the calls run at a time; the others wait their turn, in order.
    ///
    /// # Panics
    ///
    /// If `count` is 0: nothing would ever run.
    fn limit(self, count: usize) -> Limited<Self> {
        Limited::new(self, count)
    }
}

impl<I: Iterator> SubmitAll for I {}
