//! Why Nightscout gave no data.

use std::time::Duration;

use super::{CredentialKind, exchange::LONGEST_WAIT};

/// Why Nightscout gave no data, and what can be done about it.
///
/// Nothing of an answer, no secret and no query stands in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NightscoutError {
    /// 401: the credentials are missing, wrong, or not enough.
    #[error("Nightscout refuses access (401); {}", way_in(*.0))]
    Unauthorized(CredentialKind),
    /// 403: something before Nightscout refuses.
    #[error(
        "access to Nightscout is forbidden (403); check the roles of the access token, and whether a \
         firewall or a login page stands before the server"
    )]
    Forbidden,
    /// Nightscout answers at another address. The secret is not sent there.
    #[error(
        "Nightscout redirects to another address ({status}), where the secret is not sent; give the \
         address it answers at, which begins with `https:`"
    )]
    Redirected {
        /// The status of the answer.
        status: u16,
    },
    /// 404: there is no Nightscout.
    #[error("there are no {what} at this address (404); give the address of Nightscout's own page")]
    NotFound {
        /// What should have been there.
        what: &'static str,
    },
    /// 429 or 503: the server is busy, or starts.
    #[error("Nightscout is busy ({status}){}; try again later", after(*.wait))]
    Busy {
        /// The status of the answer.
        status: u16,
        /// How long it asks to wait.
        wait: Option<Duration>,
    },
    /// 5xx: the server has a problem.
    #[error(
        "Nightscout has a problem ({status}) and gave no {what}; try again, or look at the server's own log"
    )]
    Server {
        /// The status of the answer.
        status: u16,
        /// What was asked for.
        what: &'static str,
    },
    /// Any other status.
    #[error("Nightscout answered with the status {status}, not with {what}; check its address")]
    Status {
        /// The status of the answer.
        status: u16,
        /// What was asked for.
        what: &'static str,
    },
    /// No connection.
    #[error("Nightscout cannot be reached: {reason}; check its address and whether it runs")]
    Unreachable {
        /// What the system says.
        reason: String,
    },
    /// No answer in time.
    #[error("Nightscout gave no {what} in time; try again, or ask for fewer days")]
    TimedOut {
        /// What was asked for.
        what: &'static str,
    },
    /// The connection ended in the middle of an answer.
    #[error("the connection to Nightscout broke off while it sent {what}; try again")]
    BrokenOff {
        /// What was asked for.
        what: &'static str,
    },
    /// The answer is something else than JSON.
    #[error(
        "Nightscout answered with {found} in place of {what}; check its address, and that it is a Nightscout"
    )]
    NotJson {
        /// What was asked for.
        what: &'static str,
        /// What came.
        found: &'static str,
    },
    /// The answer is broken JSON.
    #[error("Nightscout's {what} are broken at line {line}, column {column} of its answer; try again")]
    BrokenJson {
        /// What was asked for.
        what: &'static str,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// The answer has another shape, such as `null` or an error message.
    #[error(
        "Nightscout answered with {found} in place of a list of {what}, which is no data; check the server's log"
    )]
    NotAList {
        /// What was asked for.
        what: &'static str,
        /// What came.
        found: &'static str,
    },
    /// A list with something else than records in it.
    #[error("number {place} of Nightscout's {what} is {found}, not an object; remove it from the database")]
    NotARecord {
        /// What was asked for.
        what: &'static str,
        /// The record's place, from 1.
        place: usize,
        /// What is there.
        found: &'static str,
    },
    /// An answer without end.
    #[error("Nightscout's answer with {what} is larger than {limit} MiB; check its address")]
    TooLarge {
        /// What was asked for.
        what: &'static str,
        /// The most that is read.
        limit: usize,
    },
    /// More records than the server gives at once, however short the period.
    #[error(
        "Nightscout has more {what} for one minute than it gives at once; look for an uploader that repeats itself"
    )]
    CutShort {
        /// What was asked for.
        what: &'static str,
    },
    /// Encryption cannot be set up on this machine.
    #[error(
        "encrypted connections do not work here: {reason}; install the certificates of the operating system"
    )]
    Encryption {
        /// What is missing.
        reason: String,
    },
}

impl NightscoutError {
    /// Whether the same request may succeed a little later.
    ///
    /// A refusal is not: Nightscout makes everybody wait who tries again with wrong
    /// credentials.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Busy { wait, .. } => wait.is_none_or(|wait| wait <= LONGEST_WAIT),
            Self::Server { .. }
            | Self::Unreachable { .. }
            | Self::TimedOut { .. }
            | Self::BrokenOff { .. } => true,
            _ => false,
        }
    }

    /// Whether a write that ended so may have been done all the same.
    ///
    /// It must not be repeated then before somebody has looked.
    #[must_use]
    pub const fn leaves_a_write_open(&self) -> bool {
        !matches!(
            self,
            Self::Unauthorized(_)
                | Self::Forbidden
                | Self::Redirected { .. }
                | Self::NotFound { .. }
                | Self::Unreachable { .. }
                | Self::Encryption { .. }
        )
    }
}

const fn way_in(kind: CredentialKind) -> &'static str {
    match kind {
        CredentialKind::Anonymous => {
            "set the variable AUTOTUNE_API_SECRET to its API secret, or to an access token that may read \
             entries, treatments and profiles"
        }
        CredentialKind::ApiSecret => "check that AUTOTUNE_API_SECRET is the server's API_SECRET",
        CredentialKind::AccessToken => {
            "check that the access token in AUTOTUNE_API_SECRET still exists, and that its role allows this \
             (`readable` is enough to analyse)"
        }
    }
}

fn after(wait: Option<Duration>) -> String {
    wait.map(|wait| format!(" and asks to wait {} s", wait.as_secs())).unwrap_or_default()
}
