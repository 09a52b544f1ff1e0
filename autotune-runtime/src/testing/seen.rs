//! What a test saw, as values to assert on.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use serde_json::{Map, Value};
use tracing::Level;

use super::watch::{Entry, StateSeen, Watch, What};
use crate::artifact::Artifact;
use crate::definition::Definition;
use crate::id::RunId;
use crate::state::StateName;

/// What a test saw of one run.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RunSeen {
    /// The run's own name. Without one it is the name of the task and the number of
    /// the call, `load-1`, or that of the flow.
    pub name: String,
    /// The task or flow.
    pub definition: &'static Definition,
    /// The tags of the definition, of the call and of what is around it.
    pub tags: Vec<String>,
    /// The parameters of a flow, secrets hidden.
    pub parameters: Option<Map<String, Value>>,
    /// The states, in order; the last is the one that the run is in.
    pub states: Vec<StateName>,
    /// The error or panic that came with the last state, if one did.
    pub message: Option<String>,
    /// How often the body, or its stub, was started.
    pub attempts: usize,
    /// When it started, since the start of the test.
    pub started: Duration,
    /// How long it took from there to its last state.
    pub took: Duration,
    /// The name of the run that made the call, if the test saw one.
    pub parent: Option<String>,
    /// How many runs there are above it.
    pub(super) depth: usize,
    pub(super) id: RunId,
}

/// Something that the code of a run logged. Its `Display` is `INFO loading days=7`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LogSeen {
    /// The name of the run.
    pub run: String,
    /// When, since the start of the test.
    pub at: Duration,
    /// How important it is.
    pub level: Level,
    /// The module that logged it.
    pub target: String,
    /// The message, and the fields behind it.
    pub message: String,
}

impl fmt::Display for LogSeen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.level, self.message)
    }
}

/// An artifact that a run has shown.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ShownArtifact {
    /// The name of the run.
    pub run: String,
    /// When, since the start of the test.
    pub at: Duration,
    /// What is shown.
    pub artifact: Artifact,
}

/// The states of all runs of one name.
pub(super) fn states(entries: &[Entry], name: &str) -> Vec<StateName> {
    let states = entries.iter().filter_map(|entry| match &entry.what {
        What::State(state) if state.definition.name == name => Some(state.state),
        _ => None,
    });
    states.collect()
}

/// All runs, in the order in which they began.
pub(super) fn runs(watch: &Watch) -> Vec<RunSeen> {
    runs_of(&watch.entries())
}

pub(super) fn runs_of(entries: &[Entry]) -> Vec<RunSeen> {
    let mut runs: Vec<RunSeen> = Vec::new();
    let mut places: HashMap<RunId, usize> = HashMap::new();
    for entry in entries {
        let What::State(state) = &entry.what else { continue };
        let id = entry.id();
        let place = *places.entry(id).or_insert_with(|| {
            runs.push(RunSeen::of(entry, state));
            runs.len() - 1
        });
        runs[place].add(entry, state);
        let parent = parent_id(entry, state).and_then(|parent| places.get(&parent)).copied();
        if let Some(parent) = parent {
            runs[place].depth = runs[parent].depth + 1;
            runs[place].parent = Some(runs[parent].name.clone());
        }
    }
    runs
}

pub(super) fn logs(watch: &Watch) -> Vec<LogSeen> {
    let entries = watch.entries();
    let names = names(&entries);
    let logs = entries.into_iter().filter_map(|entry| {
        let (run, at) = (name(&names, &entry), entry.at);
        match entry.what {
            What::Log { level, target, message } => Some(LogSeen { run, at, level, target, message }),
            _ => None,
        }
    });
    logs.collect()
}

pub(super) fn artifacts(watch: &Watch) -> Vec<ShownArtifact> {
    let entries = watch.entries();
    let names = names(&entries);
    let artifacts = entries.into_iter().filter_map(|entry| {
        let (run, at) = (name(&names, &entry), entry.at);
        match entry.what {
            What::Artifact(artifact) => Some(ShownArtifact { run, at, artifact }),
            _ => None,
        }
    });
    artifacts.collect()
}

impl RunSeen {
    fn of(entry: &Entry, state: &StateSeen) -> Self {
        let mut tags: Vec<String> = state.definition.tags.iter().map(ToString::to_string).collect();
        for tag in &state.tags {
            if !tags.contains(tag) {
                tags.push(tag.clone());
            }
        }
        RunSeen {
            name: state.name.clone().unwrap_or_else(|| match entry.sequence {
                0 => state.definition.name.to_owned(),
                sequence => format!("{}-{sequence}", state.definition.name),
            }),
            definition: state.definition,
            tags,
            parameters: if entry.sequence == 0 { entry.root.parameters.clone() } else { None },
            states: Vec::new(),
            message: None,
            attempts: 0,
            started: state.started,
            took: Duration::ZERO,
            parent: None,
            depth: 0,
            id: entry.id(),
        }
    }

    fn add(&mut self, entry: &Entry, state: &StateSeen) {
        self.states.push(state.state);
        self.message.clone_from(&state.message);
        self.attempts += usize::from(matches!(state.state, StateName::Running | StateName::Retrying));
        self.took = entry.at.saturating_sub(self.started);
    }
}

fn parent_id(entry: &Entry, state: &StateSeen) -> Option<RunId> {
    match entry.sequence {
        0 => entry.root.parent,
        _ => Some(entry.root.id.of_call(state.parent)),
    }
}

/// The names of runs, without ids.
fn names(entries: &[Entry]) -> HashMap<RunId, String> {
    runs_of(entries).into_iter().map(|run| (run.id, run.name)).collect()
}

/// The name of the run in which it happened. A run logs only after it came into a state.
fn name(names: &HashMap<RunId, String>, entry: &Entry) -> String {
    names.get(&entry.id()).cloned().unwrap_or_else(|| entry.root.definition.name.to_owned())
}
