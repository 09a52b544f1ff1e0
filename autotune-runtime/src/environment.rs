//! The one place that reads the environment of the process.
//!
//! What looks a variable up is handed how to do so, so that a test can have an
//! environment of its own.

use std::ffi::OsString;

/// Finds a variable of the environment by its name.
pub(crate) type Lookup<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// A variable of the environment of this process; an empty one is as good as none.
pub(crate) fn read(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// The variable that the value of a `#[secret]` parameter comes from: `AUTOTUNE_API_SECRET`.
pub(crate) fn of_secret(parameter: &str) -> String {
    format!("AUTOTUNE_{}", parameter.replace('-', "_").to_uppercase())
}

/// Whether a switch is on: one of the words that Prefect's settings know.
pub(crate) fn is_on(name: &str, lookup: Lookup<'_>) -> bool {
    let Some(value) = lookup(name) else { return false };
    let word = value.to_string_lossy().trim().to_ascii_lowercase();
    match word.as_str() {
        "true" | "1" | "yes" | "y" | "on" | "t" => true,
        "false" | "0" | "no" | "n" | "off" | "f" => false,
        _ => {
            tracing::warn!("{name}={word:?} is ignored; write `true` or `false`");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_on;

    #[test]
    fn a_switch_is_on_with_a_word_that_says_so() {
        let with = |value: &'static str| is_on("SWITCH", &move |_| Some(value.into()));
        assert!(["true", "TRUE", "1", "yes", " on "].into_iter().all(with));
        assert!(!["false", "0", "No", "off", "perhaps"].into_iter().any(with));
        assert!(!is_on("SWITCH", &|_| None));
    }
}
