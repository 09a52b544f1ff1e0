//! What tells an entry that was written here from one that a person has made.

use serde_json::{Map, Value, json};

use super::{Options, SyncRefusal, Token, entry::Entry, token::fingerprint};
use crate::profile_store::{Document, StoredProfile, Units, is_tuned_name};

/// The field of an entry that only this program writes.
const FIELD: &str = "autotune";

/// Marks an entry as made here.
pub(super) fn mark(entry: &mut Map<String, Value>, record: &Value, options: &Options, run: &Token) {
    let values = values_of(&Value::Object(entry.clone()), record, options.units);
    entry.insert(FIELD.to_owned(), json!({ "baseline": options.baseline, "run": run, "values": values }));
}

/// Takes the mark off.
pub(super) fn unmark(entry: &mut Map<String, Value>) {
    entry.remove(FIELD);
}

/// Whether an entry of a profile record was tuned, and so is no baseline: by its
/// name, or by its mark.
#[must_use]
pub fn is_tuned(name: &str, entry: &Value) -> bool {
    is_tuned_name(name) || entry.get(FIELD).is_some()
}

/// Refuses to replace an entry that was made by somebody, or changed since.
pub(super) fn check_replaceable(
    entry: &Value,
    record: &Value,
    units: Option<Units>,
) -> Result<(), SyncRefusal> {
    let mark = entry.get(FIELD).ok_or(SyncRefusal::ForeignName)?;
    let written = mark.get("values").and_then(Value::as_str);
    if written.is_some() && written == values_of(entry, record, units).as_deref() {
        Ok(())
    } else {
        Err(SyncRefusal::EditedEntry)
    }
}

/// The name of the entry that was analysed: the one that was asked for, the default
/// one, or else the one that has its values.
///
/// After a profile switch with a percentage, no entry has them.
pub fn baseline_of(
    document: &Document,
    analysed: &StoredProfile,
    asked_for: Option<&str>,
    units: Option<Units>,
) -> Result<String, SyncRefusal> {
    let store = document.json().get("store").and_then(Value::as_object).ok_or(SyncRefusal::NoStore)?;
    let has_values = |name: &&str| {
        document.profile(name, units).is_ok_and(|profile| profile.doses_as(analysed))
            && store.get(*name).is_some_and(|entry| !is_tuned(name, entry))
    };
    let first = asked_for.or_else(|| document.default_name().ok());
    let others = store.keys().map(String::as_str).filter(|_| asked_for.is_none());
    first.into_iter().chain(others).find(has_values).map(str::to_owned).ok_or(SyncRefusal::NoBaseline)
}

/// A sum over the values of an entry, however they are written.
fn values_of(entry: &Value, record: &Value, units: Option<Units>) -> Option<String> {
    let Entry { units, basal, sensitivity, carb_ratio, dia } = Entry::read(entry, record, units).ok()?;
    let schedules = [basal, sensitivity, carb_ratio].map(|schedule| {
        let segments = schedule.segments().iter();
        segments.map(|segment| json!([segment.minute, segment.value])).collect::<Vec<_>>()
    });
    Some(fingerprint(&[&json!([units, schedules, dia])]))
}
