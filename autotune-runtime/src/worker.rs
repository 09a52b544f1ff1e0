//! Runs in this process what an orchestrator has scheduled.
//!
//! A worker asks for the runs of the flows that the program has, claims those that are due by proposing `Pending` in
//! its own name, and runs each under its id. Flows need not be `Send`: each run has a thread of its own, whose timers
//! are those of the runtime in which the worker runs.
//!
//! One loop owns everything: it asks, tells that it lives, and looks after the schedules, each at its time; between
//! that it waits for the end of a run, or for a word from its [`Handle`].

mod claim;
mod heartbeat;
mod options;
mod running;
mod secrets;
mod stop;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use crate::flow::FlowOutcome;
use crate::id::RunId;
use crate::moment::Moment;
use crate::orchestrator::Orchestrator;
use crate::registry::Registry;

pub use options::WorkerOptions;
pub use secrets::Lookup;
pub use stop::{Handle, Stop};

/// Runs in this process what an orchestrator has scheduled.
#[derive(Debug)]
pub struct Worker {
    orchestrator: Arc<dyn Orchestrator>,
    registry: Registry,
    options: WorkerOptions,
    secrets: Lookup,
    running: BTreeMap<RunId, Running>,
    stop: Option<Stop>,
    ended: Ended,
    to_itself: mpsc::UnboundedSender<Message>,
    inbox: mpsc::UnboundedReceiver<Message>,
}

/// What the worker knows of a run on one of its threads.
#[derive(Debug)]
struct Running {
    name: String,
    /// Whether it is not the worker's any more.
    is_lost: bool,
}

/// How many runs of a worker ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ended {
    /// Those with a result.
    pub completed: u64,
    /// Those that were suspended: they go on when somebody resumes them, here or elsewhere.
    pub suspended: u64,
    /// All others.
    pub others: u64,
}

/// What wakes a worker.
#[derive(Debug)]
enum Message {
    /// A run has ended, or could not be started.
    Done(RunId, Result<FlowOutcome, String>),
    Stop(Stop),
}

impl Worker {
    /// A worker for the flows of a registry.
    #[must_use]
    pub fn new(orchestrator: Arc<dyn Orchestrator>, registry: Registry, options: WorkerOptions) -> Self {
        let (to_itself, inbox) = mpsc::unbounded_channel();
        Worker {
            orchestrator,
            registry,
            options,
            secrets: Lookup::default(),
            running: BTreeMap::new(),
            stop: None,
            ended: Ended::default(),
            to_itself,
            inbox,
        }
    }

    /// Takes secret parameters from elsewhere than from the environment of the process.
    #[must_use]
    pub fn secrets(mut self, lookup: Lookup) -> Self {
        self.secrets = lookup;
        self
    }

    /// Tells the worker to stop.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle(self.to_itself.clone())
    }

    /// Works until it is told to stop and its runs have ended.
    ///
    /// What the orchestrator does not answer is logged, and asked again.
    pub async fn run(mut self) -> Ended {
        let now = Instant::now();
        let mut next = Times { heartbeat: now, tend: now, poll: now };
        while !(self.stop.is_some() && self.running.is_empty()) {
            next = self.do_what_is_due(next).await;
            let wake = next.heartbeat.min(next.tend).min(next.poll);
            match timeout_at(wake, self.inbox.recv()).await {
                Ok(Some(Message::Done(id, outcome))) => {
                    self.done(id, outcome).await;
                    // There is room for another.
                    next.poll = Instant::now();
                }
                Ok(Some(Message::Stop(stop))) => self.stop(stop),
                // The worker itself keeps the channel open.
                Ok(None) | Err(_) => {}
            }
        }
        if let Err(error) = self.orchestrator.leave(&self.options.name).await {
            tracing::warn!(target: "autotune::worker", "the orchestrator does not know that this worker ends: {error}");
        }
        self.ended
    }

    async fn do_what_is_due(&mut self, mut next: Times) -> Times {
        let now = Instant::now();
        if next.heartbeat <= now {
            self.beat().await;
            next.heartbeat = now + self.until_heartbeat();
        }
        if next.tend <= now && self.stop.is_none() {
            self.tend().await;
        }
        if next.tend <= now {
            next.tend = now + self.options.tend;
        }
        if next.poll <= now {
            let pause = if self.stop.is_none() { self.claim().await } else { self.options.poll };
            next.poll = Instant::now() + pause;
            next.heartbeat = next.heartbeat.min(Instant::now() + self.until_heartbeat());
        }
        next
    }

    async fn tend(&self) {
        match self.orchestrator.tend().await {
            Ok(tended) => {
                if tended.crashed > 0 {
                    tracing::warn!(target: "autotune::worker", "{} runs were left behind by workers that are gone", tended.crashed);
                }
                if tended.timed_out > 0 {
                    tracing::warn!(target: "autotune::worker", "{} suspended runs were not resumed in time", tended.timed_out);
                }
            }
            Err(error) => {
                tracing::warn!(target: "autotune::worker", "the schedules cannot be looked after: {error}");
            }
        }
    }

    /// While it has runs, it asks more often what should become of them.
    fn until_heartbeat(&self) -> Duration {
        let interval = self.options.heartbeat;
        if self.running.is_empty() { interval } else { interval.min(self.options.poll) }
    }

    fn room(&self) -> u32 {
        let running = u32::try_from(self.running.len()).unwrap_or(u32::MAX);
        self.options.limit.saturating_sub(running)
    }
}

/// When something is to be done next.
#[derive(Debug, Clone, Copy)]
struct Times {
    heartbeat: Instant,
    tend: Instant,
    poll: Instant,
}

/// How long it is until a date and time; nothing if it has passed.
fn until(timestamp: jiff::Timestamp) -> Duration {
    Duration::try_from(timestamp.duration_since(Moment::now().timestamp())).unwrap_or_default()
}
