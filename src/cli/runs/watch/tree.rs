//! What is known of the runs that are watched, and what of it is new.

use std::collections::HashMap;
use std::time::Duration;

use autotune_runtime::embedded::RunRecord;
use autotune_runtime::id::RunId;
use jiff::Timestamp;

/// History is written a moment after it happened, and that of subflows not in one order with it.
const LATE: Duration = Duration::from_secs(30);

/// The runs below the one that is watched.
#[derive(Debug)]
pub(super) struct Tree {
    watched: RunId,
    /// Whether it is a flow run with all that belongs to it.
    is_whole: bool,
    known: HashMap<RunId, Known>,
    latest: Timestamp,
}

/// What was shown of a run.
#[derive(Debug)]
struct Known {
    parent: Option<RunId>,
    number: u64,
    state: (String, Timestamp, u32),
}

/// A run that has come into another state.
#[derive(Debug)]
pub(super) struct News {
    pub(super) run: RunRecord,
    /// What tells it from the others.
    pub(super) number: u64,
    /// The number of the run that called it, if that is watched.
    pub(super) parent: Option<u64>,
    /// Whether it is the one that is watched.
    pub(super) is_watched: bool,
}

impl Tree {
    pub(super) fn of(watched: &RunRecord) -> Self {
        let known = HashMap::new();
        Tree { watched: watched.id, is_whole: watched.sequence == 0, known, latest: Timestamp::MIN }
    }

    /// From when on everything has been read.
    pub(super) fn read_up_to(&self) -> Timestamp {
        self.latest.saturating_sub(LATE).unwrap_or(Timestamp::MIN)
    }

    /// What of the runs that were read is not known yet, in their order.
    pub(super) fn news(&mut self, read: Vec<RunRecord>) -> Vec<News> {
        let parents: HashMap<_, _> = read.iter().map(|run| (run.id, run.parent)).collect();
        read.into_iter().filter_map(|run| self.note(run, &parents)).collect()
    }

    fn note(&mut self, run: RunRecord, read: &HashMap<RunId, Option<RunId>>) -> Option<News> {
        self.latest = self.latest.max(run.state_at);
        if !self.is_below(run.id, read) {
            return None;
        }
        let state = (run.state_name.clone(), run.state_at, run.run_count);
        let number = match self.known.get_mut(&run.id) {
            Some(known) if known.state == state => return None,
            Some(known) => {
                known.state = state;
                known.number
            }
            None => {
                let number = u64::try_from(self.known.len()).unwrap_or(u64::MAX);
                self.known.insert(run.id, Known { parent: run.parent, number, state });
                number
            }
        };
        let parent = run.parent.and_then(|parent| self.known.get(&parent)).map(|parent| parent.number);
        Some(News { number, parent, is_watched: run.id == self.watched, run })
    }

    /// Whether a run is the one that is watched, or was called by it or by a run below it.
    fn is_below(&self, run: RunId, read: &HashMap<RunId, Option<RunId>>) -> bool {
        if self.is_whole {
            return true;
        }
        let mut next = Some(run);
        while let Some(run) = next {
            if run == self.watched {
                return true;
            }
            next = match self.known.get(&run) {
                Some(known) => known.parent,
                None => read.get(&run).copied().flatten(),
            };
        }
        false
    }
}
