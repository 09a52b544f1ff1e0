//! Slots of the orchestrator are renewed while they are held, by a thread of its own: code that computes for long keeps
//! a runtime from doing anything else.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::runtime::Builder;

use crate::limit_record::LeaseId;
use crate::moment::Moment;
use crate::orchestrator::{Orchestrator, OrchestratorError};

const TARGET: &str = "autotune::limits";

static RENEWALS: Renewals = Renewals { held: Mutex::new(Held::new()), changed: Condvar::new() };

/// What is held, and when it is renewed next.
#[derive(Default)]
struct Renewals {
    held: Mutex<Held>,
    changed: Condvar,
}

#[derive(Default)]
struct Held {
    leases: BTreeMap<LeaseId, Kept>,
    has_thread: bool,
}

impl Held {
    const fn new() -> Self {
        Held { leases: BTreeMap::new(), has_thread: false }
    }
}

struct Kept {
    orchestrator: Arc<dyn Orchestrator>,
    /// The limits.
    names: String,
    /// How long it lasts each time that it is renewed.
    lasts: Duration,
    due: Moment,
    /// Whether it could not be renewed the last time.
    is_failing: bool,
}

/// Renews a lease from now on.
pub(super) fn keep(id: LeaseId, orchestrator: Arc<dyn Orchestrator>, names: &[String], lasts: Duration) {
    let mut held = RENEWALS.held();
    held.add(id, orchestrator, names, lasts, Moment::now());
    if !held.has_thread {
        match thread::Builder::new().name("autotune-limits".to_owned()).spawn(|| RENEWALS.go_on()) {
            Ok(_) => held.has_thread = true,
            Err(error) => tracing::error!(
                target: TARGET,
                "slots are lost after {}s: the thread that renews them cannot be started: {error}",
                lasts.as_secs()
            ),
        }
    }
    drop(held);
    RENEWALS.changed.notify_one();
}

/// Does not renew it any more.
pub(super) fn forget(id: LeaseId) {
    RENEWALS.held().leases.remove(&id);
}

impl Held {
    fn add(
        &mut self,
        id: LeaseId,
        orchestrator: Arc<dyn Orchestrator>,
        names: &[String],
        lasts: Duration,
        now: Moment,
    ) {
        let kept = Kept { orchestrator, names: names.join("`, `"), lasts, due: now, is_failing: false };
        self.leases.insert(id, Kept { due: later(now, lasts * 3 / 4), ..kept });
    }

    fn due(&self, now: Moment) -> Vec<(LeaseId, Arc<dyn Orchestrator>)> {
        let due = self.leases.iter().filter(|(_, kept)| kept.due <= now);
        due.map(|(id, kept)| (*id, Arc::clone(&kept.orchestrator))).collect()
    }

    fn next(&self) -> Option<Moment> {
        self.leases.values().map(|kept| kept.due).min()
    }

    /// What the orchestrator has answered. Whoever has given the slots back meanwhile asks no more.
    fn answered(&mut self, id: LeaseId, answer: Result<bool, OrchestratorError>, now: Moment) {
        let Some(kept) = self.leases.get_mut(&id) else { return };
        match answer {
            Ok(true) => {
                kept.is_failing = false;
                kept.due = later(now, kept.lasts * 3 / 4);
            }
            Ok(false) => {
                tracing::error!(
                    target: TARGET,
                    "the slots of `{}` are lost: they were not renewed in time, and others may have taken them",
                    kept.names
                );
                self.leases.remove(&id);
            }
            Err(error) => {
                if !kept.is_failing {
                    tracing::warn!(target: TARGET, "the slots of `{}` are not renewed yet: {error}", kept.names);
                }
                kept.is_failing = true;
                kept.due = later(now, kept.lasts / 30);
            }
        }
    }
}

fn later(now: Moment, by: Duration) -> Moment {
    now.plus(by).unwrap_or(now)
}

impl Renewals {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn go_on(&self) {
        let runtime = match Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => {
                tracing::error!(target: TARGET, "slots are not renewed: no runtime starts: {error}");
                return;
            }
        };
        loop {
            runtime.block_on(self.renew_due());
            let held = self.held();
            match held.next() {
                Some(next) => drop(self.changed.wait_timeout(held, next.since(Moment::now()))),
                None => drop(self.changed.wait(held)),
            }
        }
    }

    /// Renews what is due by now.
    async fn renew_due(&self) {
        let due = self.held().due(Moment::now());
        for (id, orchestrator) in due {
            let answer = orchestrator.renew(id).await;
            self.held().answered(id, answer, Moment::now());
        }
    }
}

#[cfg(test)]
#[cfg(feature = "sqlite")]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use futures_util::FutureExt;
    use tokio::time::advance;

    use super::Renewals;
    use crate::embedded::{Store, StoreOptions};
    use crate::limit_record::{Acquired, Acquisition, LeaseId, NewLimit};
    use crate::moment::Moment;
    use crate::orchestrator::Orchestrator;

    async fn taken(orchestrator: &dyn Orchestrator) -> Option<LeaseId> {
        let wanted = Acquisition::of(["a"]);
        let lease = wanted.lease;
        let acquired = orchestrator.acquire(wanted).await.expect("an answer");
        matches!(acquired, Acquired::Slots(_)).then_some(lease)
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_held_is_renewed_before_its_lease_ends_and_what_is_not_is_lost() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path().join("autotune.db")).expect("a database");
        let orchestrator: Arc<dyn Orchestrator> = Arc::new(store.orchestrator());
        orchestrator.set_limit(NewLimit::new("a", 1)).await.expect("a limit");
        let lease = taken(&*orchestrator).await.expect("it is free");

        let (renewals, lasts) = (Renewals::default(), Duration::from_mins(5));
        renewals.held().add(lease, Arc::clone(&orchestrator), &["a".to_owned()], lasts, Moment::now());
        for _ in 0..10 {
            let next = renewals.held().next().expect("it is held");
            let wait = next.since(Moment::now());
            assert_eq!(wait, lasts * 3 / 4);
            advance(wait).await;
            assert_eq!(taken(&*orchestrator).await, None, "it is not lost");
            renewals.renew_due().await;
        }
        advance(lasts).await;
        assert!(taken(&*orchestrator).await.is_some(), "nobody has renewed it");
        renewals.renew_due().await;
        assert_eq!(renewals.held().next(), None, "what is lost is not renewed again");
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_be_renewed_for_a_moment_is_renewed_soon() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("autotune.db");
        let impatient = StoreOptions { patience: Duration::ZERO, ..StoreOptions::default() };
        let store = Store::open_with(&path, impatient).expect("a database");
        let orchestrator: Arc<dyn Orchestrator> = Arc::new(store.orchestrator());
        orchestrator.set_limit(NewLimit::new("a", 1)).await.expect("a limit");
        let lease = taken(&*orchestrator).await.expect("it is free");

        let (renewals, lasts) = (Renewals::default(), Duration::from_mins(5));
        renewals.held().add(lease, Arc::clone(&orchestrator), &["a".to_owned()], lasts, Moment::now());
        let other = Store::open(&path).expect("the same database");
        advance(lasts * 3 / 4).await;
        other
            .write(|_| {
                // Another process writes, for as long as this takes.
                renewals.renew_due().now_or_never().expect("it does not wait");
                Ok(())
            })
            .expect("written");
        let wait = renewals.held().next().expect("it is held").since(Moment::now());
        assert_eq!(wait, lasts / 30);
        advance(wait).await;
        renewals.renew_due().await;
        assert_eq!(renewals.held().next().expect("it is held").since(Moment::now()), lasts * 3 / 4);
    }
}
