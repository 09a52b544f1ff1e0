//! From what somebody asks for to what came of it.

use jiff::Timestamp;

use super::{
    Outcome, ProfileRecords, Request, Since, SyncError, SyncRefusal, SyncReport, Wish,
    apply::{already_written, apply, check_current},
    marker::baseline_of,
    plan::plan,
};
use crate::{
    profile_store::{Baseline, ProfileStore},
    recommendation::Recommendation,
};

/// Shows how a recommendation changes the record that was analysed, or writes it.
///
/// A dry run that finds that nothing could be written is not a failure: it says so.
pub async fn sync(
    records: &impl ProfileRecords,
    baseline: &Baseline,
    recommendation: &Recommendation,
    wish: &Wish,
    now: Timestamp,
) -> Result<SyncReport, SyncError> {
    let done = attempt(records, baseline, recommendation, wish, now).await;
    match (done, &wish.request) {
        (Err(error), Request::DryRun) => {
            Ok(SyncReport { diff: None, outcome: Outcome::Refused { reason: error.to_string() } })
        }
        (done, _) => done,
    }
}

async fn attempt(
    records: &impl ProfileRecords,
    baseline: &Baseline,
    recommendation: &Recommendation,
    wish: &Wish,
    now: Timestamp,
) -> Result<SyncReport, SyncError> {
    let stored = records.profiles().await.map_err(SyncError::Unread)?;
    if let Request::Apply { confirm, .. } = &wish.request
        && let Some(outcome) = already_written(&stored, confirm)
    {
        // Planning would only say that there is nothing to write.
        return Ok(SyncReport { diff: None, outcome });
    }
    if wish.since == Since::ProfileChanged {
        return Err(SyncRefusal::ChangedSince.into());
    }
    let document = baseline.document.as_ref().ok_or(SyncError::NoRecord)?;
    check_current(&stored, document.json(), now)?;
    let switches = records.profile_switches().await.map_err(SyncError::Unread)?;
    let is_in_force = ProfileStore::new(stored, switches, now).was_switched_to(&wish.tuned_name);
    let in_force = is_in_force.then(|| wish.tuned_name.clone());
    let name = baseline_of(document, &baseline.stored, wish.profile_name.as_deref(), wish.units)?;
    let plan = plan(document.json(), recommendation, &wish.options(name, in_force), now)?;
    let outcome = match &wish.request {
        Request::DryRun => Outcome::DryRun { token: plan.token().clone(), command: None },
        Request::Apply { confirm, backup } => apply(records, &plan, confirm, backup, now).await?,
    };
    Ok(SyncReport { diff: Some(plan.diff().clone()), outcome })
}
