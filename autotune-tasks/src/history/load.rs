//! Reading a history from a directory.

use std::{
    io,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::History;
use crate::{
    oref0::{UnknownZone, Zone},
    refusal::{self, Refusal},
};

/// The names of the files in a data directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Files;

impl Files {
    /// The profile to tune; its `timezone` is where days begin.
    pub const PROFILE: &str = "profile.json";
    /// The profile the pump runs, if it is another one.
    pub const PUMP_PROFILE: &str = "pumpprofile.json";
    /// Glucose entries of the whole period.
    pub const ENTRIES: &str = "entries.json";
    /// Treatments of the whole period.
    pub const TREATMENTS: &str = "treatments.json";
}

/// Why a data directory cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// A file is not there.
    #[error(
        "there is no {}; a data directory holds profile.json, entries.json and treatments.json",
        path.display()
    )]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// A file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file is not JSON.
    #[error(
        "{} is not JSON at line {line}, column {column}: {problem}; download it again",
        path.display()
    )]
    Json {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong there.
        problem: String,
    },
    /// A file's content is refused.
    #[error("{}: {refusal}", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        refusal: Refusal,
    },
    /// The profile does not say where it is.
    #[error(
        "{}: the profile has no `timezone`; write a name such as \"Europe/Paris\"",
        path.display()
    )]
    NoZone {
        /// The file.
        path: PathBuf,
    },
    /// The profile's zone is unknown.
    #[error("{}: {source}", path.display())]
    Zone {
        /// The file.
        path: PathBuf,
        /// Why.
        source: UnknownZone,
    },
}

/// Reads a directory whose profile names its time zone.
pub fn load(directory: &Path) -> Result<History, DataError> {
    read(directory, None)
}

/// Reads a directory, with days in the given zone whatever the profile says.
pub fn load_in_zone(directory: &Path, zone: Zone) -> Result<History, DataError> {
    read(directory, Some(zone))
}

fn read(directory: &Path, zone: Option<Zone>) -> Result<History, DataError> {
    let path = directory.join(Files::PROFILE);
    let profile = parse(&path)?;
    let profile = refusal::profile(profile, "profile").map_err(refused(&path))?;
    let zone = match (zone, profile.timezone()) {
        (Some(zone), _) => zone,
        (None, Some(name)) => {
            Zone::named(name).map_err(|source| DataError::Zone { path: path.clone(), source })?
        }
        (None, None) => return Err(DataError::NoZone { path }),
    };

    let path = directory.join(Files::PUMP_PROFILE);
    let pump = match parse(&path) {
        Ok(pump) => refusal::profile(pump, "pump profile").map_err(refused(&path))?,
        Err(DataError::Missing { .. }) => profile.clone(),
        Err(error) => return Err(error),
    };

    let path = directory.join(Files::TREATMENTS);
    let treatments = refusal::records(parse(&path)?, "treatments").map_err(refused(&path))?;
    let path = directory.join(Files::ENTRIES);
    let entries = refusal::records(parse(&path)?, "entries").map_err(refused(&path))?;
    History::new(profile, pump, zone, entries, treatments).map_err(refused(&path))
}

fn parse(path: &Path) -> Result<Value, DataError> {
    let bytes = std::fs::read(path).map_err(|source| {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::NotFound => DataError::Missing { path },
            _ => DataError::Read { path, source },
        }
    })?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let text = error.to_string();
        let problem = text.split(" at line ").next().unwrap_or_default().to_owned();
        DataError::Json { path: path.to_owned(), line: error.line(), column: error.column(), problem }
    })
}

fn refused(path: &Path) -> impl Fn(Refusal) -> DataError {
    |refusal| DataError::Refused { path: path.to_owned(), refusal }
}
