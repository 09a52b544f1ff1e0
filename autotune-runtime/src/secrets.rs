//! Secrets by name: from the environment, or from a file that only the program can read.
//!
//! The secret `nightscout` is
//!
//! 1. the variable `AUTOTUNE_SECRET_NIGHTSCOUT` of the environment, or
//! 2. the file `nightscout` in the folder that `AUTOTUNE_SECRETS_DIR` names: with
//!    Docker, that is `/run/secrets`, with Kubernetes where the secret is mounted; or
//! 3. the file `nightscout` in `CREDENTIALS_DIRECTORY`, which systemd sets for a
//!    service with `LoadCredential=`.
//!
//! It is read each time, so a file that changes is seen. A newline at its end is no
//! part of it. What is given is a [`SecretString`], which shows nothing of itself; a
//! parameter that takes its text further is to be `#[secret]`.
//!
//! ```no_run
//! use autotune::prelude::*;
//! use autotune::secrets::{self, ExposeSecret};
//!
//! #[task]
//! async fn open() -> anyhow::Result<usize> {
//!     let token = secrets::get("nightscout")?;
//!     Ok(token.expose_secret().len())
//! }
//! ```

use std::any::type_name;
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

pub use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;

use crate::environment::{self, Lookup};
pub use crate::name::{InvalidName, Name};

/// The folders that may have a file with the secret.
const FOLDERS: [&str; 2] = ["AUTOTUNE_SECRETS_DIR", "CREDENTIALS_DIRECTORY"];

/// The secret of this name.
pub fn get(name: &str) -> Result<SecretString, SecretError> {
    find(&name.parse()?, &environment::read)
}

/// The secret of this name, which is JSON, as a type.
///
/// A part of it that is secret by itself can be a [`SecretString`].
///
/// ```no_run
/// # use autotune::secrets::{self, SecretString};
/// #[derive(serde::Deserialize)]
/// struct Login {
///     user: String,
///     password: SecretString,
/// }
///
/// let login: Login = secrets::load("database")?;
/// # Ok::<(), secrets::SecretError>(())
/// ```
pub fn load<T: DeserializeOwned>(name: &str) -> Result<T, SecretError> {
    let name = name.parse()?;
    read(&name, &find(&name, &environment::read)?)
}

fn find(name: &Name, lookup: Lookup<'_>) -> Result<SecretString, SecretError> {
    let variable = name.in_environment("AUTOTUNE_SECRET_");
    if let Some(value) = lookup(&variable) {
        let place = Place::Variable(variable);
        return match value.into_string() {
            Ok(text) => secret(name, place, text),
            Err(_) => Err(SecretError::NotText { name: name.clone(), place }),
        };
    }
    let folders = FOLDERS.into_iter().filter_map(lookup);
    let files: Vec<_> = folders.map(|folder| Path::new(&folder).join(name.as_str())).collect();
    for path in &files {
        let (name, place) = (name.clone(), Place::File(path.clone()));
        match std::fs::read_to_string(path) {
            Ok(text) => return secret(&name, place, text),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) if error.kind() == ErrorKind::InvalidData => {
                return Err(SecretError::NotText { name, place });
            }
            Err(source) => return Err(SecretError::Unreadable { name, place, source }),
        }
    }
    Err(SecretError::Missing { name: name.clone(), variable, files })
}

/// The secret in what was found, which ends before a newline.
fn secret(name: &Name, place: Place, mut text: String) -> Result<SecretString, SecretError> {
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    if text.is_empty() {
        return Err(SecretError::Empty { name: name.clone(), place });
    }
    Ok(text.into())
}

fn read<T: DeserializeOwned>(name: &Name, secret: &SecretString) -> Result<T, SecretError> {
    // What serde says may quote the secret, so only where it stopped is told.
    serde_json::from_str(secret.expose_secret()).map_err(|error| {
        let (name, line, column) = (name.clone(), error.line(), error.column());
        if error.is_data() {
            SecretError::Type { name, expected: type_name::<T>(), line, column }
        } else {
            SecretError::NotJson { name, line, column }
        }
    })
}

/// Where a secret was found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// A variable of the environment.
    Variable(String),
    /// A file.
    File(PathBuf),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Variable(variable) => f.write_str(variable),
            Place::File(path) => path.display().fmt(f),
        }
    }
}

/// Why there is no secret. It never shows the secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// The name has other letters than it may have.
    #[error(transparent)]
    Name(#[from] InvalidName),
    /// It is nowhere.
    #[error("there is no secret `{name}`: {}", missing(.name, .variable, .files))]
    Missing {
        /// The name.
        name: Name,
        /// The variable of the environment that it could be.
        variable: String,
        /// The files that it could be.
        files: Vec<PathBuf>,
    },
    /// It is there, and empty.
    #[error("secret `{name}` is empty in {place}")]
    Empty {
        /// The name.
        name: Name,
        /// Where it was found.
        place: Place,
    },
    /// It is there, and not Unicode.
    #[error("secret `{name}` is not Unicode in {place}")]
    NotText {
        /// The name.
        name: Name,
        /// Where it was found.
        place: Place,
    },
    /// It is there, and the program cannot read it.
    #[error("secret `{name}` cannot be read from {place}")]
    Unreadable {
        /// The name.
        name: Name,
        /// Where it was found.
        place: Place,
        /// What the system says.
        source: std::io::Error,
    },
    /// It was to be JSON, and is not.
    #[error("secret `{name}` is not JSON: see line {line}, column {column}; for text, use `secrets::get`")]
    NotJson {
        /// The name.
        name: Name,
        /// The line in the secret, counted from 1.
        line: usize,
        /// The column in that line.
        column: usize,
    },
    /// It is JSON of another type.
    #[error("secret `{name}` is no `{expected}`: see line {line}, column {column}")]
    Type {
        /// The name.
        name: Name,
        /// The type that was asked for.
        expected: &'static str,
        /// The line in the secret, counted from 1.
        line: usize,
        /// The column in that line.
        column: usize,
    },
}

