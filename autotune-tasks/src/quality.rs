//! How good the data behind a recommendation is.
//!
//! Counts what was there, what was left aside and what each number was tuned
//! with, day by day. Nothing here judges: that is done in `requirements`, with
//! the reasons. Nothing is read or written.

mod entries;
mod gap;
mod reading;
mod requirements;
mod table;

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    chain::DayError,
    history::{Coverage, DayInput, History},
    oref0::{Prep, PrepError},
};
pub use entries::EntryCounts;
pub use gap::Gap;
pub use reading::{Reading, Role};
pub use requirements::{Insufficient, Requirements, Shortfall};

/// Hours of a day.
const HOURS: usize = 24;

/// The data of an analysis, day by day and in all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// The days that were tuned with, oldest first.
    pub days: Vec<DayQuality>,
    /// Days in between or later that were not, oldest first.
    pub left_out: Vec<LeftOutDay>,
    /// Sums over the days that were tuned with.
    pub total: Counts,
}

/// The data of one day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DayQuality {
    /// The local day; it begins and ends at four in the morning.
    pub date: Date,
    /// How much of the day has readings; what is no reading does not count.
    pub coverage: Coverage,
    /// Stretches without readings, oldest first.
    pub gaps: Vec<Gap>,
    /// How much there is of each kind.
    #[serde(flatten)]
    pub counts: Counts,
}

/// How much data there is of each kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// The glucose entries as they came.
    pub entries: EntryCounts,
    /// Readings used for the basal rates.
    pub basal: usize,
    /// Readings used for the sensitivity.
    pub isf: usize,
    /// Readings used for the carb sensitivity.
    pub csf: usize,
    /// Meals used for the carb ratio.
    pub carb_ratio: usize,
    /// Readings used for the basal rates, by the local hour they lie in.
    pub basal_by_hour: [usize; HOURS],
    /// Rises of the glucose that no announced carbs explain.
    pub unannounced_meals: usize,
    /// Readings used for nothing.
    pub unused: usize,
}

/// A day that was not tuned with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOutDay {
    /// The local day.
    pub date: Date,
    /// Why.
    pub reason: LeftOutReason,
}

/// Why a day was not tuned with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LeftOutReason {
    /// There is no reading at all.
    NoReadings,
    /// Too little of the day has readings.
    Coverage {
        /// How much has, in percent.
        percent: usize,
    },
    /// The day has enough readings, but was not asked for.
    NotAskedFor,
}

impl Quality {
    /// Looks at the days that were tuned with, oldest first.
    pub fn of<'p>(
        history: &History,
        days: impl IntoIterator<Item = (Date, &'p Prep)>,
    ) -> Result<Self, DayError> {
        let days: Vec<DayQuality> = days
            .into_iter()
            .map(|(date, prepared)| DayQuality::of(&history.day(date), prepared))
            .collect::<Result<_, _>>()?;
        let mut total = Counts::default();
        for day in &days {
            total.add(&day.counts);
        }
        Ok(Self { left_out: left_out(history, &days), days, total })
    }

    /// Refuses data that does not meet the requirements, with all reasons.
    pub fn check(&self, requirements: &Requirements) -> Result<(), Insufficient> {
        requirements.check(self)
    }
}

impl DayQuality {
    /// Looks at one day and at what its readings were sorted into.
    pub fn of(day: &DayInput, prepared: &Prep) -> Result<Self, DayError> {
        let readings = reading::readings(day, prepared)?;
        let window = day.window();
        Ok(Self {
            date: day.date,
            coverage: reading::coverage(day),
            gaps: gap::between(&readings, &window),
            counts: Counts::of(day, prepared, &readings),
        })
    }

    /// The longest stretch without readings.
    #[must_use]
    pub fn longest_gap(&self) -> Option<&Gap> {
        self.gaps.iter().max_by_key(|gap| gap.minutes())
    }

    /// The readings of a day, oldest first, with what each was used for.
    pub fn readings(day: &DayInput, prepared: &Prep) -> Result<Vec<Reading>, DayError> {
        reading::readings(day, prepared)
    }
}

impl Counts {
    fn of(day: &DayInput, prepared: &Prep, readings: &[Reading]) -> Self {
        let (basal, isf, csf) = (prepared.basal.len(), prepared.isf.len(), prepared.csf.len());
        let mut basal_by_hour = [0; HOURS];
        let hour_of = |datum: &crate::oref0::GlucoseDatum| day.zone.hour(datum.time(&day.zone)?);
        for hour in prepared.basal.iter().filter_map(hour_of) {
            if let Some(count) = basal_by_hour.get_mut(hour) {
                *count += 1;
            }
        }
        Self {
            entries: EntryCounts::of(&day.entries, readings.len()),
            basal,
            isf,
            csf,
            carb_ratio: prepared.carb_ratio_periods.len(),
            basal_by_hour,
            unannounced_meals: reading::unannounced_meals(readings),
            unused: readings.len().saturating_sub(basal + isf + csf),
        }
    }

    fn add(&mut self, other: &Self) {
        self.entries.add(other.entries);
        self.basal += other.basal;
        self.isf += other.isf;
        self.csf += other.csf;
        self.carb_ratio += other.carb_ratio;
        for (sum, more) in self.basal_by_hour.iter_mut().zip(other.basal_by_hour) {
            *sum += more;
        }
        self.unannounced_meals += other.unannounced_meals;
        self.unused += other.unused;
    }
}

impl Default for Counts {
    fn default() -> Self {
        Self {
            entries: EntryCounts::default(),
            basal: 0,
            isf: 0,
            csf: 0,
            carb_ratio: 0,
            basal_by_hour: [0; HOURS],
            unannounced_meals: 0,
            unused: 0,
        }
    }
}

impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        table::write(self, f)
    }
}

impl fmt::Display for LeftOutReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoReadings => f.write_str("no readings"),
            Self::Coverage { percent } => write!(f, "readings for only {percent} % of the day"),
            Self::NotAskedFor => f.write_str("not asked for"),
        }
    }
}

/// The days from the first used one on that were not used.
fn left_out(history: &History, used: &[DayQuality]) -> Vec<LeftOutDay> {
    let Some(first) = used.first() else { return Vec::new() };
    let mut days: Vec<(Date, Coverage)> = history
        .dates()
        .into_iter()
        .filter(|date| *date > first.date && used.iter().all(|day| day.date != *date))
        .map(|date| (date, history.coverage(date)))
        .collect();
    // The last reading of the last day may lie just on the start of another.
    while days.pop_if(|(_, coverage)| coverage.quarters <= 1).is_some() {}
    let reason = |coverage: Coverage| match coverage.percent() {
        0 if coverage.readings == 0 => LeftOutReason::NoReadings,
        _ if coverage.is_enough() => LeftOutReason::NotAskedFor,
        percent => LeftOutReason::Coverage { percent },
    };
    days.into_iter().map(|(date, coverage)| LeftOutDay { date, reason: reason(coverage) }).collect()
}

/// Names the day whose entries cannot be read.
fn unreadable(date: Date) -> impl Fn(PrepError) -> DayError {
    move |error| DayError { date, reason: error.into() }
}
