//! A stretch of records on disk, cut into the days the analysis works on.
//!
//! A directory holds the profile and all records of a period; [`load`] reads it,
//! [`History::day`] cuts out what one day needs. Reading files is in `load`
//! alone, the rest is pure.

mod coverage;
mod day;
mod load;

use std::{ops::Range, sync::Arc};

use jiff::civil::Date;
use serde_json::Value;

use crate::{
    oref0::{Profile, Zone},
    refusal::Refusal,
};
pub use coverage::Coverage;
pub use day::{DayInput, Records};
pub use load::{DataError, Files, load, load_in_zone};

/// The hours after local midnight from and until which readings count.
///
/// A day begins at four in the morning, when carbs and boluses of the evening
/// are used up.
const ENTRY_HOURS: (f64, f64) = (4.0, 28.0);
/// The hours after local midnight from and until which treatments are looked at.
const TREATMENT_HOURS: (f64, f64) = (-18.0, 42.0);
/// The hour after local midnight at which a day is looked back on.
const LOOKING_BACK_HOUR: f64 = 43.0;
/// Most days that are tuned at once.
const MOST_DAYS: usize = 30;
const HOUR: f64 = 3_600_000.0;

/// A period of glucose entries and treatments with the profiles to tune.
#[derive(Debug, Clone)]
pub struct History {
    profile: Profile,
    pump: Profile,
    zone: Zone,
    entries: Timeline,
    treatments: Timeline,
}

impl History {
    /// A history from its parts; records without a date are left out.
    pub fn new(
        profile: Profile,
        pump: Profile,
        zone: Zone,
        entries: Vec<Value>,
        treatments: Vec<Value>,
    ) -> Result<Self, Refusal> {
        let entry_time = |entry: &Value| {
            let date = entry.get("date").filter(|date| date.is_number());
            zone.date_of(date.or_else(|| entry.get("dateString")))
        };
        let created = |treatment: &Value| {
            treatment
                .get("created_at")
                .and_then(Value::as_str)
                .map_or(f64::NAN, |text| zone.moment_of_text(text))
        };
        let entries = Timeline::new(entries, entry_time);
        if entries.records.is_empty() {
            return Err(Refusal::NoEntries);
        }
        let treatments = Timeline::new(treatments, created);
        Ok(Self { profile, pump, zone, entries, treatments })
    }

    /// The profile to tune.
    #[must_use]
    pub const fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The profile the pump runs, which bounds the tuned one.
    #[must_use]
    pub const fn pump(&self) -> &Profile {
        &self.pump
    }

    /// The zone days and hours are in.
    #[must_use]
    pub const fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The last so many days with enough readings, oldest first.
    pub fn last_days(&self, asked: usize) -> Result<Vec<Date>, Refusal> {
        if !(1..=MOST_DAYS).contains(&asked) {
            return Err(Refusal::DayCount { asked });
        }
        let mut days = self.full_days();
        let available = days.len();
        let surplus = available.checked_sub(asked).ok_or(Refusal::TooFewDays { asked, available })?;
        Ok(days.split_off(surplus))
    }

    /// All days with enough readings, oldest first.
    #[must_use]
    pub fn full_days(&self) -> Vec<Date> {
        self.dates().into_iter().filter(|date| self.coverage(*date).is_enough()).collect()
    }

    /// All days from the first entry to the last, oldest first.
    #[must_use]
    pub fn dates(&self) -> Vec<Date> {
        let date = |at: Option<&f64>| self.zone.date(*at?);
        let (Some(newest), Some(oldest)) =
            (date(self.entries.times.first()), date(self.entries.times.last()))
        else {
            return Vec::new();
        };
        let before = oldest.yesterday().unwrap_or(oldest);
        before.series(jiff::Span::new().days(1)).take_while(|date| *date <= newest).collect()
    }

    /// How much of a day has readings.
    #[must_use]
    pub fn coverage(&self, date: Date) -> Coverage {
        let midnight = self.zone.midnight(date);
        let range = self.entries.between(midnight, ENTRY_HOURS);
        let times = self.entries.times.get(range).unwrap_or_default();
        Coverage::of(times, midnight + ENTRY_HOURS.0 * HOUR)
    }

    /// What the analysis of one local day looks at.
    ///
    /// Hours are elapsed hours, so that on a day of daylight saving change the
    /// window begins at five or three o'clock.
    #[must_use]
    pub fn day(&self, date: Date) -> DayInput {
        let midnight = self.zone.midnight(date);
        let records = |timeline: &Timeline, hours| {
            Records::new(Arc::clone(&timeline.records), timeline.between(midnight, hours))
        };
        DayInput {
            date,
            zone: self.zone.clone(),
            now: midnight + LOOKING_BACK_HOUR * HOUR,
            entries: records(&self.entries, ENTRY_HOURS),
            treatments: records(&self.treatments, TREATMENT_HOURS),
        }
    }
}

/// Records with their times, newest first.
#[derive(Debug, Clone)]
struct Timeline {
    records: Arc<[Value]>,
    times: Vec<f64>,
}

impl Timeline {
    fn new(records: Vec<Value>, time_of: impl Fn(&Value) -> f64) -> Self {
        let mut dated: Vec<(f64, Value)> = records
            .into_iter()
            .map(|record| (time_of(&record), record))
            .filter(|(at, _)| at.is_finite())
            .collect();
        dated.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (times, sorted): (Vec<f64>, Vec<Value>) = dated.into_iter().unzip();
        Self { records: sorted.into(), times }
    }

    /// The places of the records from so many to so many hours after a midnight.
    fn between(&self, midnight: f64, hours: (f64, f64)) -> Range<usize> {
        let (first, last) = (midnight + hours.0 * HOUR, midnight + hours.1 * HOUR);
        let start = self.times.partition_point(|at| *at > last);
        start..self.times.partition_point(|at| *at >= first).max(start)
    }
}
