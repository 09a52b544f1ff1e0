//! What a run shows to people: text, tables, links, images, progress.

use std::fmt;

use serde::Serialize;
use serde_json::{Value, json};

/// Something that a run shows to people, recorded with it.
///
/// The kinds, and what a key is, are Prefect's.
///
/// ```
/// # use autotune::artifact::Artifact;
/// # use autotune::prelude::*;
/// #[task]
/// async fn summarise(words: usize) -> anyhow::Result<()> {
///     Artifact::markdown(format!("# Summary\n\n{words} words")).key("summary")?.record()?;
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "an artifact is kept when it is `.record()`ed"]
pub struct Artifact {
    kind: ArtifactKind,
    key: Option<ArtifactKey>,
    description: Option<String>,
    data: Value,
}

/// What an artifact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ArtifactKind {
    /// Text in Markdown.
    Markdown,
    /// Rows with named columns.
    Table,
    /// The address of something, and what to call it.
    Link,
    /// The address of an image.
    Image,
    /// How much of some work is done, in percent.
    Progress,
}

impl ArtifactKind {
    /// The kind, as Prefect writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            ArtifactKind::Markdown => "markdown",
            ArtifactKind::Table => "table",
            ArtifactKind::Link => "link",
            ArtifactKind::Image => "image",
            ArtifactKind::Progress => "progress",
        }
    }
}

impl Artifact {
    /// Text in Markdown.
    pub fn markdown(text: impl Into<String>) -> Self {
        Artifact::new(ArtifactKind::Markdown, Value::String(text.into()))
    }

    /// Rows with named columns: structs, or maps. What is no number in JSON, as `NaN`, becomes `null`.
    pub fn table<T: Serialize>(rows: &[T]) -> Result<Self, ArtifactError> {
        let rows = serde_json::to_value(rows).map_err(|error| ArtifactError::Table(error.to_string()))?;
        Ok(Artifact::new(ArtifactKind::Table, rows))
    }

    /// The address of something, and what to call it.
    pub fn link(address: impl Into<String>, text: impl Into<String>) -> Self {
        let (address, text) = (address.into(), text.into());
        Artifact::new(ArtifactKind::Link, json!({ "link": address, "link_text": text }))
    }

    /// The address of an image.
    pub fn image(address: impl Into<String>) -> Self {
        Artifact::new(ArtifactKind::Image, Value::String(address.into()))
    }

    /// How much is done, from 0 to 100 percent; what is beyond is brought within.
    ///
    /// Progress that goes on is recorded again under the same key.
    pub fn progress(percent: f64) -> Self {
        let percent = if percent.is_nan() { 0.0 } else { percent.clamp(0.0, 100.0) };
        Artifact::new(ArtifactKind::Progress, json!(percent))
    }

    fn new(kind: ArtifactKind, data: Value) -> Self {
        Artifact { kind, key: None, description: None, data }
    }

    /// Names the artifact across runs: those with one key are versions of one thing.
    pub fn key(mut self, key: &str) -> Result<Self, ArtifactError> {
        self.key = Some(key.parse()?);
        Ok(self)
    }

    /// Says what the artifact is about.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> ArtifactKind {
        self.kind
    }

    /// Its name across runs, if it has one.
    #[must_use]
    pub fn its_key(&self) -> Option<&ArtifactKey> {
        self.key.as_ref()
    }

    /// What it is about.
    #[must_use]
    pub fn its_description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// The text, rows, address or number.
    #[must_use]
    pub fn data(&self) -> &Value {
        &self.data
    }
}

/// The name of an artifact across runs: small letters, digits and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ArtifactKey(String);

impl ArtifactKey {
    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for ArtifactKey {
    type Err = ArtifactError;

    fn from_str(key: &str) -> Result<Self, ArtifactError> {
        let is_legal = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        if key.is_empty() || !key.chars().all(is_legal) {
            return Err(ArtifactError::Key(key.to_owned()));
        }
        Ok(ArtifactKey(key.to_owned()))
    }
}

impl fmt::Display for ArtifactKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why an artifact was not recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArtifactError {
    /// The key has other letters than it may have.
    #[error(
        "`{0}` cannot be the key of an artifact; use small letters, digits and hyphens, as in \"weekly-report\""
    )]
    Key(String),
    /// The rows cannot be written as JSON.
    #[error("the rows of the table cannot be written as JSON: {0}")]
    Table(String),
    /// There is no run here that it could belong to.
    #[error("an artifact belongs to a run; record it inside a task or a flow")]
    OutsideOfRun,
}
