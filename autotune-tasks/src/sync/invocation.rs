//! The command that writes what a dry run has shown.

use std::fmt;

/// A command to be copied into a shell.
///
/// ```
/// use autotune_tasks::sync::Invocation;
///
/// let command = Invocation::of("autotune-analysis").option("days", 7).option("profile-name", "My day").switch("apply");
/// assert_eq!(
///     command.to_string(),
///     "autotune run autotune-analysis --days 7 --profile-name 'My day' --apply",
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a command is made to be shown"]
pub struct Invocation {
    words: Vec<String>,
}

impl Invocation {
    /// The command that runs a flow.
    pub fn of(flow: &str) -> Self {
        Self { words: ["autotune", "run", flow].map(str::to_owned).to_vec() }
    }

    /// Adds an option with its value.
    pub fn option(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.words.extend([format!("--{name}"), value.to_string()]);
        self
    }

    /// Adds an option with its value, if there is one.
    pub fn maybe(self, name: &str, value: Option<impl fmt::Display>) -> Self {
        match value {
            Some(value) => self.option(name, value),
            None => self,
        }
    }

    /// Adds an option with its value, unless it is the usual one.
    pub fn unusual<T: fmt::Display + PartialEq>(self, name: &str, value: T, usual: &T) -> Self {
        if value == *usual { self } else { self.option(name, value) }
    }

    /// Adds an option without a value.
    pub fn switch(mut self, name: &str) -> Self {
        self.words.push(format!("--{name}"));
        self
    }

    /// Adds an option without a value, if it is on.
    pub fn switch_if(self, name: &str, is_on: bool) -> Self {
        if is_on { self.switch(name) } else { self }
    }
}

impl fmt::Display for Invocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, word) in self.words.iter().enumerate() {
            let separator = if place == 0 { "" } else { " " };
            write!(f, "{separator}{}", quoted(word))?;
        }
        Ok(())
    }
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=@%+,".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
