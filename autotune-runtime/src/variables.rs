//! Variables: JSON values by name, that outlive a run and are read as types.
//!
//! They are kept in the memory of the process, or where [`install`] says. The
//! environment overrides them: `AUTOTUNE_VARIABLE_API_URL` is what `api-url` reads
//! as, whatever is kept under that name. It is taken as JSON if it is JSON of the
//! type that is asked for, else as text.
//!
//! ```
//! use autotune::prelude::*;
//! use autotune::variables;
//!
//! #[task]
//! async fn load() -> anyhow::Result<u32> {
//!     Ok(variables::get("days")?.unwrap_or(7))
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! assert_eq!(load().await?, 7);
//! variables::set("days", &14)?;
//! assert_eq!(load().await?, 14);
//! # anyhow::Ok(()) })?;
//! # anyhow::Ok(())
//! ```

#[cfg(feature = "testing")]
mod ours;
mod typed;

use std::ffi::OsString;
use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::context;
use crate::environment::{self, Lookup};
pub use crate::name::{InvalidName, Name};
#[cfg(not(feature = "testing"))]
use crate::variable_store::store;
pub use crate::variable_store::{InstallError, StoreError, VariableStore, install};

#[cfg(feature = "testing")]
use ours::store;

/// The value of a variable; `None` if there is no variable of this name.
///
/// A variable that is `null` reads as any type that `null` can be, such as an
/// `Option` or a [`Value`]. In a run, the name stands in its log, at debug.
pub fn get<T: DeserializeOwned>(name: &str) -> Result<Option<T>, VariableError> {
    let name = name.parse()?;
    if let Some((variable, text)) = overriding(&name, &environment::read)? {
        note(&name, &format_args!(" from {variable}"));
        return typed::from_text(&name, text).map(Some);
    }
    let Some(value) = store().read(&name)? else {
        note(&name, &", which is not set");
        return Ok(None);
    };
    note(&name, &"");
    typed::from_json(&name, &value).map(Some)
}

/// Keeps a value under a name that has none.
///
/// What is no number in JSON, as `NaN`, becomes `null`.
pub fn set<T: Serialize + ?Sized>(name: &str, value: &T) -> Result<(), VariableError> {
    let name = name.parse()?;
    let value = json(&name, value)?;
    if store().insert(&name, value)? { Ok(()) } else { Err(VariableError::Exists { name }) }
}

/// Keeps a value under a name, in place of the one that it may have.
///
/// What is no number in JSON, as `NaN`, becomes `null`.
pub fn overwrite<T: Serialize + ?Sized>(name: &str, value: &T) -> Result<(), VariableError> {
    let name = name.parse()?;
    let value = json(&name, value)?;
    Ok(store().overwrite(&name, value)?)
}

/// Removes a variable, and says whether there was one.
pub fn unset(name: &str) -> Result<bool, VariableError> {
    Ok(store().remove(&name.parse()?)?)
}

/// The names of all variables that are kept, in order.
///
/// What only the environment has is not among them.
pub fn names() -> Result<Vec<Name>, VariableError> {
    let mut names = store().names()?;
    names.sort_unstable();
    Ok(names)
}

fn json<T: Serialize + ?Sized>(name: &Name, value: &T) -> Result<Value, VariableError> {
    serde_json::to_value(value)
        .map_err(|error| VariableError::NotJson { name: name.clone(), message: error.to_string() })
}

/// What the environment says in place of the value that is kept, and where.
fn overriding(name: &Name, lookup: Lookup<'_>) -> Result<Option<(String, String)>, VariableError> {
    let variable = name.in_environment("AUTOTUNE_VARIABLE_");
    match lookup(&variable).map(OsString::into_string) {
        None => Ok(None),
        Some(Ok(text)) => Ok(Some((variable, text))),
        Some(Err(_)) => Err(VariableError::NotText { name: name.clone(), variable }),
    }
}

/// Notes in the log of the run that a variable was read.
fn note(name: &Name, whence: &dyn fmt::Display) {
    if context::with(|node| node.is_some()) {
        tracing::debug!(target: "autotune::variables", "read variable `{name}`{whence}");
    }
}

/// Why a variable could not be read or kept.
///
/// It never shows a value that was read, only the keys on the way to where it is wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VariableError {
    /// The name has other letters than it may have.
    #[error(transparent)]
    Name(#[from] InvalidName),
    /// There is a variable of this name already.
    #[error("variable `{name}` exists already; to replace its value, use `variables::overwrite`")]
    Exists {
        /// The name.
        name: Name,
    },
    /// The value cannot be written as JSON.
    #[error("the value for variable `{name}` cannot be written as JSON: {message}")]
    NotJson {
        /// The name.
        name: Name,
        /// What is wrong with the value.
        message: String,
    },
    /// The variable is of another type.
    #[error("variable `{name}` is no `{expected}`{detail}")]
    Type {
        /// The name.
        name: Name,
        /// The type that was asked for.
        expected: &'static str,
        /// What was expected in its place, and where, as `: expected u32 at days[0]`.
        detail: String,
    },
    /// What the environment says in its place is not Unicode.
    #[error("{variable}, which overrides variable `{name}`, is not Unicode")]
    NotText {
        /// The name.
        name: Name,
        /// The variable of the environment.
        variable: String,
    },
    /// The store could not do what it was asked for.
    #[error("the store of variables has failed")]
    Store(#[from] StoreError),
}

#[cfg(test)]
mod tests {
    use super::overriding;

    #[test]
    fn a_variable_is_overridden_by_its_name_in_capitals() {
        let name = "api-url_2".parse().expect("a name");
        let found =
            overriding(&name, &|variable| (variable == "AUTOTUNE_VARIABLE_API_URL_2").then(|| "x".into()));
        assert_eq!(
            found.expect("it is text"),
            Some(("AUTOTUNE_VARIABLE_API_URL_2".to_owned(), "x".to_owned()))
        );
        assert_eq!(overriding(&name, &|_| None).expect("there is nothing wrong"), None);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_not_unicode_is_an_error_and_not_shown() {
        use std::os::unix::ffi::OsStringExt;

        let name = "days".parse().expect("a name");
        let error = overriding(&name, &|_| Some(std::ffi::OsString::from_vec(vec![b'h', b'u', 0xff])));
        let error = error.expect_err("it is no text");
        assert_eq!(
            error.to_string(),
            "AUTOTUNE_VARIABLE_DAYS, which overrides variable `days`, is not Unicode"
        );
    }
}
