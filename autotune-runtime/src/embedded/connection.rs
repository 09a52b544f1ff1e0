//! Opens the file: made for its owner only, set up, and of a version that is known.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{Durability, StoreError, StoreOptions, migrate, sql};
use crate::moment::Moment;

/// How often a file is tried that others have just now.
const LOOK: Duration = Duration::from_millis(20);

pub(super) fn open(path: &Path, options: &StoreOptions) -> Result<Connection, StoreError> {
    make(path).map_err(|source| {
        let path = path.to_owned();
        match source.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem if path.is_file() => {
                StoreError::ReadOnly { path }
            }
            _ => StoreError::CannotOpen { path, source },
        }
    })?;
    let mut connection = connect_with_patience(path, options).map_err(|error| StoreError::of(error, path))?;
    migrate::to_latest(&mut connection, path)?;
    Ok(connection)
}

/// Where two processes make the file, or find what a third left behind when it was killed, at the same moment, SQLite
/// tells one of them that it is locked and does not wait by itself.
fn connect_with_patience(path: &Path, options: &StoreOptions) -> rusqlite::Result<Connection> {
    let began = Moment::now();
    for _ in 0..options.patience.as_millis() / LOOK.as_millis() {
        match connect(path, options) {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && Moment::now().since(began) < options.patience =>
            {
                thread::park_timeout(LOOK);
            }
            connected => return connected,
        }
    }
    connect(path, options)
}

fn connect(path: &Path, options: &StoreOptions) -> rusqlite::Result<Connection> {
    // A connection has one owner at a time: SQLite need not lock it again.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(options.patience)?;
    connection.execute_batch(sql::SET_UP)?;
    connection.execute_batch(match options.durability {
        Durability::BestEffort => sql::SYNC_NORMAL,
        Durability::Required => sql::SYNC_FULL,
    })?;
    Ok(connection)
}

/// Waits for other processes from now on as long as this.
pub(super) fn wait_for_others(connection: &Connection, patience: Duration) {
    // It sets a number in memory, which does not fail.
    let _ = connection.busy_timeout(patience);
}

/// Makes the file and its folders where there are none. SQLite makes the files beside it with the same rights.
fn make(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        let mut folders = DirBuilder::new();
        folders.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut folders, 0o700);
        folders.create(folder)?;
    }
    let mut file = OpenOptions::new();
    file.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    file.open(path)?;
    for_its_owner_only(path)
}

/// A file that somebody else may read has been made by something else, or was copied.
fn for_its_owner_only(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mut permissions = fs::metadata(path)?.permissions();
        if permissions.mode() & 0o077 != 0 {
            permissions.set_mode(permissions.mode() & !0o077);
            fs::set_permissions(path, permissions)?;
        }
    }
    #[cfg(not(unix))]
    fs::metadata(path)?;
    Ok(())
}
