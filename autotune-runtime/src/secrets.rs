//! Secrets by name, from the environment or from files.
//!
//! The secret `nightscout` is looked for, in this order:
//!
//! 1. in the variable `AUTOTUNE_SECRET_NIGHTSCOUT`,
//! 2. in the file `nightscout` of the directory `AUTOTUNE_SECRETS_DIR`, where Docker
//!    and Kubernetes put theirs,
//! 3. in the file `nightscout` of `CREDENTIALS_DIRECTORY`, which is systemd's.
//!
//! It is read anew each time, so that a secret that has been changed is used. What is
//! given is a [`SecretString`], which shows nothing of itself; a parameter that takes
//! it further is to be `#[secret]`.
//!
//! ```no_run
//! use autotune::secrets;
//! use secrecy::ExposeSecret;
//!
//! let token = secrets::get("nightscout")?;
//! let header = format!("Bearer {}", token.expose_secret());
//! # drop(header);
//! # Ok::<(), secrets::SecretError>(())
//! ```

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

pub use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;

use crate::environment::{self, Lookup};
pub use crate::name::{InvalidName, Name};

/// The directories in which each secret is a file.
const DIRECTORIES: [&str; 2] = ["AUTOTUNE_SECRETS_DIR", "CREDENTIALS_DIRECTORY"];

/// The secret of this name, without the newline at its end.
pub fn get(name: &str) -> Result<SecretString, SecretError> {
    find(&name.parse()?, &environment::read)
}

/// The secret of this name, which is JSON, as a value.
///
/// ```no_run
/// # #[derive(serde::Deserialize)]
/// struct Login {
///     user: String,
///     password: String,
/// }
/// let login: Login = autotune::secrets::load("database")?;
/// # drop((login.user, login.password));
/// # Ok::<(), autotune::secrets::SecretError>(())
/// ```
pub fn load<T: DeserializeOwned>(name: &str) -> Result<T, SecretError> {
    let name = name.parse()?;
    typed(name, &environment::read)
}

fn typed<T: DeserializeOwned>(name: Name, lookup: Lookup<'_>) -> Result<T, SecretError> {
    let secret = find(&name, lookup)?;
    // What serde says of a mistake may hold a part of the value: only where it is, is told.
    serde_json::from_str(secret.expose_secret()).map_err(|error| SecretError::Type {
        name,
        expected: std::any::type_name::<T>(),
        line: error.line(),
        column: error.column(),
    })
}

fn find(name: &Name, lookup: Lookup<'_>) -> Result<SecretString, SecretError> {
    let variable = name.in_environment("AUTOTUNE_SECRET_");
    if let Some(value) = lookup(&variable) {
        return match OsString::into_string(value) {
            Ok(text) => Ok(text.into()),
            Err(_) => Err(SecretError::NotText { name: name.clone(), place: variable }),
        };
    }
    for directory in DIRECTORIES.iter().filter_map(|directory| lookup(directory)) {
        let path = PathBuf::from(directory).join(name.as_str());
        match fs::read(&path) {
            Ok(bytes) => return of_file(name, &path.display().to_string(), bytes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(source) => return Err(SecretError::Unreadable { name: name.clone(), path, source }),
        }
    }
    Err(SecretError::Missing { name: name.clone(), variable })
}

fn of_file(name: &Name, place: &str, bytes: Vec<u8>) -> Result<SecretString, SecretError> {
    let not_text = || SecretError::NotText { name: name.clone(), place: place.to_owned() };
    let mut text = String::from_utf8(bytes).map_err(|_| not_text())?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text.into())
}

