//! A profile document, as Nightscout keeps it.

use std::fmt;

use jiff::Timestamp;
use serde_json::Value;

use super::{ProfileRefusal, StoredProfile, Units};

/// A profile document, as Nightscout keeps it, with what its fields mean.
#[derive(Clone, PartialEq)]
pub struct Document {
    json: Value,
    start: Timestamp,
}

/// Whether a profile's name says that it was tuned: by this program, or by oref0.
#[must_use]
pub fn is_tuned_name(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    ["autotune", "openaps autosync"].iter().any(|tuned| name.starts_with(tuned))
}

impl Document {
    /// A document; one without any date is older than all others.
    #[must_use]
    pub fn new(json: Value) -> Self {
        let start = ["startDate", "mills", "created_at"].iter().find_map(|name| time(json.get(*name)?));
        Self { json, start: start.unwrap_or(Timestamp::UNIX_EPOCH) }
    }

    /// The document as it is stored, with all its fields.
    #[must_use]
    pub const fn json(&self) -> &Value {
        &self.json
    }

    /// Its id in the database.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.json.get("_id").and_then(Value::as_str)
    }

    /// Since when it counts.
    #[must_use]
    pub const fn start(&self) -> Timestamp {
        self.start
    }

    /// How many profiles it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.store().map_or(1, serde_json::Map::len)
    }

    /// Whether it has no profile at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name of the profile that is active unless a treatment says otherwise.
    pub fn default_name(&self) -> Result<&str, ProfileRefusal> {
        let named = self.json.get("defaultProfile").and_then(Value::as_str).filter(|name| !name.is_empty());
        let Some(store) = self.store() else { return Ok(named.unwrap_or(UNNAMED)) };
        let only = || store.keys().next().filter(|_| store.len() == 1).map(String::as_str);
        let usual = || store.contains_key(UNNAMED).then_some(UNNAMED);
        named.or_else(only).or_else(usual).ok_or(ProfileRefusal::NoDefault { known: store.len() })
    }

    /// Whether it has a profile of that name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    /// One of its profiles.
    pub fn profile(&self, name: &str, units: Option<Units>) -> Result<StoredProfile, ProfileRefusal> {
        let entry = self.entry(name).ok_or(ProfileRefusal::Unknown { known: self.len() })?;
        StoredProfile::read(entry, Some(&self.json), units)
    }

    /// A profile as it is stored; old documents are one themselves.
    fn entry(&self, name: &str) -> Option<&Value> {
        match self.store() {
            Some(store) => store.get(name),
            None => (self.default_name() == Ok(name)).then_some(&self.json),
        }
    }

    fn store(&self) -> Option<&serde_json::Map<String, Value>> {
        self.json.get("store").and_then(Value::as_object)
    }
}

/// The name of a profile that has none.
const UNNAMED: &str = "Default";

/// A document is shown as its date and size: names and doses are nobody's business.
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document(of {}, {} profiles)", self.start, self.len())
    }
}

/// A time in milliseconds, or as text; without an offset it is UTC, as Nightscout has it.
pub(super) fn time(json: &Value) -> Option<Timestamp> {
    if let Some(milliseconds) = super::schedule::number_in(json) {
        return Timestamp::from_millisecond(crate::oref0::js::whole(milliseconds)).ok();
    }
    let milliseconds = crate::oref0::Zone::UTC.moment_of_text(json.as_str()?);
    let is_time = milliseconds.is_finite();
    is_time.then(|| Timestamp::from_millisecond(crate::oref0::js::whole(milliseconds)).ok())?
}
