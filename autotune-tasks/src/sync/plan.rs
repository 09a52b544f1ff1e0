//! The record that would be written.

use std::fmt;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{Diff, Options, SyncRefusal, Token, digits::whole_in_style_of, entry::Entry, limits, marker};
use crate::{profile_store::Document, recommendation::Recommendation};

/// What a server gives a record, and which must not be given to a second one.
const IDENTITY: [&str; 6] = ["_id", "identifier", "srvCreated", "srvModified", "subject", "modifiedBy"];

/// A change of Nightscout's profile that can be written.
#[derive(Clone, PartialEq)]
pub struct Plan {
    current: Value,
    record: Value,
    diff: Diff,
    token: Token,
}

/// Makes the record that would be written, from the one that was read.
///
/// It is a copy with all fields, those that are unknown here as well, and one entry
/// more, or with the own entry of an earlier run replaced. What a person has made is
/// not changed. Nothing is written.
pub fn plan(
    current: &Value,
    recommendation: &Recommendation,
    options: &Options,
    now: Timestamp,
) -> Result<Plan, SyncRefusal> {
    options.check()?;
    limits::check_days(recommendation)?;
    let fields = current.as_object().ok_or(SyncRefusal::NoStore)?;
    let store = fields.get("store").and_then(Value::as_object).ok_or(SyncRefusal::NoStore)?;
    if Document::new(current.clone()).start() >= now {
        return Err(SyncRefusal::FutureRecord);
    }
    let baseline = baseline(store, options)?;
    check_name(current, store, options)?;

    let old = Entry::read(baseline, current, options.units)?;
    old.check_analysed(&recommendation.pump)?;
    let baseline_fields = baseline.as_object().ok_or(SyncRefusal::NoBaseline)?;
    let mut entry = old.tuned(baseline_fields, recommendation, options);
    let new = Entry::read(&Value::Object(entry.clone()), current, options.units)?;
    let diff = Diff::new(&old, &new, recommendation, options, store.contains_key(&options.name));
    limits::check(&diff)?;
    if is_unchanged(current, store, &entry, options) {
        return Err(SyncRefusal::Unchanged);
    }

    let proposed = |entry: Map<String, Value>| {
        let mut record = fields.clone();
        record.retain(|name, _| !IDENTITY.contains(&name.as_str()));
        if let Some(Value::Object(store)) = record.get_mut("store") {
            store.insert(options.name.clone(), Value::Object(entry));
        }
        if options.activate {
            record.insert("defaultProfile".to_owned(), options.name.clone().into());
        }
        record
    };
    let token = Token::of(current, &Value::Object(proposed(entry.clone())));
    marker::mark(&mut entry, current, options, &token);
    if entry.contains_key("startDate") {
        entry.insert("startDate".to_owned(), iso(now).into());
    }
    let mut record = proposed(entry);
    date(&mut record, now);
    record.insert("enteredBy".to_owned(), token.entered_by().into());
    Ok(Plan { current: current.clone(), record: Value::Object(record), diff, token })
}

impl Plan {
    /// The record as it was read.
    #[must_use]
    pub const fn current(&self) -> &Value {
        &self.current
    }

    /// The record to write.
    #[must_use]
    pub const fn record(&self) -> &Value {
        &self.record
    }

    /// What it changes.
    #[must_use]
    pub const fn diff(&self) -> &Diff {
        &self.diff
    }

    /// What stands for this change, to be given back for it to be written.
    #[must_use]
    pub const fn token(&self) -> &Token {
        &self.token
    }
}

/// Shown as its token: names and doses are nobody's business.
impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan").field("token", &self.token).finish_non_exhaustive()
    }
}

/// The entry that was analysed, which a person has made.
fn baseline<'s>(store: &'s Map<String, Value>, options: &Options) -> Result<&'s Value, SyncRefusal> {
    let baseline = store.get(&options.baseline).ok_or(SyncRefusal::NoBaseline)?;
    if marker::is_tuned(&options.baseline, baseline) {
        return Err(SyncRefusal::TunedBaseline);
    }
    Ok(baseline)
}

/// The name of the own entry is free, or that of an own entry that is not in force.
fn check_name(current: &Value, store: &Map<String, Value>, options: &Options) -> Result<(), SyncRefusal> {
    let Some(own) = store.get(&options.name) else { return Ok(()) };
    marker::check_replaceable(own, current, options.units)?;
    let default = current.get("defaultProfile").and_then(Value::as_str);
    let in_force = options.in_force.as_deref().or(default);
    if in_force == Some(&*options.name) && !options.activate {
        return Err(SyncRefusal::InForce);
    }
    Ok(())
}

fn is_unchanged(
    current: &Value,
    store: &Map<String, Value>,
    entry: &Map<String, Value>,
    options: &Options,
) -> bool {
    let comparable = |entry: &Map<String, Value>| {
        let mut entry = entry.clone();
        marker::unmark(&mut entry);
        entry.remove("startDate");
        entry
    };
    let written = store.get(&options.name).and_then(Value::as_object);
    let default = current.get("defaultProfile").and_then(Value::as_str);
    let is_active = default == Some(&*options.name);
    written.is_some_and(|written| comparable(written) == comparable(entry))
        && (is_active || !options.activate)
}

/// Makes a record begin now.
fn date(record: &mut Map<String, Value>, now: Timestamp) {
    for name in ["startDate", "created_at"] {
        record.insert(name.to_owned(), iso(now).into());
    }
    let milliseconds = now.as_millisecond();
    let mills = whole_in_style_of(record.get("mills"), milliseconds);
    record.insert("mills".to_owned(), mills);
    if record.contains_key("date") {
        record.insert("date".to_owned(), milliseconds.into());
    }
}

fn iso(at: Timestamp) -> String {
    format!("{at:.3}")
}
