//! The token that stands for one change of one record.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha1::{Digest, Sha1};

/// What the field `enteredBy` of an own record begins with.
const ENTERED_BY: &str = "autotune run ";
/// The hexadecimal digits of a token.
const DIGITS: usize = 12;

/// Stands for one change of one record: what was read, and what would be written.
///
/// As soon as one of them differs, so does the token. It is also the id of the run
/// that writes: a record that carries it was written with it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Token(String);

/// Text that is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the confirmation is not a token; copy the 12 letters and digits that the run without `--apply` shows last"
)]
pub struct UnreadableToken;

impl Token {
    /// The token of a change.
    pub(super) fn of(read: &Value, written: &Value) -> Self {
        Self(fingerprint(&[read, written]).chars().take(DIGITS).collect())
    }

    /// What the field `enteredBy` says of a record that was written with this token.
    #[must_use]
    pub fn entered_by(&self) -> String {
        format!("{ENTERED_BY}{}", self.0)
    }

    /// Whether a record was written with this token.
    pub(super) fn is_of(&self, record: &Value) -> bool {
        record.get("enteredBy").and_then(Value::as_str) == Some(&*self.entered_by())
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Token {
    type Err = UnreadableToken;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().to_ascii_lowercase();
        let is_token = text.len() == DIGITS && text.bytes().all(|digit| digit.is_ascii_hexdigit());
        if is_token { Ok(Self(text)) } else { Err(UnreadableToken) }
    }
}

impl TryFrom<String> for Token {
    type Error = UnreadableToken;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Token> for String {
    fn from(token: Token) -> Self {
        token.0
    }
}

/// The sum over some documents, whatever the order of their fields.
pub(super) fn fingerprint(documents: &[&Value]) -> String {
    let mut sum = Sha1::new();
    for document in documents {
        let mut text = String::new();
        canonical(document, &mut text);
        // So that no two lists of documents give the same text.
        sum.update(text.len().to_le_bytes());
        sum.update(text);
    }
    let digits = sum.finalize().into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// Writes a document with sorted fields.
fn canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            for (name, value) in fields {
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                canonical(value, text);
            }
            text.push('}');
        }
        Value::Array(items) => {
            for item in items {
                canonical(item, text);
                text.push(',');
            }
            text.push(']');
        }
        plain => text.push_str(&plain.to_string()),
    }
}
