//! What a client shows to be let in.

use std::fmt;

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use sha1::{Digest, Sha1};

/// An API secret, an access token, or nothing.
#[derive(Clone)]
pub struct Credentials {
    held: Held,
}

/// What kind of credentials a client has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialKind {
    /// None: what everybody may read.
    Anonymous,
    /// The API secret of the server.
    ApiSecret,
    /// An access token of a subject.
    AccessToken,
}

/// Why a secret is refused. It is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// Nothing was given.
    #[error(
        "the secret of Nightscout is empty; set AUTOTUNE_API_SECRET to its API secret or to an access token"
    )]
    Empty,
    /// An address was given.
    #[error(
        "the secret of Nightscout is a web address; set AUTOTUNE_API_SECRET to its API secret or to an access token"
    )]
    AnAddress,
}

#[derive(Clone)]
pub(super) enum Held {
    Nothing,
    HashedSecret(SecretString),
    Token(SecretString),
}

impl Credentials {
    /// No credentials: Nightscout then says what everybody may read.
    pub const ANONYMOUS: Self = Self { held: Held::Nothing };

    /// Reads a secret.
    ///
    /// It is an access token if it looks like one that Nightscout makes
    /// (`name-0123456789abcdef`) or follows `token=`, and else an API secret. Forty
    /// hexadecimal digits are an API secret that is hashed already.
    ///
    /// ```
    /// use autotune_tasks::nightscout::{CredentialKind, Credentials};
    ///
    /// let credentials = Credentials::parse("reader-0123456789abcdef")?;
    /// assert_eq!(credentials.kind(), CredentialKind::AccessToken);
    /// assert_eq!(format!("{credentials:?}"), "Credentials(AccessToken)");
    /// # Ok::<(), autotune_tasks::nightscout::CredentialsError>(())
    /// ```
    pub fn parse(secret: &str) -> Result<Self, CredentialsError> {
        let secret = secret.trim();
        let held = match secret.strip_prefix("token=") {
            Some("") => return Err(CredentialsError::Empty),
            Some(token) => Held::Token(token.into()),
            None if secret.is_empty() => return Err(CredentialsError::Empty),
            None if secret.contains("://") => return Err(CredentialsError::AnAddress),
            None if is_access_token(secret) => Held::Token(secret.into()),
            None if is_hash(secret) => Held::HashedSecret(secret.to_lowercase().into()),
            None => Held::HashedSecret(hash(secret).into()),
        };
        Ok(Self { held })
    }

    /// What kind of credentials they are.
    #[must_use]
    pub const fn kind(&self) -> CredentialKind {
        match self.held {
            Held::Nothing => CredentialKind::Anonymous,
            Held::HashedSecret(_) => CredentialKind::ApiSecret,
            Held::Token(_) => CredentialKind::AccessToken,
        }
    }

    pub(super) const fn held(&self) -> &Held {
        &self.held
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({:?})", self.kind())
    }
}

/// A header that no log shows; `None` if the secret cannot stand in one.
pub(super) fn sensitive(secret: &SecretString, prefix: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(&format!("{prefix}{}", secret.expose_secret())).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// `name-` and sixteen hexadecimal digits: Nightscout shortens the name to ten
/// letters and digits.
fn is_access_token(secret: &str) -> bool {
    let Some((name, digest)) = secret.rsplit_once('-') else { return false };
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let is_digit = |c: char| c.is_ascii_digit() || matches!(c, 'a'..='f');
    name.len() <= 10 && name.chars().all(is_word) && digest.len() == 16 && digest.chars().all(is_digit)
}

fn is_hash(secret: &str) -> bool {
    secret.len() == 40 && secret.chars().all(|c| c.is_ascii_hexdigit())
}

/// Lower case: version 0.12 refuses anything else.
fn hash(secret: &str) -> String {
    let digest = Sha1::digest(secret);
    digest.iter().fold(String::with_capacity(40), |hex, byte| hex + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_hashed_as_nightscout_wants_it() {
        let hashed = "8272f4cdbda83a72bc8446561fae8c3ea0870270";
        for given in
            ["autotune-test-secret-123", " autotune-test-secret-123\n", hashed, &hashed.to_uppercase()]
        {
            let credentials = Credentials::parse(given).expect(given);
            let Held::HashedSecret(secret) = credentials.held() else { panic!("{given}") };
            assert_eq!(secret.expose_secret(), hashed);
        }
    }

    #[test]
    fn a_token_is_told_from_a_secret() {
        for (given, kind) in [
            ("autotunebo-728709e8b20a03d4", CredentialKind::AccessToken),
            ("token=anything else", CredentialKind::AccessToken),
            ("autotune-test-secret-123", CredentialKind::ApiSecret),
            ("Reader-728709e8b20a03d4", CredentialKind::ApiSecret),
            ("a-long-name-of-twelve-728709e8b20a03d4", CredentialKind::ApiSecret),
        ] {
            assert_eq!(Credentials::parse(given).expect(given).kind(), kind, "{given}");
        }
        assert_eq!(Credentials::parse("  ").err(), Some(CredentialsError::Empty));
        assert_eq!(Credentials::parse("token=").err(), Some(CredentialsError::Empty));
        assert_eq!(Credentials::parse("https://ns.example.org").err(), Some(CredentialsError::AnAddress));
    }

    #[test]
    fn nothing_of_a_secret_is_shown() {
        let secret = Credentials::parse("hunter2-is-the-secret").expect("a secret");
        let Held::HashedSecret(hashed) = secret.held() else { panic!("a secret") };
        let header = sensitive(hashed, "").expect("a header");
        let shown = format!("{secret:?} {header:?}");
        assert!(!shown.contains("hunter2") && !shown.contains(hashed.expose_secret()), "{shown}");
    }
}
