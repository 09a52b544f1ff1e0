//! What happens in runs, as numbers for the [`metrics`](https://docs.rs/metrics) facade.
//!
//! They are counted where history is written, on the recorder's thread: a run pays
//! nothing for them. Any exporter of that facade will do; install it before the
//! first flow runs.
//!
//! | name | labels | what it is |
//! |---|---|---|
//! | `autotune_flow_runs_total` | `flow`, `state` | flow runs that have ended, by the name of their last state |
//! | `autotune_task_runs_total` | `task`, `state` | task runs that have ended; `Cached` are the hits of the cache |
//! | `autotune_flow_run_duration_seconds` | `flow` | from the start of a flow run to its end |
//! | `autotune_task_run_duration_seconds` | `task` | the same of a task run, without those from the cache |
//! | `autotune_flow_run_retries_total` | `flow` | attempts after the first |
//! | `autotune_task_run_retries_total` | `task` | attempts after the first |
//! | `autotune_flow_runs_running` | `flow` | flow runs that run now |
//! | `autotune_work_queue_runs` | `pool`, `queue`, `state` | runs of a queue that are `scheduled`, and that are `running` |

mod meter;

use std::collections::{HashMap, HashSet};

use crate::definition::{Definition, Kind};
use crate::event::{Event, Root, StateEvent};
use crate::id::RunId;
use crate::recorder::{Following, Recorder};
use crate::state::{StateName, StateType};
use crate::work_pool::WorkQueue;
use meter::Meter;

/// A recorder that counts what it is given, and hands it on to another.
///
/// ```no_run
/// # use autotune_runtime::metrics::Counted;
/// # use autotune_runtime::{embedded::Store, recorder};
/// let store = Store::open("history.db")?;
/// recorder::install(Counted::new(store.recorder()?))?;
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Counted<R> {
    inner: R,
    /// By the address of the definition, which is a static.
    meters: HashMap<usize, Meter>,
    running: HashSet<RunId>,
}

impl<R> Counted<R> {
    /// Counts, and hands on to `inner`.
    #[must_use]
    pub fn new(inner: R) -> Self {
        Counted { inner, meters: HashMap::new(), running: HashSet::new() }
    }

    fn count(&mut self, root: &Root, event: &StateEvent) {
        let StateEvent { definition, state, sequence, .. } = *event;
        let meter = meter(&mut self.meters, definition);
        if state == StateName::Retrying {
            meter.retried();
        }
        if has_ended(state) {
            meter.ended(state, (state != StateName::Cached).then(|| event.at.since(event.started)));
        }
        if definition.kind == Kind::Flow && sequence == 0 {
            let change = match state.state_type() {
                StateType::Running if self.running.insert(root.id) => 1.0,
                _ if state.has_left() && self.running.remove(&root.id) => -1.0,
                _ => 0.0,
            };
            meter.running(change);
        }
    }
}

/// Whether a run comes into the state at its end. `RolledBack` comes after it.
fn has_ended(state: StateName) -> bool {
    state == StateName::NotReady || (state.state_type().is_final() && state != StateName::RolledBack)
}

fn meter<'a>(meters: &'a mut HashMap<usize, Meter>, definition: &'static Definition) -> &'a Meter {
    let address = std::ptr::from_ref(definition) as usize;
    meters.entry(address).or_insert_with(|| Meter::of(definition))
}

impl<R: Recorder> Recorder for Counted<R> {
    fn record(&mut self, root: &Root, events: Vec<Event>) {
        for event in &events {
            if let Event::State(event) = event {
                self.count(root, event);
            }
        }
        self.inner.record(root, events);
    }

    fn flush(&mut self) {
        self.inner.flush();
    }

    fn following(&mut self) -> Vec<Following> {
        self.inner.following()
    }

    fn beat(&mut self) {
        self.inner.beat();
    }

    fn is_required(&self) -> bool {
        self.inner.is_required()
    }
}

/// Shows how much waits in queues, and how much of them runs.
pub fn show_queues(queues: &[WorkQueue]) {
    for queue in queues {
        for (state, runs) in [("scheduled", queue.scheduled), ("running", queue.running)] {
            let (pool, name) = (queue.pool.clone(), queue.name.clone());
            metrics::gauge!("autotune_work_queue_runs", "pool" => pool, "queue" => name, "state" => state)
                .set(f64::from(runs));
        }
    }
}
