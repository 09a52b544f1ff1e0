//! Where a Nightscout is.

use std::fmt;

use reqwest::Url;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// The address of a Nightscout, fit to be shown and logged: it has no user, no
/// password and no query.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Address {
    url: Url,
}

/// Why an address is refused. The address itself is not repeated: it may hold a
/// secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// It is no web address.
    #[error("the address of Nightscout is not a web address; write it as `https://nightscout.example.org`")]
    NotAnAddress,
    /// The connection would be readable by others.
    #[error(
        "the address of Nightscout begins with `http:`, which sends the secret in the open; \
         write `https:` (only this machine itself, as `http://127.0.0.1:1337`, can do without)"
    )]
    Unencrypted,
    /// The address holds a user or a password.
    #[error(
        "the address of Nightscout holds a user or a password, which logs would show; write the address \
         without it, and give the secret in the variable AUTOTUNE_API_SECRET"
    )]
    UserInfo,
    /// The address holds a token or a secret.
    #[error(
        "the address of Nightscout holds a token or a secret, which logs would show; write the address up \
         to the `?`, and give the token in the variable AUTOTUNE_API_SECRET"
    )]
    Token,
    /// The address has a query.
    #[error("the address of Nightscout goes on after its path; write it up to the `?`")]
    Query,
}

impl Address {
    /// Reads an address, with or without `/api/v1` at its end.
    ///
    /// ```
    /// use autotune_tasks::nightscout::{Address, AddressError};
    ///
    /// let address = Address::parse("https://nightscout.example.org/")?;
    /// assert_eq!(address.to_string(), "https://nightscout.example.org");
    /// assert_eq!(Address::parse("http://nightscout.example.org"), Err(AddressError::Unencrypted));
    /// # Ok::<(), AddressError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let mut url = Url::parse(text.trim()).map_err(|_| AddressError::NotAnAddress)?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(AddressError::NotAnAddress);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressError::UserInfo);
        }
        if url
            .query_pairs()
            .any(|(name, _)| matches!(&*name.to_lowercase(), "token" | "secret" | "api_secret"))
        {
            return Err(AddressError::Token);
        }
        if url.query().is_some() {
            return Err(AddressError::Query);
        }
        if url.scheme() == "http" && !is_loopback(&url) {
            return Err(AddressError::Unencrypted);
        }
        url.set_fragment(None);
        let path = url.path().trim_end_matches('/');
        let path = path.strip_suffix("/api/v1").unwrap_or(path).to_owned();
        url.set_path(&path);
        Ok(Self { url })
    }

    /// The address of something below it.
    pub(super) fn join<'a>(&self, segments: impl IntoIterator<Item = &'a str>) -> Url {
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.url.as_str().trim_end_matches('/'))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Read as [`Address::parse`] does: what is refused is not kept anywhere, and not repeated.
impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Address::parse(&text).map_err(D::Error::custom)
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_what_is_nobodys_business() {
        for (text, shown) in [
            ("https://ns.example.org", "https://ns.example.org"),
            (" https://ns.example.org:8443/sub/ ", "https://ns.example.org:8443/sub"),
            ("https://ns.example.org/api/v1/", "https://ns.example.org"),
            ("http://localhost:1337#top", "http://localhost:1337"),
            ("http://[::1]:1337", "http://[::1]:1337"),
            ("http://127.0.0.1", "http://127.0.0.1"),
        ] {
            let address = Address::parse(text).expect(text);
            assert_eq!(address.to_string(), shown);
        }
    }

    #[test]
    fn what_is_below_an_address_keeps_its_path() {
        let address = Address::parse("https://ns.example.org/sub").expect("an address");
        let url = address.join(["api", "v1", "a token/with a slash"]);
        assert_eq!(url.as_str(), "https://ns.example.org/sub/api/v1/a%20token%2Fwith%20a%20slash");
    }

    #[test]
    fn addresses_that_leak_a_secret_are_refused_without_repeating_it() {
        for (text, expected) in [
            ("http://ns.example.org", AddressError::Unencrypted),
            ("http://192.168.1.2:1337", AddressError::Unencrypted),
            ("http://127.0.0.1.example.org", AddressError::Unencrypted),
            ("https://hunter2@ns.example.org", AddressError::UserInfo),
            ("https://me:hunter2@ns.example.org", AddressError::UserInfo),
            ("https://ns.example.org/?token=hunter2", AddressError::Token),
            ("https://ns.example.org/?a=b&Secret=hunter2", AddressError::Token),
            ("https://ns.example.org/?units=hunter2", AddressError::Query),
            ("ns.example.org", AddressError::NotAnAddress),
            ("localhost:1337", AddressError::NotAnAddress),
            ("ftp://ns.example.org", AddressError::NotAnAddress),
            ("", AddressError::NotAnAddress),
        ] {
            let error = Address::parse(text).expect_err(text);
            assert_eq!(error, expected);
            assert!(!format!("{error} {error:?}").contains("hunter2"));
        }
    }
}
