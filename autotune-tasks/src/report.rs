//! A recommendation and the data behind it, on a page for a person to read.
//!
//! [`html`] makes one file that stands alone: styles and plots are inside, it
//! loads nothing, runs no script, and shows the same in every browser and on
//! paper. It is a pure function of the report, without a date of its own, so
//! that the same analysis gives the same page.

mod allowed;
mod basal;
mod glucose;
mod intake;
mod page;
mod plot;
mod summary;
mod table;
mod trend;
mod unit;
mod words;

use std::ops::Range;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    chain::DayError,
    history::History,
    oref0::{Prep, Profile, Steps, Zone, js},
    quality::{DayQuality, Quality, Reading},
    recommendation::{Recommendation, TunedDay},
};
pub use page::html;
pub use unit::GlucoseUnit;

/// What a report is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The zone days and hours are in.
    pub zone: Zone,
    /// How the person reads glucose; numbers in here are in mg/dL all the same.
    pub unit: GlucoseUnit,
    /// The glucose the profile aims at around the day, lowest and highest, mg/dL.
    pub target: Option<(f64, f64)>,
    /// What to change.
    pub recommendation: Recommendation,
    /// How good the data is.
    pub quality: Quality,
    /// The days that were tuned with, oldest first.
    pub days: Vec<ReportDay>,
}

/// A day that was tuned with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReportDay {
    /// The local day.
    pub date: Date,
    /// From when until when readings count, milliseconds since 1970.
    pub window: Range<f64>,
    /// The readings with what each was used for, oldest first.
    pub readings: Vec<Reading>,
    /// What the day did to each number.
    pub steps: Steps,
}

impl Report {
    /// Puts together what an analysis gave: its days with what their readings
    /// were sorted into, oldest first, and what is recommended.
    pub fn new<'d>(
        history: &History,
        recommendation: Recommendation,
        days: impl IntoIterator<Item = (&'d TunedDay, &'d Prep)>,
    ) -> Result<Self, DayError> {
        let days: Vec<(&TunedDay, &Prep)> = days.into_iter().collect();
        let prepared = days.iter().map(|(tuned, prepared)| (tuned.date, *prepared));
        Ok(Self {
            zone: history.zone().clone(),
            unit: GlucoseUnit::of(history.pump()),
            target: target(history.pump()),
            quality: Quality::of(history, prepared)?,
            recommendation,
            days: days
                .into_iter()
                .map(|(tuned, prepared)| ReportDay::new(history, tuned, prepared))
                .collect::<Result<_, _>>()?,
        })
    }

    /// The days with the quality of their data.
    fn days_with_quality(&self) -> impl Iterator<Item = (&ReportDay, &DayQuality)> {
        self.days.iter().filter_map(|day| {
            let quality = self.quality.days.iter().find(|quality| quality.date == day.date)?;
            Some((day, quality))
        })
    }
}

impl ReportDay {
    fn new(history: &History, tuned: &TunedDay, prepared: &Prep) -> Result<Self, DayError> {
        let day = history.day(tuned.date);
        Ok(Self {
            date: tuned.date,
            window: day.window(),
            readings: DayQuality::readings(&day, prepared)?,
            steps: tuned.tuned.steps.clone(),
        })
    }
}

/// The lowest and the highest glucose that a profile aims at.
fn target(profile: &Profile) -> Option<(f64, f64)> {
    let entries = profile.field("bg_targets")?.get("targets")?.as_array()?;
    let number = |entry: &serde_json::Value, names: [&str; 2]| {
        names.iter().map(|name| js::number(entry.get(*name))).find(|x| *x > 0.0)
    };
    let mut range: Option<(f64, f64)> = None;
    for entry in entries {
        let (Some(low), Some(high)) = (number(entry, ["min_bg", "low"]), number(entry, ["max_bg", "high"]))
        else {
            continue;
        };
        let (lowest, highest) = range.unwrap_or((low, high));
        range = Some((lowest.min(low), highest.max(high)));
    }
    range
}
