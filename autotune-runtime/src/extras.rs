//! What only some calls have. It is not a part of a call that has none of it,
//! because every byte of a call is copied on its way to where it is polled.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::time::Sleep;
use tracing::Span;

use crate::cache::Mode;
use crate::cache::flight::Flight;
use crate::completion::Upstream;
use crate::event::Kept;
use crate::id::KnownRun;
use crate::interrupted::{Interrupted, InvalidParameters};
use crate::limits::Slots;
use crate::orchestrator::Deployed;
use crate::output::WriteLater;
use crate::surroundings::Surroundings;
#[cfg(feature = "testing")]
use crate::surroundings::{Observer, StubbedCall};
use crate::trace;
use crate::transaction::Transaction;

/// The timeout of a call that may take as long as it likes.
pub(crate) const NO_LIMIT: Duration = Duration::MAX;

/// What the call was given, and what its run needs on its way.
#[derive(Default)]
pub(crate) struct Extras {
    pub(crate) name: Option<String>,
    /// Which run it is, where it is not a new one.
    pub(crate) known: Option<KnownRun>,
    /// Where the run comes from, where a worker runs it.
    pub(crate) deployed: Option<Deployed>,
    pub(crate) tags: Vec<String>,
    pub(crate) retries: Option<u32>,
    pub(crate) retry_delay: Option<Duration>,
    /// [`NO_LIMIT`] lifts the limit of the attribute.
    pub(crate) timeout: Option<Duration>,
    pub(crate) cache_mode: Option<Mode>,
    /// Whether the result outlives the process, whatever the attribute says.
    pub(crate) persist_result: Option<bool>,
    pub(crate) wait_for: Vec<Upstream>,
    pub(crate) parameters: Option<Map<String, Value>>,
    pub(crate) invalid: Option<InvalidParameters>,
    /// What was around the code that made the call.
    pub(crate) around: Option<Arc<Surroundings>>,
    /// The span in which the call was made.
    pub(crate) caller: Option<Span>,
    /// The span of the run.
    pub(crate) span: Option<Span>,
    /// The end of the attempt's time, or of the delay before the next attempt.
    pub(crate) timer: Option<Pin<Box<Sleep>>>,
    /// The flight that this call leads.
    pub(crate) flight: Option<Flight>,
    /// The result on its way to the recorder, with the last state of the run.
    pub(crate) kept: Option<Box<Kept>>,
    /// Keeps the result in memory as well, when it is stored: until then nobody is to see it.
    pub(crate) keep: Option<WriteLater>,
    /// What the run waits for, other than its body and its timer.
    pub(crate) waiting: Option<Waiting>,
    /// The transaction of the run, where there is one.
    pub(crate) transaction: Option<Transaction>,
    /// The slots of limits that the attempt has taken.
    pub(crate) slots: Option<Slots>,
    /// What a test has put in the place of the body.
    #[cfg(feature = "testing")]
    pub(crate) stub: Option<Arc<StubbedCall>>,
}

/// Something that a run waits for; it may end with slots of limits.
pub(crate) type Waiting = Pin<Box<dyn Future<Output = Result<Option<Slots>, Interrupted>> + Send + Sync>>;

/// Waits for a future. The lock only makes it `Sync`.
pub(crate) fn waiting(
    future: impl Future<Output = Result<Option<Slots>, Interrupted>> + Send + 'static,
) -> Waiting {
    let mut future = Mutex::new(Box::pin(future));
    Box::pin(poll_fn(move |cx| future.get_mut().unwrap_or_else(PoisonError::into_inner).as_mut().poll(cx)))
}

impl Extras {
    /// Of a call that has something around it, or that a subscriber sees: its span will stand below the
    /// one in which the call was made.
    #[cold]
    pub(crate) fn of_call(around: Option<Arc<Surroundings>>) -> Box<Self> {
        let caller = trace::is_traced().then(Span::current);
        Box::new(Extras {
            around,
            caller,
            #[cfg(feature = "testing")]
            stub: StubbedCall::next(),
            ..Extras::default()
        })
    }

    /// Who watches the run.
    #[cfg(feature = "testing")]
    pub(crate) fn observer(&self) -> Option<&Arc<dyn Observer>> {
        self.around.as_ref().and_then(|around| around.observer())
    }

    /// The tags of the call, and of what is around it.
    pub(crate) fn all_tags(&self) -> impl Iterator<Item = String> {
        let around = self.around.iter().flat_map(|around| around.tags());
        self.tags.iter().chain(around).cloned()
    }
}
