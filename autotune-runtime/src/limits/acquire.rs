//! Waiting for slots: for the turn in this process first, and then for the orchestrator.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::futures::Notified;

use super::error::LimitError;
use super::lease::Lease;
use super::queue::Waiter;
use super::{Concurrency, Whose};
use crate::limit_record::{Acquired, Acquisition, LeaseId, Mode, Taken};
use crate::moment::Moment;
use crate::orchestrator::Orchestrator;

/// However short the time is that somebody waits for slots: so long is the orchestrator given to answer.
const ANSWERED: Duration = Duration::from_secs(1);

/// Slots that were taken. They are given back when this is dropped.
#[derive(Debug)]
#[must_use = "slots are given back when this is dropped: bind it to a name"]
pub struct Slots {
    /// The limits of this process that they are of.
    names: Vec<String>,
    occupy: usize,
    whose: Whose,
    /// Those of the orchestrator.
    #[expect(dead_code, reason = "it gives them back when it is dropped")]
    lease: Option<Lease>,
}

impl Drop for Slots {
    fn drop(&mut self) {
        if !self.names.is_empty() {
            self.whose.queue().give_back(&self.names, self.occupy);
        }
    }
}

/// A place in the queue, which is given up when this is dropped.
struct Place {
    waiter: Arc<Waiter>,
    whose: Whose,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.whose.queue().leave(&self.waiter);
    }
}

/// What is known of the orchestrator's answer to somebody who waits.
#[derive(Default)]
struct Asked {
    /// The place there, where it had no slots.
    lease: Option<Lease>,
    /// When to ask again, and how often slots had been given back here when it was asked last.
    again: Option<(Moment, u64)>,
}

impl Concurrency {
    /// Waits for the slots, and takes all of them at once.
    ///
    /// Cancelling it gives up the place in the queue.
    pub async fn acquire(self) -> Result<Slots, LimitError> {
        let orchestrator = self.whose.orchestrator();
        let place = self.join(orchestrator.is_some())?;
        let deadline = self.timeout.and_then(|timeout| Moment::now().plus(timeout));
        let mut asked = Asked::default();
        loop {
            // Registered before the queue is asked, so that no answer is missed.
            let mut called = pin!(place.waiter.called.notified());
            called.as_mut().enable();
            let turn = self.whose.queue().turn(&place.waiter, Moment::now());
            let wait = match (turn, &orchestrator) {
                (Ok(elsewhere), Some(orchestrator)) if !elsewhere.is_empty() => {
                    match self.ask(orchestrator, elsewhere, &mut asked, deadline).await? {
                        Ok(lease) => return Ok(self.slots(&place, lease)),
                        Err(wait) => Some(wait),
                    }
                }
                (Ok(_), _) => return Ok(self.slots(&place, None)),
                (Err(wait), _) => wait,
            };
            self.wait(called, wait, deadline).await?;
        }
    }

    fn join(&self, asks: bool) -> Result<Place, LimitError> {
        let mut queue = self.whose.queue();
        for name in &self.names {
            if !queue.could_give(name, self.occupy, self.keep)? && !asks {
                self.miss(name)?;
            }
        }
        let waiter = queue.join(self.names.clone(), self.occupy, asks);
        drop(queue);
        Ok(Place { waiter, whose: self.whose.clone() })
    }

    /// There is no limit of this name, neither here nor elsewhere.
    fn miss(&self, name: &str) -> Result<(), LimitError> {
        if self.strict {
            return Err(LimitError::Unknown { name: name.to_owned() });
        }
        if !self.is_of_tags {
            tracing::warn!("there is no limit `{name}`; nothing is limited");
        }
        Ok(())
    }

    fn slots(&self, place: &Place, lease: Option<Lease>) -> Slots {
        let taken = self.whose.queue().take(&place.waiter);
        let names = if self.keep { taken } else { Vec::new() };
        Slots { names, occupy: self.occupy, whose: self.whose.clone(), lease }
    }

    /// Waits until it is called, or for so long; not beyond the deadline.
    async fn wait(
        &self,
        called: Pin<&mut Notified<'_>>,
        wait: Option<Duration>,
        deadline: Option<Moment>,
    ) -> Result<(), LimitError> {
        let left = deadline.map(|deadline| deadline.since(Moment::now()));
        if left.is_some_and(|left| left.is_zero()) {
            return Err(self.timed_out());
        }
        let wait = match (wait, left) {
            (Some(wait), Some(left)) => Some(wait.min(left)),
            (wait, left) => wait.or(left),
        };
        match wait {
            // Slots that come back with time, or in another process, call nobody.
            Some(wait) => drop(tokio::time::timeout(wait, called).await),
            None => called.await,
        }
        Ok(())
    }

    fn timed_out(&self) -> LimitError {
        let timeout = self.timeout.unwrap_or_default();
        LimitError::TimedOut { names: self.names.clone(), timeout }
    }

    /// Asks the orchestrator for slots, unless it is too early to ask again: `Err` is how long to wait.
    async fn ask(
        &self,
        orchestrator: &Arc<dyn Orchestrator>,
        names: Vec<String>,
        asked: &mut Asked,
        deadline: Option<Moment>,
    ) -> Result<Result<Option<Lease>, Duration>, LimitError> {
        let given_back = self.whose.queue().times_given_back();
        if let Some((again, before)) = asked.again
            && before == given_back
        {
            let early = again.since(Moment::now());
            if !early.is_zero() {
                return Ok(Err(early));
            }
        }
        let lease = asked.lease.take().unwrap_or_else(|| Lease::new(Arc::clone(orchestrator)));
        let wanted = self.acquisition(lease.id(), &names);
        let asking = lease.ask(wanted, self.strict);
        let answer = match deadline {
            None => asking.await,
            Some(deadline) => {
                let left = deadline.since(Moment::now()).max(ANSWERED);
                tokio::time::timeout(left, asking).await.map_err(|_| self.timed_out())?
            }
        };
        let (lease, answer) =
            answer.map_err(|message| LimitError::Unavailable { names: names.clone(), message })?;
        match answer {
            Acquired::Slots(taken) => self.taken(lease, &names, &taken).map(Ok),
            Acquired::Full { retry_after } => {
                let wait = retry_after.max(Duration::from_millis(1));
                asked.lease = Some(lease);
                asked.again = Moment::now().plus(wait).map(|again| (again, given_back));
                Ok(Err(wait))
            }
            Acquired::TooMany { name, slots } => {
                let slots = usize::try_from(slots).unwrap_or(usize::MAX);
                Err(LimitError::TooMany { name, asked: self.occupy, slots })
            }
            Acquired::NoRate { name } => Err(LimitError::NoRate { name }),
        }
    }

    /// The orchestrator has given what there was to give.
    fn taken(&self, lease: Lease, names: &[String], taken: &Taken) -> Result<Option<Lease>, LimitError> {
        // What must be there and is not was found before anything was taken, unless it was removed just then.
        let lease = if taken.is_leased {
            Some(lease.keep(&taken.limits, self.lasts))
        } else {
            lease.forget();
            None
        };
        for name in names.iter().filter(|name| !taken.limits.contains(name)) {
            self.miss(name)?;
        }
        Ok(lease)
    }

    fn acquisition(&self, lease: LeaseId, names: &[String]) -> Acquisition {
        let mode = if self.keep { Mode::Concurrency } else { Mode::Rate };
        let slots = u32::try_from(self.occupy).unwrap_or(u32::MAX);
        Acquisition { lease, names: names.to_vec(), slots, lasts: self.lasts, mode }
    }
}
