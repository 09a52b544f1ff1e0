//! The name of a variable or a secret.

use std::fmt;
use std::str::FromStr;

/// The longest name, in letters.
const LONGEST: usize = 255;

/// The name of a variable or a secret: 1 to 255 small letters, digits, `_` and `-`.
///
/// ```
/// # use autotune::variables::Name;
/// let name: Name = "api-url".parse()?;
/// assert_eq!(name.as_str(), "api-url");
/// assert!("API url".parse::<Name>().is_err());
/// # anyhow::Ok(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

impl Name {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The variable of the environment that stands for it: `AUTOTUNE_SECRET_API_URL` for `api-url`.
    pub(crate) fn in_environment(&self, prefix: &str) -> String {
        prefix.to_owned() + &self.0.to_ascii_uppercase().replace('-', "_")
    }
}

impl FromStr for Name {
    type Err = InvalidName;

    fn from_str(name: &str) -> Result<Self, InvalidName> {
        let is_legal = |letter: char| matches!(letter, 'a'..='z' | '0'..='9' | '_' | '-');
        if name.is_empty() || name.len() > LONGEST || !name.chars().all(is_legal) {
            return Err(InvalidName(name.to_owned()));
        }
        Ok(Name(name.to_owned()))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What cannot be the name of a variable or a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` cannot be the name of a variable or a secret; \
     use 1 to 255 small letters, digits, `_` and `-`, as in \"api-url\""
)]
pub struct InvalidName(String);

#[cfg(test)]
mod tests {
    use super::Name;

    #[test]
    fn a_name_has_1_to_255_small_letters_digits_underscores_and_hyphens() {
        let longest = "x".repeat(255);
        for legal in ["a", "0", "_", "-", "api-url_2", &longest] {
            assert_eq!(legal.parse::<Name>().expect("it is legal").as_str(), legal);
        }
        let too_long = "x".repeat(256);
        for wrong in ["", "A", "a b", "a.b", "../a", "ä", "a\n", &too_long] {
            assert!(wrong.parse::<Name>().is_err(), "{wrong:?}");
        }
    }
}
