//! Writing a plan, once.

use std::path::Path;

use autotune::prelude::*;
use jiff::Timestamp;
use serde_json::Value;

use super::{
    Outcome, Plan, ProfileRecords, SyncError, SyncRefusal, Token, backup,
    records::{current_record, id, written_with},
    verify::differences,
};
use crate::{nightscout::NightscoutError, profile_store::Document};

/// Writes a plan: one record, by one request, whatever happens.
///
/// In this order: what is confirmed is what is planned; no record of this token is
/// there; the record is still the one that was planned with; it is saved to a file;
/// the new one is sent; it is read back and compared. An answer that leaves open
/// whether the record was stored is followed by looking for it, never by sending it
/// again.
pub async fn apply(
    records: &impl ProfileRecords,
    plan: &Plan,
    confirm: &Token,
    backup: &Path,
    now: Timestamp,
) -> Result<Outcome, SyncError> {
    let stored = records.profiles().await.map_err(SyncError::Unread)?;
    if let Some(outcome) = already_written(&stored, confirm) {
        return Ok(outcome);
    }
    if confirm != plan.token() {
        return Err(SyncError::OtherChange);
    }
    check_current(&stored, plan.current(), now)?;
    let saved = backup::write(backup, plan.current(), confirm, now)
        .map_err(|reason| SyncError::Backup { directory: backup.to_owned(), reason })?;
    info!("the profile record is saved, the new one is sent");
    let answer = match records.create_profile(plan.record()).await {
        Ok(_) => Ok(()),
        Err(reason) if reason.leaves_a_write_open() => {
            warn!("the answer leaves open whether the new profile record is stored: looking for it");
            Err(reason)
        }
        Err(reason) => return Err(SyncError::NotWritten(reason)),
    };
    let id = verified(records, plan, answer).await?;
    info!("the new profile record is stored and reads back as it was sent");
    Ok(Outcome::Written { id, token: confirm.clone(), backup: saved })
}

/// The outcome where a record of a token is there.
pub(super) fn already_written(stored: &[Value], confirm: &Token) -> Option<Outcome> {
    let record = written_with(stored, confirm).into_iter().next()?;
    Some(Outcome::AlreadyWritten { id: id(record), token: confirm.clone() })
}

/// Refuses to go on where another record counts than the one that was analysed.
pub(super) fn check_current(stored: &[Value], analysed: &Value, now: Timestamp) -> Result<(), SyncError> {
    let newest = current_record(stored).ok_or(SyncError::NoRecord)?;
    if newest == analysed {
        Ok(())
    } else if Document::new(newest.clone()).start() >= now {
        Err(SyncRefusal::FutureRecord.into())
    } else {
        Err(SyncError::Changed)
    }
}

/// Finds the record that was sent, and compares it. An `answer` that is an error has
/// left open whether it is there.
async fn verified(
    records: &impl ProfileRecords,
    plan: &Plan,
    answer: Result<(), NightscoutError>,
) -> Result<String, SyncError> {
    let entered_by = plan.token().entered_by();
    let stored = match (records.profiles().await, &answer) {
        (Ok(stored), _) => stored,
        (Err(reason), Ok(())) => return Err(SyncError::Unverified { entered_by, reason }),
        (Err(_), Err(reason)) => return Err(SyncError::Unknown { reason: reason.clone(), entered_by }),
    };
    let record = match (written_with(&stored, plan.token()).as_slice(), answer) {
        ([record], _) => *record,
        ([], Ok(())) => return Err(SyncError::Missing { entered_by }),
        ([], Err(reason)) => return Err(SyncError::Unknown { reason, entered_by }),
        (several, _) => {
            return Err(SyncError::Several { ids: several.iter().map(|record| id(record)).collect() });
        }
    };
    let (id, fields) = (id(record), differences(plan.record(), record, &plan.diff().name));
    if !fields.is_empty() {
        return Err(SyncError::Differs { id, fields });
    }
    if current_record(&stored) != Some(record) {
        return Err(SyncError::Overtaken { id });
    }
    Ok(id)
}