/// Why there is no secret. It never holds the value, nor a part of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// The name has other letters than it may have.
    #[error(transparent)]
    Name(#[from] InvalidName),
    /// It is nowhere.
    #[error(
        "there is no secret `{name}`: set {variable}, or write it into the file `{name}` of the directory \
         that AUTOTUNE_SECRETS_DIR names"
    )]
    Missing {
        /// The name.
        name: Name,
        /// The variable of the environment that was looked for.
        variable: String,
    },
    /// Its file cannot be read.
    #[error("secret `{name}` cannot be read from {path}", path = path.display())]
    Unreadable {
        /// The name.
        name: Name,
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is not Unicode.
    #[error("secret `{name}`, from {place}, is not UTF-8")]
    NotText {
        /// The name.
        name: Name,
        /// The variable or the file.
        place: String,
    },
    /// It is not JSON of the type that was asked for.
    #[error("secret `{name}` is no JSON for `{expected}`, at line {line}, column {column}")]
    Type {
        /// The name.
        name: Name,
        /// The type that was asked for.
        expected: &'static str,
        /// The line of the mistake, from 1.
        line: usize,
        /// The column of the mistake.
        column: usize,
    },
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::fs;

    use secrecy::ExposeSecret;

    use super::{SecretError, find, typed};
    use crate::name::Name;

    fn name(name: &str) -> Name {
        name.parse().expect("a name")
    }

    #[test]
    fn the_environment_comes_first_and_a_file_loses_the_newline_at_its_end() {
        let directory = tempfile::tempdir().expect("a directory");
        fs::write(directory.path().join("token"), "from the file \r\n").expect("a file");
        let in_file = |variable: &str| {
            (variable == "CREDENTIALS_DIRECTORY").then(|| directory.path().as_os_str().to_owned())
        };
        let secret = find(&name("token"), &in_file).expect("it is in the file");
        assert_eq!(secret.expose_secret(), "from the file ");
        let in_both = |variable: &str| match variable {
            "AUTOTUNE_SECRET_TOKEN" => Some(OsString::from("from the environment")),
            other => in_file(other),
        };
        let secret = find(&name("token"), &in_both).expect("it is in the environment");
        assert_eq!(secret.expose_secret(), "from the environment");
    }

    #[test]
    fn a_missing_secret_says_where_it_may_be_put() {
        let error = find(&name("api-key"), &|_| None).expect_err("there is none");
        assert_eq!(
            error.to_string(),
            "there is no secret `api-key`: set AUTOTUNE_SECRET_API_KEY, or write it into the file `api-key` \
             of the directory that AUTOTUNE_SECRETS_DIR names"
        );
    }

    #[test]
    fn a_file_that_cannot_be_read_or_is_no_text_is_an_error_of_its_own() {
        let directory = tempfile::tempdir().expect("a directory");
        fs::create_dir(directory.path().join("folder")).expect("a folder");
        fs::write(directory.path().join("binary"), [b'h', 0xff]).expect("a file");
        let lookup = |variable: &str| {
            (variable == "AUTOTUNE_SECRETS_DIR").then(|| directory.path().as_os_str().to_owned())
        };
        let unreadable = find(&name("folder"), &lookup).expect_err("it is a directory");
        assert!(matches!(unreadable, SecretError::Unreadable { .. }), "{unreadable:?}");
        let not_text = find(&name("binary"), &lookup).expect_err("it is no text");
        assert!(matches!(not_text, SecretError::NotText { .. }), "{not_text:?}");
    }

    // VAR-05
    #[test]
    fn a_secret_that_is_json_is_read_as_a_type_and_never_shown() {
        let json = |text: &'static str| move |_: &str| Some(OsString::from(text));
        assert_eq!(typed::<u32>(name("n"), &json("7")).expect("a number"), 7);
        assert_eq!(typed::<Option<bool>>(name("n"), &json("null")).expect("nothing"), None);
        let list: Vec<String> = typed(name("n"), &json("[\"a\", \"b\"]")).expect("a list");
        assert_eq!(list, ["a", "b"]);
        let error = typed::<u32>(name("n"), &json("\"hunter2\"")).expect_err("it is text");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(error.to_string().starts_with("secret `n` is no JSON for `u32`, at line 1"), "{error}");
        let secret = find(&name("n"), &json("hunter2")).expect("it is there");
        assert!(!format!("{secret:?}").contains("hunter2"));
    }
}
