//! Calls of which only some run at a time.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::Calls;
use crate::body::{Output, TaskBody};
use crate::call::Call;

/// Calls of which at most so many run at a time. Made by
/// [`SubmitAll::limit`](super::SubmitAll::limit).
#[must_use = "calls do nothing until they are submitted"]
#[derive(Debug)]
pub struct Limited<I> {
    calls: I,
    places: Arc<Semaphore>,
}

impl<I> Limited<I> {
    #[track_caller]
    pub(super) fn new(calls: I, count: usize) -> Self {
        assert!(count > 0, "a limit of 0 would never let a call run");
        Limited { calls, places: Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS))) }
    }

    /// Submits every call, and hands their futures on as a group.
    ///
    /// A flow waits for those that wait their turn, as for all that it submitted.
    #[track_caller]
    pub fn submit_all<B, K>(self) -> Calls<Output<B>>
    where
        I: Iterator<Item = Call<B, K>>,
        B: TaskBody + Send + 'static,
        B::Fut: Send + 'static,
        Output<B>: Send + 'static,
        K: 'static,
    {
        let Limited { calls, places } = self;
        calls.map(|call| call.submit_in(Some(Arc::clone(&places)))).collect()
    }
}
