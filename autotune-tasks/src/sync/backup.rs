//! A copy of the record that was read, in a file that only its owner can read.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde_json::Value;

use super::Token;

/// Writes a record to a new file in a directory, which is made if it is missing.
///
/// It is on the disk when this returns. No file is ever replaced.
pub(super) fn write(directory: &Path, record: &Value, token: &Token, now: Timestamp) -> io::Result<PathBuf> {
    make_private(directory)?;
    let (stamp, mut number) = (now.strftime("%Y-%m-%dT%H%M%SZ"), 1);
    let (path, mut file) = loop {
        let suffix = if number == 1 { String::new() } else { format!("-{number}") };
        let path = directory.join(format!("nightscout-profile-{stamp}-{token}{suffix}.json"));
        match private_file().open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            file => break (path, file?),
        }
    };
    serde_json::to_writer_pretty(&mut file, record)?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    Ok(path)
}

fn private_file() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn make_private(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}
