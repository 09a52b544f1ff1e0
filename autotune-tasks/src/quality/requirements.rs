//! How much data advice needs, and what is said where there is less.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Quality, reading};
use crate::history::{Coverage, History};

/// The least data a recommendation may rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirements {
    /// Days to tune with.
    pub days: usize,
    /// Readings over all days.
    pub readings: usize,
    /// The share of each day with readings, in percent.
    pub coverage_percent: usize,
}

impl Requirements {
    /// Three days, each with readings for at least 70 % of the time.
    pub const DEFAULT: Self = Self { days: 3, readings: 0, coverage_percent: 70 };

    /// The same with another number of days.
    #[must_use]
    pub const fn with_days(self, days: usize) -> Self {
        Self { days, ..self }
    }

    /// The same with another number of readings.
    #[must_use]
    pub const fn with_readings(self, readings: usize) -> Self {
        Self { readings, ..self }
    }

    /// The same with another share of each day.
    #[must_use]
    pub const fn with_coverage_percent(self, coverage_percent: usize) -> Self {
        Self { coverage_percent, ..self }
    }

    /// Refuses days that have too few readings, before anything is tuned with them.
    ///
    /// Only readings count: no calibrations, no error codes, and doubled ones once.
    pub fn check_days(&self, history: &History, days: &[Date]) -> Result<(), Insufficient> {
        let coverage = |date: &Date| (*date, reading::coverage(&history.day(*date)));
        let days: Vec<(Date, Coverage)> = days.iter().map(coverage).collect();
        Insufficient::unless_empty(self.shortfalls(&days))
    }

    pub(super) fn check(&self, quality: &Quality) -> Result<(), Insufficient> {
        let days: Vec<(Date, Coverage)> = quality.days.iter().map(|day| (day.date, day.coverage)).collect();
        let mut shortfalls = self.shortfalls(&days);
        let total = &quality.total;
        if total.basal + total.isf + total.csf + total.carb_ratio == 0 {
            shortfalls.push(Shortfall::NothingUsable);
        }
        Insufficient::unless_empty(shortfalls)
    }

    fn shortfalls(&self, days: &[(Date, Coverage)]) -> Vec<Shortfall> {
        let mut shortfalls = Vec::new();
        if days.len() < self.days {
            shortfalls.push(Shortfall::Days { found: days.len(), least: self.days });
        }
        let readings = days.iter().map(|(_, coverage)| coverage.readings).sum();
        if readings < self.readings {
            shortfalls.push(Shortfall::Readings { found: readings, least: self.readings });
        }
        let least = self.coverage_percent;
        let with_percent = days.iter().map(|(date, coverage)| (*date, coverage.percent()));
        let too_empty = with_percent.filter(|(_, percent)| *percent < least);
        shortfalls.extend(too_empty.map(|(date, percent)| Shortfall::Coverage { date, percent, least }));
        shortfalls
    }
}

impl Default for Requirements {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// There is too little data for advice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Insufficient {
    /// Everything there is too little of.
    pub shortfalls: Vec<Shortfall>,
}

impl Insufficient {
    fn unless_empty(shortfalls: Vec<Shortfall>) -> Result<(), Self> {
        if shortfalls.is_empty() { Ok(()) } else { Err(Self { shortfalls }) }
    }
}

impl std::error::Error for Insufficient {}

impl fmt::Display for Insufficient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("too little data for advice: ")?;
        for (place, shortfall) in self.shortfalls.iter().enumerate() {
            if place > 0 {
                f.write_str("; ")?;
            }
            shortfall.fmt(f)?;
        }
        Ok(())
    }
}

/// Something there is too little of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Shortfall {
    /// Too few days.
    #[error("the usable days are {found} of the {least} that are needed; load a longer period")]
    Days {
        /// How many there are.
        found: usize,
        /// How many are needed.
        least: usize,
    },
    /// Too few readings over all days.
    #[error("there are {found} readings, {least} are needed; load a longer period or ask for fewer")]
    Readings {
        /// How many there are.
        found: usize,
        /// How many are needed.
        least: usize,
    },
    /// A day with too many gaps.
    #[error("{date} has readings for {percent} % of the day, {least} % are needed; leave it out")]
    Coverage {
        /// The local day.
        date: Date,
        /// How much of it has readings.
        percent: usize,
        /// How much is needed.
        least: usize,
    },
    /// No reading and no meal can tune anything.
    #[error("no reading or meal can be used to tune anything; check that the treatments are complete")]
    NothingUsable,
}