/// Where a secret was looked for, and where to put it.
fn missing(name: &Name, variable: &str, files: &[PathBuf]) -> String {
    let files: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
    match files.as_slice() {
        [] => format!(
            "set {variable}, or let AUTOTUNE_SECRETS_DIR name a folder with a file `{name}`; neither is set"
        ),
        files => {
            format!("set {variable}, which is not set, or write {}, which is no file", files.join(" or "))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use serde_json::{Value, json};

    use super::{ExposeSecret, Name, SecretError, SecretString, find, read};

    fn name() -> Name {
        "night-scout".parse().expect("a name")
    }

    fn find_in(variables: &[(&str, &str)]) -> Result<String, SecretError> {
        let found = find(&name(), &|wanted| {
            let found = variables.iter().find(|(variable, _)| *variable == wanted);
            found.map(|(_, value)| OsString::from(value))
        });
        found.map(|secret| secret.expose_secret().to_owned())
    }

    #[test]
    fn a_secret_that_is_nowhere_says_where_to_put_it() {
        assert_eq!(
            find_in(&[]).expect_err("it is nowhere").to_string(),
            "there is no secret `night-scout`: set AUTOTUNE_SECRET_NIGHT_SCOUT, \
             or let AUTOTUNE_SECRETS_DIR name a folder with a file `night-scout`; neither is set"
        );
        let folders = [("AUTOTUNE_SECRETS_DIR", "/no/a"), ("CREDENTIALS_DIRECTORY", "/no/b")];
        let error = find_in(&folders).expect_err("it is nowhere").to_string().replace('\\', "/");
        assert_eq!(
            error,
            "there is no secret `night-scout`: set AUTOTUNE_SECRET_NIGHT_SCOUT, which is not set, \
             or write /no/a/night-scout or /no/b/night-scout, which is no file"
        );
    }

    #[test]
    fn one_newline_at_the_end_is_no_part_of_a_secret() {
        for (text, expected) in [("hunter2\n", "hunter2"), ("hunter2\r\n", "hunter2"), (" a \n\n", " a \n")] {
            let secret = find_in(&[("AUTOTUNE_SECRET_NIGHT_SCOUT", text)]).expect("it is there");
            assert_eq!(secret, expected);
        }
        let error = find_in(&[("AUTOTUNE_SECRET_NIGHT_SCOUT", "\n")]).expect_err("nothing is left");
        assert_eq!(error.to_string(), "secret `night-scout` is empty in AUTOTUNE_SECRET_NIGHT_SCOUT");
    }

    // VAR-05
    #[test]
    fn a_secret_of_each_json_type_is_loaded_as_it_was() {
        for value in [
            Value::Null,
            json!(true),
            json!(4711),
            json!(0.5),
            json!("text"),
            json!("\"quoted\""),
            json!([1, null]),
            json!({ "user": "me", "tokens": ["a", "b"] }),
        ] {
            let secret = SecretString::from(value.to_string());
            assert_eq!(read::<Value>(&name(), &secret).expect("it is JSON"), value);
        }
        assert_eq!(read::<u32>(&name(), &"4711".into()).expect("a number"), 4711);
        assert_eq!(read::<SecretString>(&name(), &"\"x\"".into()).expect("text").expose_secret(), "x");
    }

    #[test]
    fn what_is_wrong_with_a_secret_is_told_without_it() {
        let errors = [
            read::<Value>(&name(), &"hunter2".into()).expect_err("not JSON"),
            read::<u32>(&name(), &"\"hunter2\"".into()).expect_err("not a number"),
            read::<std::net::Ipv4Addr>(&name(), &"\"hunter2\"".into()).expect_err("not an address"),
        ];
        let shown: Vec<_> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "secret `night-scout` is not JSON: see line 1, column 1; for text, use `secrets::get`",
                "secret `night-scout` is no `u32`: see line 1, column 9",
                "secret `night-scout` is no `core::net::ip_addr::Ipv4Addr`: see line 1, column 9",
            ]
        );
        assert!(!format!("{errors:?}").contains("hunter2"));
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_that_is_not_unicode_is_not_shown() {
        use std::os::unix::ffi::OsStringExt;

        let error = find(&name(), &|_| Some(OsString::from_vec(b"hunter2\xff".to_vec())));
        let error = error.expect_err("it is no text");
        assert_eq!(error.to_string(), "secret `night-scout` is not Unicode in AUTOTUNE_SECRET_NIGHT_SCOUT");
        assert!(!format!("{error:?}").contains("hunter2"));
    }
}
