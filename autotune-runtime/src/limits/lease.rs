//! Slots of the orchestrator: asked for, and given back come what may.
//!
//! Both may take as long as another process writes, so they happen where a thread may block, which in virtual time
//! stands still meanwhile.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::{LIMITS, renewal};
use crate::limit_record::{Acquired, Acquisition, LeaseId, Taken};
use crate::orchestrator::{Orchestrator, OrchestratorError};

/// Slots that are asked for, waited for or taken. They, or the place of whoever waits for them, are given back when this
/// is dropped.
pub(super) struct Lease {
    id: LeaseId,
    orchestrator: Arc<dyn Orchestrator>,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// There is nothing to give back.
    New,
    /// The orchestrator was asked.
    Asked,
    /// The slots are taken, and renewed.
    Kept,
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Lease").field(&self.id.0).field(&self.stage).finish()
    }
}

impl Lease {
    pub(super) fn new(orchestrator: Arc<dyn Orchestrator>) -> Self {
        Lease { id: LeaseId(Uuid::now_v7()), orchestrator, stage: Stage::New }
    }

    pub(super) fn id(&self) -> LeaseId {
        self.id
    }

    /// Asks for the slots. Where each name must have a limit and one has none, nothing is taken.
    ///
    /// It is asked to the end also if nobody waits for the answer any more: what is taken then is given back.
    pub(super) async fn ask(mut self, wanted: Acquisition, strict: bool) -> Result<(Self, Acquired), String> {
        self.stage = Stage::Asked;
        let asked = where_it_may_block(async move || {
            let answer = self.acquire(wanted, strict).await;
            (self, answer)
        });
        match asked.await {
            Some((lease, Ok(answer))) => Ok((lease, answer)),
            Some((_, Err(error))) => Err(error.to_string()),
            None => Err("the runtime is shutting down".to_owned()),
        }
    }

    async fn acquire(&self, wanted: Acquisition, strict: bool) -> Result<Acquired, OrchestratorError> {
        if strict {
            let limits = self.orchestrator.limits().await?;
            let mut known: Vec<_> = limits.into_iter().map(|limit| limit.spec.name).collect();
            if wanted.names.iter().any(|name| !known.contains(name)) {
                known.retain(|name| wanted.names.contains(name));
                return Ok(Acquired::Slots(Taken::new(known, false)));
            }
        }
        self.orchestrator.acquire(wanted).await
    }

    /// The slots are taken: they are renewed from now on.
    pub(super) fn keep(mut self, names: &[String], lasts: Duration) -> Self {
        self.stage = Stage::Kept;
        renewal::keep(self.id, Arc::clone(&self.orchestrator), names, lasts);
        self
    }

    /// There is nothing to give back.
    pub(super) fn forget(mut self) {
        self.stage = Stage::New;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if self.stage == Stage::New {
            return;
        }
        renewal::forget(self.id);
        let release = Release { id: self.id, orchestrator: Some(Arc::clone(&self.orchestrator)) };
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(move || release.on_this_thread())),
            Err(_) => drop(release),
        }
    }
}

/// Slots that are to be given back: at the latest when this is dropped, as a runtime does that shuts down.
struct Release {
    id: LeaseId,
    orchestrator: Option<Arc<dyn Orchestrator>>,
}

impl Release {
    /// On a thread of a runtime that may block.
    fn on_this_thread(mut self) {
        if let Some(orchestrator) = self.orchestrator.take() {
            Handle::current().block_on(release(self.id, orchestrator));
        }
    }
}

impl Drop for Release {
    fn drop(&mut self) {
        if let Some(orchestrator) = self.orchestrator.take() {
            // A thread that drives a runtime cannot wait in another one.
            let id = self.id;
            std::thread::scope(|scope| {
                scope.spawn(move || on_a_runtime_of_its_own(release(id, orchestrator)));
            });
        }
    }
}

async fn release(id: LeaseId, orchestrator: Arc<dyn Orchestrator>) {
    if let Err(error) = orchestrator.release(id).await {
        tracing::warn!(
            target: "autotune::limits",
            "slots cannot be given back, and are free when their lease has ended: {error}"
        );
    }
    // Those that wait in this process hear of it at once.
    LIMITS.queue().given_back();
}

/// Does something that may block, also if nobody waits for it any more; `None` if the runtime shuts down.
async fn where_it_may_block<T, F>(work: impl FnOnce() -> F + Send + 'static) -> Option<T>
where
    T: Send + 'static,
    F: Future<Output = T>,
{
    if let Ok(runtime) = Handle::try_current() {
        return runtime.spawn_blocking(move || Handle::current().block_on(work())).await.ok();
    }
    let (tell, told) = oneshot::channel();
    std::thread::spawn(move || on_a_runtime_of_its_own(async { tell.send(work().await).ok() }));
    told.await.ok()
}

fn on_a_runtime_of_its_own<T>(work: impl Future<Output = T>) -> Option<T> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.inspect_err(no_runtime).ok().map(|runtime| runtime.block_on(work))
}

fn no_runtime(error: &std::io::Error) {
    tracing::error!(target: "autotune::limits", "the orchestrator cannot be asked: no runtime starts: {error}");
}
