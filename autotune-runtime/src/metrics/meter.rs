//! The numbers of one task or flow.

use std::cell::OnceCell;
use std::fmt;
use std::time::Duration;

use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};

use super::names;
use crate::definition::{Definition, Kind};
use crate::state::StateName;

/// Looks each number up once: a look-up costs more than counting.
pub(super) struct Meter {
    definition: &'static Definition,
    ended: [OnceCell<Counter>; StateName::ALL.len()],
    duration: Histogram,
    retries: OnceCell<Counter>,
    running: OnceCell<Gauge>,
}

impl Meter {
    pub(super) fn of(definition: &'static Definition) -> Self {
        let name = definition.name;
        let duration = match definition.kind {
            Kind::Flow => histogram!(names::FLOW_RUN_DURATION, "flow" => name),
            Kind::Task => histogram!(names::TASK_RUN_DURATION, "task" => name),
        };
        let (ended, retries, running) = Default::default();
        Meter { definition, ended, duration, retries, running }
    }

    /// A run has ended. What it took is not known of a result that was there already.
    pub(super) fn ended(&self, state: StateName, took: Option<Duration>) {
        let name = self.definition.name;
        let place = StateName::ALL.iter().position(|&known| known == state).unwrap_or_default();
        let counter = self.ended[place].get_or_init(|| match self.definition.kind {
            Kind::Flow => counter!(names::FLOW_RUNS, "flow" => name, "state" => state.as_str()),
            Kind::Task => counter!(names::TASK_RUNS, "task" => name, "state" => state.as_str()),
        });
        counter.increment(1);
        if let Some(took) = took {
            self.duration.record(took.as_secs_f64());
        }
    }

    /// An attempt after the first has begun.
    pub(super) fn retried(&self) {
        let name = self.definition.name;
        let counter = self.retries.get_or_init(|| match self.definition.kind {
            Kind::Flow => counter!(names::FLOW_RUN_RETRIES, "flow" => name),
            Kind::Task => counter!(names::TASK_RUN_RETRIES, "task" => name),
        });
        counter.increment(1);
    }

    /// One flow run more runs, or less.
    pub(super) fn running(&self, more: f64) {
        let name = self.definition.name;
        self.running.get_or_init(|| gauge!(names::FLOW_RUNS_RUNNING, "flow" => name)).increment(more);
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meter").field("of", &self.definition.name).finish_non_exhaustive()
    }
}
