//! Reading and writing the commands' files.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value};

use super::Failure;
use crate::oref0::Profile;

/// Why a file gives no JSON.
pub(super) struct Unreadable {
    path: PathBuf,
    problem: String,
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.problem)
    }
}

/// A file's JSON; bytes that are no text are replaced, as the reference does.
pub(super) fn read(path: &Path) -> Result<Value, Unreadable> {
    let unreadable = |problem: String| Unreadable { path: path.to_owned(), problem };
    let bytes = fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    serde_json::from_str(&String::from_utf8_lossy(&bytes)).map_err(|error| unreadable(error.to_string()))
}

/// Several files' JSON, or the first that has none.
pub(super) fn read_all<const N: usize>(paths: [&PathBuf; N]) -> Result<[Value; N], Unreadable> {
    let mut contents = [const { Value::Null }; N];
    for (content, path) in contents.iter_mut().zip(paths) {
        *content = read(path)?;
    }
    Ok(contents)
}

/// A profile; what is no object has no fields, but `null` is an error.
pub(super) fn profile(json: Value, role: &str) -> Result<Profile, Failure> {
    match json {
        Value::Object(fields) => Ok(Profile::new(fields)),
        Value::Null => Err(format!("the {role} is null; write an oref0 profile")),
        _ => Ok(Profile::new(Map::new())),
    }
}

/// The reference's answer to files it cannot read, which counts as success.
pub(super) fn say_unreadable(
    error: &Unreadable,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<(), Failure> {
    say("{ \"error\": \"Could not parse input data\" }", out)?;
    say(&format!("could not parse input data: {error}"), err)
}

/// Writes the answer to a file, or with a line feed to the output.
pub(super) fn answer(text: &str, file: Option<&Path>, out: &mut dyn Write) -> Result<(), Failure> {
    match file {
        Some(path) => {
            fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
        }
        None => say(text, out),
    }
}

/// Writes a line.
pub(super) fn say(text: &str, out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out, "{text}")
        .and_then(|()| out.flush())
        .map_err(|error| format!("cannot write the answer: {error}"))
}
