//! What can be wrong with the database, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{ErrorCode, ffi};

/// Why the store could not do what it was asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The file or its folder cannot be opened or made.
    #[error("the database {path} cannot be opened: {source}; set AUTOTUNE_HOME to a folder that can be written", path = path.display())]
    CannotOpen {
        /// The database.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is something else, or damaged.
    #[error(
        "{path} is damaged, or no database; move it away and a new one is made, or restore a copy",
        path = path.display()
    )]
    Corrupt {
        /// The database.
        path: PathBuf,
    },
    /// Another process has written for too long.
    #[error(
        "the database {path} is locked by another process; end that one, or try again",
        path = path.display()
    )]
    Locked {
        /// The database.
        path: PathBuf,
    },
    /// There is no space left.
    #[error(
        "there is no space left for the database {path}; make some on its disk: `runs prune` and `db vacuum` make the file smaller, but need a little themselves",
        path = path.display()
    )]
    Full {
        /// The database.
        path: PathBuf,
    },
    /// The file or its folder must not be written.
    #[error(
        "the database {path} is read-only; allow its owner to write the file and its folder",
        path = path.display()
    )]
    ReadOnly {
        /// The database.
        path: PathBuf,
    },
    /// A later version of autotune has made the file.
    #[error(
        "the database {path} has schema version {found}, and this program knows {known}; use a newer version of autotune, or another AUTOTUNE_HOME",
        path = path.display()
    )]
    Newer {
        /// The database.
        path: PathBuf,
        /// The version of its schema.
        found: u32,
        /// The latest version that this program knows.
        known: u32,
    },
    /// The disk has failed, or something else between it and SQLite.
    #[error(
        "the database {path} cannot be read or written: {source}; see whether its disk is full or failing",
        path = path.display()
    )]
    Disk {
        /// The database.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// Anything else that SQLite says.
    #[error("the database {path}: {source}", path = path.display())]
    Sqlite {
        /// The database.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
}

impl StoreError {
    pub(super) fn of(source: rusqlite::Error, path: &Path) -> Self {
        let path = path.to_owned();
        // There has to be room for the memory that processes share before anything is read.
        if source.sqlite_extended_error_code() == Some(ffi::SQLITE_IOERR_SHMSIZE) {
            return StoreError::Full { path };
        }
        match source.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => StoreError::Corrupt { path },
            Some(
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed,
            ) => StoreError::Locked { path },
            Some(ErrorCode::DiskFull) => StoreError::Full { path },
            Some(ErrorCode::ReadOnly) => StoreError::ReadOnly { path },
            Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                StoreError::CannotOpen { path, source: io::Error::other(source) }
            }
            Some(ErrorCode::SystemIoFailure) => StoreError::Disk { path, source },
            _ => StoreError::Sqlite { path, source },
        }
    }
}
