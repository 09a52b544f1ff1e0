//! Why a profile was not written, or may not be as it should.

use std::{io, path::PathBuf};

use autotune::Interrupted;

use super::{SyncRefusal, UnreadableToken};
use crate::nightscout::NightscoutError;

/// Why a profile was not written, or may not be as it should.
///
/// Each message says whether something was written. No value, no name and no secret
/// stands in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SyncError {
    /// The change is refused.
    #[error("nothing was written: {0}")]
    Refused(#[from] SyncRefusal),
    /// The confirmation is no token.
    #[error("nothing was written: {0}")]
    Unreadable(#[from] UnreadableToken),
    /// A write that nobody has confirmed.
    #[error(
        "nothing was written: a write has to be confirmed; run it without `--apply`, review what it shows, and \
         give the token it shows last as `--confirm`"
    )]
    Unconfirmed,
    /// A confirmation of nothing.
    #[error("nothing was written: `--confirm` is for a run with `--apply`; add it, or leave both out")]
    NothingToConfirm,
    /// A write without a Nightscout.
    #[error(
        "nothing was written: `--apply` and `--confirm` are for a Nightscout; give its address as `nightscout_url`"
    )]
    NoNightscout,
    /// What would be written is not what was confirmed.
    #[error(
        "nothing was written: the confirmation is for another change, since the profile, the data or a \
         parameter is another one now; run it without `--apply` again, and review what it shows"
    )]
    OtherChange,
    /// The record was changed while the analysis ran.
    #[error(
        "nothing was written: the profile in Nightscout was changed since it was read; \
         run it without `--apply` again, and review what it shows"
    )]
    Changed,
    /// There is no record to add to.
    #[error("nothing was written: Nightscout has no profile record; make one in its profile editor")]
    NoRecord,
    /// Nightscout cannot be read.
    #[error("nothing was written: {0}")]
    Unread(#[source] NightscoutError),
    /// There is no backup, so nothing is written.
    #[error("nothing was written: the backup cannot be saved in {}: {reason}; choose another directory", directory.display())]
    Backup {
        /// Where it should be.
        directory: PathBuf,
        /// Why it is not.
        #[source]
        reason: io::Error,
    },
    /// The write was refused.
    #[error("nothing was written: {0}; a write needs the permission `api:profile:create`")]
    NotWritten(#[source] NightscoutError),
    /// Nobody can say whether the record was written.
    #[error(
        "it is unknown whether the profile was written ({}); it was sent once and is not sent again; look \
         in Nightscout's profile editor for a record entered by `{entered_by}`, and only if there is none after \
         a few minutes, run the same command again, which looks for it first", ending(.reason)
    )]
    Unknown {
        /// What happened to the write.
        #[source]
        reason: NightscoutError,
        /// How the record can be told from others.
        entered_by: String,
    },
    /// The record was written, but cannot be read back.
    #[error(
        "the profile was written, but cannot be read back: {reason}; look in Nightscout's profile editor for the \
         record entered by `{entered_by}`"
    )]
    Unverified {
        /// How the record can be told from others.
        entered_by: String,
        /// Why.
        #[source]
        reason: NightscoutError,
    },
    /// The server says that it stored the record, but it is not there.
    #[error(
        "Nightscout says that the profile was written, but does not have it; look in its profile editor for a \
         record entered by `{entered_by}` before you run the command again"
    )]
    Missing {
        /// How the record could be told from others.
        entered_by: String,
    },
    /// One write has made several records.
    #[error(
        "the profile was sent once, but Nightscout has stored it {} times, as the records {}; \
         remove all but one in Nightscout's profile editor", ids.len(), ids.join(", ")
    )]
    Several {
        /// The ids of the records.
        ids: Vec<String>,
    },
    /// The record is not as it was sent.
    #[error(
        "the profile was written as record {id}, but reads back differently in {}; do not use it: remove that \
         record in Nightscout's profile editor", fields.join(", ")
    )]
    Differs {
        /// The id of the record.
        id: String,
        /// The fields that differ; those of the entries without their names.
        fields: Vec<String>,
    },
    /// Another record counts, not the one that was written.
    #[error(
        "the profile was written as record {id}, but another record is newer, so that it does not count; look at \
         both in Nightscout's profile editor"
    )]
    Overtaken {
        /// The id of the record.
        id: String,
    },
    /// The run was ended from outside.
    #[error(
        "the write was interrupted: {0}; run the same command again, which first looks whether it was done"
    )]
    Interrupted(#[from] Interrupted),
}

/// How a write ended; the error itself may say to try again, which is wrong here.
fn ending(reason: &NightscoutError) -> String {
    match reason {
        NightscoutError::TimedOut { .. } => "no answer came in time".to_owned(),
        NightscoutError::BrokenOff { .. } => "the connection broke off".to_owned(),
        NightscoutError::Server { status, .. }
        | NightscoutError::Busy { status, .. }
        | NightscoutError::Status { status, .. } => format!("Nightscout answered with the status {status}"),
        _ => "Nightscout's answer cannot be read".to_owned(),
    }
}
