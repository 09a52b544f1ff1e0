//! Where the data of an analysis comes from: a directory or a Nightscout.

use std::{fmt, path::PathBuf};

use secrecy::{ExposeSecret, SecretString};

use crate::{
    nightscout::{Address, Credentials, CredentialsError},
    oref0::{UnknownZone, Zone},
    profile_store::{InsulinCurve, Selection, Units},
};

/// Where the data of an analysis comes from. No secret and no name is shown.
#[derive(Debug, Clone)]
pub enum Source {
    /// Files.
    Directory {
        /// Where they are.
        path: PathBuf,
        /// The zone that days begin in, whatever the profile says.
        zone: Option<Zone>,
    },
    /// A server.
    Nightscout {
        /// Where it is.
        address: Address,
        /// What it lets us in with.
        credentials: Credentials,
        /// Which of its profiles is to be tuned.
        selection: Selection,
    },
}

/// What somebody who starts an analysis says about its data.
#[derive(Clone, Default)]
pub struct Given {
    /// A directory.
    pub data: Option<PathBuf>,
    /// The address of a Nightscout.
    pub nightscout_url: Option<Address>,
    /// Its API secret, or an access token.
    pub api_secret: Option<SecretString>,
    /// The name of the profile to tune.
    pub profile_name: Option<String>,
    /// The time zone of the days.
    pub timezone: Option<String>,
    /// The units of the profile.
    pub units: Option<Units>,
    /// How the insulin acts.
    pub insulin_curve: Option<InsulinCurve>,
}

/// Why it is not clear where the data comes from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// Neither a directory nor a Nightscout.
    #[error(
        "there is nothing to analyse; give either `data`, a directory, or `nightscout_url`, the address of a \
         Nightscout"
    )]
    Neither,
    /// Both a directory and a Nightscout.
    #[error("both `data` and `nightscout_url` are given; leave one of them out")]
    Both,
    /// Something about a Nightscout, together with a directory.
    #[error("`{parameter}` is for a Nightscout; with `data`, it is the file profile.json that says it")]
    NotForFiles {
        /// The parameter.
        parameter: &'static str,
    },
    /// The secret is refused.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The time zone is unknown.
    #[error(transparent)]
    Zone(#[from] UnknownZone),
}

/// Shown without what may be a secret or a name.
impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Given").field("data", &self.data).finish_non_exhaustive()
    }
}

impl TryFrom<Given> for Source {
    type Error = SourceError;

    fn try_from(given: Given) -> Result<Self, SourceError> {
        let zone = given.timezone.as_deref().map(Zone::named).transpose()?;
        match (given.data, given.nightscout_url) {
            (None, None) => Err(SourceError::Neither),
            (Some(_), Some(_)) => Err(SourceError::Both),
            (Some(path), None) => {
                let only_for_servers = [
                    ("profile_name", given.profile_name.is_some()),
                    ("units", given.units.is_some()),
                    ("insulin_curve", given.insulin_curve.is_some()),
                ];
                // The secret may stand in the environment for other runs.
                match only_for_servers.into_iter().find(|(_, is_given)| *is_given) {
                    Some((parameter, _)) => Err(SourceError::NotForFiles { parameter }),
                    None => Ok(Self::Directory { path, zone }),
                }
            }
            (None, Some(address)) => {
                let secret =
                    given.api_secret.as_ref().map(|secret| Credentials::parse(secret.expose_secret()));
                Ok(Self::Nightscout {
                    address,
                    credentials: secret.transpose()?.unwrap_or(Credentials::ANONYMOUS),
                    selection: Selection {
                        name: given.profile_name,
                        units: given.units,
                        zone,
                        curve: given.insulin_curve.unwrap_or_default(),
                    },
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(given: Given) -> Result<Source, SourceError> {
        Source::try_from(given)
    }

    #[test]
    fn there_is_one_source_and_not_two() {
        let url = || Some(Address::parse("https://ns.example.org").expect("an address"));
        let data = || Some(PathBuf::from("week"));
        assert_eq!(check(Given::default()).err(), Some(SourceError::Neither));
        let both = Given { data: data(), nightscout_url: url(), ..Given::default() };
        assert_eq!(check(both).err(), Some(SourceError::Both));
        let named = Given { data: data(), profile_name: Some("Day".to_owned()), ..Given::default() };
        let parameter = "profile_name";
        assert_eq!(check(named).err(), Some(SourceError::NotForFiles { parameter }));
        // A secret in the environment does no harm.
        let secret = Given { data: data(), api_secret: Some("a secret".into()), ..Given::default() };
        assert!(matches!(check(secret), Ok(Source::Directory { .. })));
        let anonymous = Given { nightscout_url: url(), ..Given::default() };
        assert!(matches!(check(anonymous), Ok(Source::Nightscout { .. })));
    }

    #[test]
    fn a_source_does_not_show_its_secret() {
        let given = Given {
            nightscout_url: Some(Address::parse("https://ns.example.org").expect("an address")),
            api_secret: Some("hunter2-is-the-secret".into()),
            ..Given::default()
        };
        let source = check(given).expect("a source");
        assert!(!format!("{source:?}").contains("hunter2"));
    }
}
