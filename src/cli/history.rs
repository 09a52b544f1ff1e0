//! The stored history: recorded by `run`, and read by the other commands.

use std::path::PathBuf;

use autotune_runtime::embedded::{FindError, RunRecord, Store, StoreError, database, home};
use autotune_runtime::id::RunId;

use super::console::{Recording, clean};
use super::exit::{Exit, Failure};
use super::flows::first_line;
use super::process::Process;
use crate::InitError;
use crate::recorder::InstallError;

/// The variable that says where it is.
const VARIABLE: &str = "AUTOTUNE_HOME";

/// What becomes of the history of the runs of this process.
pub(super) enum History {
    /// It is stored.
    Stored(Store),
    /// The program has a recorder of its own.
    Elsewhere,
    /// It is not kept.
    Nowhere,
}

/// Records what this process does from now on. That it cannot be is no reason not to run.
pub(super) fn record(process: &Process) -> History {
    // A test's own process has other runs besides this command's.
    if !process.is_current() {
        return History::Nowhere;
    }
    match crate::init() {
        Ok(store) => History::Stored(store),
        Err(InitError::Install(InstallError::AlreadyInstalled)) => History::Elsewhere,
        Err(error) => {
            let label = process.paint_of_stderr().yellow("warning:");
            process.tell(&format!("{label} this run is not recorded: {error}\n"));
            History::Nowhere
        }
    }
}

impl History {
    pub(super) fn recording(&self) -> Recording {
        match self {
            History::Stored(_) | History::Elsewhere => Recording::On,
            History::Nowhere => Recording::Off,
        }
    }

    /// Says what could not be stored.
    pub(super) fn tell_losses(&self, process: &Process) {
        let History::Stored(store) = self else { return };
        let lost = store.lost();
        if lost > 0 {
            let label = process.paint_of_stderr().yellow("warning:");
            process.tell(&format!("{label} {lost} events of this run are missing in its history\n"));
        }
    }
}

/// Where the database is.
pub(super) fn path(process: &Process) -> Result<PathBuf, Failure> {
    let home = home(process.read_variable(VARIABLE).map(Into::into)).map_err(failure)?;
    Ok(database(&home))
}

/// The stored history; none where nothing was recorded yet.
pub(super) fn open(process: &Process) -> Result<Option<Store>, Failure> {
    let path = path(process)?;
    if !path.exists() {
        return Ok(None);
    }
    let store = Store::open(path)?;
    // Where it cannot be written, runs are shown as they were last seen.
    let _ = store.mark_crashed();
    Ok(Some(store))
}

/// The stored history, where a run is asked for by its id.
pub(super) fn find(process: &Process, id: &str) -> Result<(Store, RunRecord), Failure> {
    let Some(store) = open(process)? else {
        return Err(Failure::misused(format!("no run has the id `{id}`: nothing is recorded yet")));
    };
    let run = found(&store, id)?;
    Ok((store, run))
}

/// The run of an id, or of a part of it.
pub(super) fn found(store: &Store, id: &str) -> Result<RunRecord, Failure> {
    store.find(id).map_err(|error| match error {
        FindError::Store(error) => failure(error),
        other => Failure::misused(other.to_string()),
    })
}

/// The history cannot be read.
pub(super) fn failure(error: impl std::error::Error) -> Failure {
    Failure::Told(Exit::Failed, error.to_string())
}

/// As much of the id of a run as people need, and commands take: `5f3a91c0`, `5f3a91c0.12`.
pub(super) fn short(root: RunId, sequence: u32) -> String {
    let id = root.to_string();
    let end = id.get(id.len() - 8..).unwrap_or(&id);
    if sequence == 0 { end.to_owned() } else { format!("{end}.{sequence}") }
}

/// The first line of a text of others, as a table or a page shows it.
pub(super) fn line(text: &str) -> String {
    clean(first_line(text)).replace('\t', " ")
}

/// What is said where there is nothing to show.
pub(super) fn nothing(what: &str) -> String {
    format!("No {what}.\n")
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        failure(error)
    }
}
