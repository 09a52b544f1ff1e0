//! A treatment that switches to another profile.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{
    Document, ProfileRefusal, StoredProfile, Units,
    document::{is_tuned_name, time},
    schedule::number_in,
};

const HOUR_IN_MILLISECONDS: f64 = 3_600_000.0;

/// A treatment that switches to another profile.
#[derive(Clone, PartialEq)]
pub(super) struct Switch {
    json: Value,
    pub(super) at: Timestamp,
    /// How long it counts; `None` until the next one.
    pub(super) duration: Option<SignedDuration>,
}

impl Switch {
    /// `None` for what is no switch, has no time, or was taken back.
    pub(super) fn new(json: Value) -> Option<Self> {
        if json.get("eventType")?.as_str()? != "Profile Switch"
            || json.get("isValid") == Some(&Value::Bool(false))
        {
            return None;
        }
        let at =
            ["created_at", "timestamp", "mills", "date"].iter().find_map(|name| time(json.get(*name)?))?;
        let minutes = json.get("duration").and_then(number_in).filter(|minutes| *minutes > 0.0);
        let duration = minutes.map(|minutes| SignedDuration::from_secs_f64((minutes * 60.0).min(1e9)));
        Some(Self { json, at, duration })
    }

    /// The name of what is switched to.
    pub(super) fn name(&self) -> Option<&str> {
        ["originalProfileName", "profile"].iter().find_map(|name| self.json.get(*name)?.as_str())
    }

    pub(super) fn is_tuned(&self) -> bool {
        self.name().is_some_and(is_tuned_name)
    }

    /// The profile that is switched to: the treatment's own, or one of the document.
    pub(super) fn profile(
        &self,
        document: Option<&Document>,
        units: Option<Units>,
    ) -> Result<StoredProfile, ProfileRefusal> {
        let profile = match self.json.get("profileJson") {
            Some(Value::String(text)) => {
                let json: Value = serde_json::from_str(text)
                    .map_err(|_| ProfileRefusal::Switch { problem: "its `profileJson` is not JSON" })?;
                StoredProfile::read(&json, document.map(Document::json), units)?
            }
            Some(json @ Value::Object(_)) => StoredProfile::read(json, document.map(Document::json), units)?,
            _ => {
                let name = self.name().ok_or(ProfileRefusal::Switch { problem: "it names none" })?;
                let document = document.ok_or(ProfileRefusal::None)?;
                document
                    .profile(name, units)
                    .map_err(|_| ProfileRefusal::Switch { problem: "it names one that is not there" })?
            }
        };
        self.adjusted(&profile)
    }

    /// The profile with the treatment's percentage and time shift.
    ///
    /// Newer uploaders keep the profile as it was and say its original name; older
    /// ones write numbers that have both applied already.
    fn adjusted(&self, profile: &StoredProfile) -> Result<StoredProfile, ProfileRefusal> {
        let number = |name| self.json.get(name).and_then(number_in);
        let percentage = number("percentage").filter(|percentage| *percentage > 0.0).unwrap_or(100.0);
        let shift = number("timeshift").unwrap_or(0.0);
        let is_plain = (percentage - 100.0).abs() < f64::EPSILON && shift == 0.0;
        if is_plain {
            return Ok(profile.clone());
        }
        if self.json.get("originalProfileName").is_none() {
            return Err(ProfileRefusal::AmbiguousSwitch);
        }
        // Hours from one interface of AndroidAPS, milliseconds from the other.
        let hours = if shift.abs() < 24.0 { shift } else { shift / HOUR_IN_MILLISECONDS };
        let whole = (-23..=23).find(|whole| (f64::from(*whole) - hours).abs() < f64::EPSILON);
        Ok(profile.adjusted(percentage, whole.ok_or(ProfileRefusal::AmbiguousSwitch)?))
    }
}

/// A switch is shown as its time: names and doses are nobody's business.
impl fmt::Debug for Switch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Switch(at {})", self.at)
    }
}
