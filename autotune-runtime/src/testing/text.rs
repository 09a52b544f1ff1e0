//! What happened, as text: one event a line, the same each time.

use std::collections::{HashMap, HashSet};
use std::fmt;

use super::seen::{RunSeen, runs_of};
use super::watch::{Entry, StateSeen, Watch, What};
use crate::duration::Exact;
use crate::id::RunId;

pub(super) fn write(watch: &Watch, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let entries = watch.entries();
    let runs: HashMap<RunId, RunSeen> = runs_of(&entries).into_iter().map(|run| (run.id, run)).collect();
    let mut begun = HashSet::new();
    for entry in &entries {
        let run = runs.get(&entry.id());
        let name = run.map_or(entry.root.definition.name, |run| &run.name);
        let indent = run.map_or(0, |run| 2 * run.depth);
        write!(f, "{:<7} {:indent$}{}", format!("+{}", Exact(entry.at)), "", Line(name))?;
        match &entry.what {
            What::State(state) => write_state(f, state)?,
            What::Log { level, message, .. } => write!(f, " {level} {}", Line(message))?,
            What::Artifact(artifact) => {
                write!(f, " shows {}", artifact.kind().as_str())?;
                if let Some(key) = artifact.its_key() {
                    write!(f, " {key}")?;
                }
            }
        }
        if begun.insert(entry.id()) {
            write_parameters(f, entry)?;
        }
        writeln!(f)?;
    }
    Ok(())
}

fn write_state(f: &mut fmt::Formatter<'_>, state: &StateSeen) -> fmt::Result {
    write!(f, " {}", state.state)?;
    if let Some(delay) = state.delay {
        write!(f, " in {}", Exact(delay))?;
    }
    if let Some(message) = &state.message {
        write!(f, ": {}", Line(message))?;
    }
    Ok(())
}

fn write_parameters(f: &mut fmt::Formatter<'_>, entry: &Entry) -> fmt::Result {
    if entry.sequence > 0 {
        return Ok(());
    }
    for (name, value) in entry.root.parameters.iter().flatten() {
        write!(f, " {name}={value}")?;
    }
    Ok(())
}

/// Text on one line.
struct Line<'a>(&'a str);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.trim_end().replace('\n', "\\n"))
    }
}
