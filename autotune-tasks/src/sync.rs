//! Bringing a tuned profile back to Nightscout, so that nothing gets lost or hurt.
//!
//! [`plan`] is pure: from the profile record that was read and a recommendation it
//! makes the record that would be written, with a [`Diff`] for a person to review
//! and a [`Token`] that stands for exactly this change. [`sync`] shows it, or
//! writes it if that token is given back.
//!
//! A write adds one record with one entry of its own. Nothing here deletes or
//! replaces a record, changes an entry that a person has made, or sends a profile
//! switch. No value and no name stands in an error or a log line.

mod apply;
mod backup;
mod diff;
mod digits;
mod entry;
mod error;
mod invocation;
mod limits;
mod marker;
mod options;
mod plan;
mod records;
mod refusal;
mod report;
mod schedule;
mod session;
mod token;
mod verify;
mod wish;

pub use apply::apply;
pub use diff::{Diff, Segment};
pub use error::SyncError;
pub use invocation::Invocation;
pub use marker::{baseline_of, is_tuned};
pub use options::Options;
pub use plan::{Plan, plan};
pub use records::{ProfileRecords, current_record};
pub use refusal::{Setting, SyncRefusal};
pub use report::{Outcome, SyncReport};
pub use session::sync;
pub use token::{Token, UnreadableToken};
pub use wish::{Request, Since, Wish};
