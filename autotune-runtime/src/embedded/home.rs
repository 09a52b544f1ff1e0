//! Where the database is.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use crate::environment;

/// The variable that says where autotune keeps its data.
const VARIABLE: &str = "AUTOTUNE_HOME";

/// Nobody says where data belongs.
#[derive(Debug, thiserror::Error)]
#[error("there is no home directory to keep data in; set {VARIABLE} to a folder")]
pub struct HomeError(());

/// The folder of autotune's data: what the variable `AUTOTUNE_HOME` says, or `autotune` in the platform's
/// folder for data, as `~/.local/share/autotune` is on Linux.
pub fn home(variable: Option<OsString>) -> Result<PathBuf, HomeError> {
    if let Some(home) = variable.filter(|home| !home.is_empty()) {
        return Ok(home.into());
    }
    let platform = etcetera::base_strategy::choose_native_strategy().map_err(|_| HomeError(()))?;
    Ok(platform.data_dir().join("autotune"))
}

/// The database in that folder.
#[must_use]
pub fn database(home: &Path) -> PathBuf {
    home.join("autotune.db")
}

/// The database of this process, as its environment says.
pub fn database_of_process() -> Result<PathBuf, HomeError> {
    home(environment::read(VARIABLE)).map(|home| database(&home))
}
