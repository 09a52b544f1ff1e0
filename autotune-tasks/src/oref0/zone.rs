//! Local time: what oref0 takes from the time zone of its process.
//!
//! A `Zone` is a parameter of the analysis, never read from the environment,
//! and its rules are bundled, so that results do not depend on the host.
//! Times are milliseconds since 1970 as `f64`; not-a-number is an invalid date.

mod parse;

use std::borrow::Cow;

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

use super::js;

/// Milliseconds of a minute.
pub(crate) const MINUTE: f64 = 60_000.0;
/// Milliseconds of an hour.
pub(crate) const HOUR: f64 = 3_600_000.0;
/// Minutes of a day.
pub(crate) const MINUTES_PER_DAY: usize = 1440;

/// A time zone with daylight saving rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Zone {
    rules: TimeZone,
}

/// The name is in no time zone database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no time zone is called `{name}`; write a name such as `Europe/Paris` or `UTC`")]
pub struct UnknownZone {
    /// The name that was asked for.
    pub name: String,
}

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self { rules: TimeZone::UTC };

    /// The zone of an IANA name; upper and lower case are the same.
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        TimeZoneDatabase::bundled()
            .get(name)
            .map(|rules| Self { rules })
            .map_err(|_| UnknownZone { name: name.to_owned() })
    }

    /// The IANA name, where the zone has one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.rules.iana_name()
    }

    /// The start of a local day, in milliseconds.
    ///
    /// Not a number for dates outside the calendar.
    #[must_use]
    pub fn midnight(&self, date: Date) -> f64 {
        self.at_local(date.to_datetime(jiff::civil::Time::midnight()))
    }

    /// The local calendar date at a time.
    #[must_use]
    pub fn date(&self, at: f64) -> Option<Date> {
        let at = timestamp(at)?;
        Some(self.rules.to_datetime(at).date())
    }

    /// `getHours() * 60 + getMinutes()`.
    pub(crate) fn minute_of_day(&self, at: f64) -> Option<usize> {
        const SECONDS_PER_DAY: i64 = 86_400;
        let at = timestamp(at)?;
        let offset = i64::from(self.rules.to_offset(at).seconds());
        // A timestamp's seconds are rounded towards 1970, not down.
        let seconds = at.as_millisecond().div_euclid(1000) + offset;
        usize::try_from(seconds.rem_euclid(SECONDS_PER_DAY) / 60).ok()
    }

    /// `getHours()`.
    pub(crate) fn hour(&self, at: f64) -> Option<usize> {
        self.minute_of_day(at).map(|minute| minute / 60)
    }

    /// `new Date(value)`: not a number for anything but text and numbers.
    #[must_use]
    pub fn date_of(&self, value: Option<&Value>) -> f64 {
        match value {
            Some(Value::String(text)) => self.date_of_text(text),
            Some(Value::Number(_)) => js::number(value).trunc(),
            Some(Value::Null) => 0.0,
            _ => f64::NAN,
        }
    }

    /// `new Date(text)`: without an offset local time, but a bare date is in UTC.
    #[must_use]
    pub fn date_of_text(&self, text: &str) -> f64 {
        parse::date(text, self)
    }

    /// `moment(text)`: without an offset local time, a bare date included.
    #[must_use]
    pub fn moment_of_text(&self, text: &str) -> f64 {
        parse::moment(text, self)
    }

    /// The time a wall clock shows; in a gap the clock is taken as not yet
    /// changed, and of two times with the same reading it is the first.
    fn at_local(&self, wall: DateTime) -> f64 {
        let offset = match self.rules.to_ambiguous_timestamp(wall).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset,
            AmbiguousOffset::Gap { before, .. } | AmbiguousOffset::Fold { before, .. } => before,
        };
        offset.to_timestamp(wall).map_or(f64::NAN, milliseconds)
    }
}

impl Serialize for Zone {
    /// By its name, as `UTC` where it has none.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name().unwrap_or("UTC"))
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Cow::<str>::deserialize(deserializer)?;
        Self::named(&name).map_err(de::Error::custom)
    }
}

/// A time as JavaScript prints it: `2024-03-10T06:59:59.000Z`.
pub(crate) fn iso(at: f64) -> Option<String> {
    timestamp(at).map(|at| format!("{at:.3}"))
}

fn timestamp(at: f64) -> Option<Timestamp> {
    if at.is_nan() {
        return None;
    }
    Timestamp::from_millisecond(js::whole(at)).ok()
}

#[expect(clippy::cast_precision_loss, reason = "dates stay below 2^53 milliseconds")]
fn milliseconds(at: Timestamp) -> f64 {
    at.as_millisecond() as f64
}
