//! What to change: the tuned profile beside the one the pump runs.
//!
//! Old values are always the pump's, never those of an earlier tuning, so that
//! the bounds around them hold. Printing is in `table` and `oref0_text`; nothing
//! here writes anything.

mod oref0_text;
mod table;

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    oref0::{Limit, Profile, Tuned},
    refusal::{self, Refusal},
};
pub use oref0_text::oref0_text;

/// One day's tuning.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TunedDay {
    /// The local day.
    pub date: Date,
    /// The profile after that day, and what was done.
    pub tuned: Tuned,
}

/// What to change in the pump's profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recommendation {
    /// The days the data is from, oldest first.
    pub days: Vec<Date>,
    /// Insulin sensitivity, mg/dL per unit.
    pub isf: Change,
    /// Carb ratio, grams per unit.
    pub carb_ratio: Change,
    /// Carb sensitivity, mg/dL per gram.
    pub csf: Change,
    /// Basal rates for each hour, units per hour.
    pub basals: Vec<BasalChange>,
    /// The profile the pump runs.
    pub pump: Profile,
    /// The tuned profile.
    pub profile: Profile,
}

/// A number to change.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The pump's number.
    pub old: f64,
    /// The tuned number.
    pub new: f64,
    /// The change, in percent of the old number.
    pub percent: f64,
    /// The bound the tuned number lies at.
    pub limit: Option<Limit>,
    /// Days on which a bound cut short what the data asked for.
    pub limited_days: usize,
    /// Readings, or meals for the carb ratio, over all days.
    pub points: usize,
}

/// A basal rate to change.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BasalChange {
    /// The hour, 0 to 23.
    pub hour: usize,
    /// The change of its rate.
    #[serde(flatten)]
    pub change: Change,
    /// Days without data for the hour, as oref0 counts them.
    pub days_missing: usize,
}

/// Compares the last of the tuned days with the pump's profile.
///
/// The days are those of one chain, oldest first. Refuses what is no number.
pub fn recommend(pump: &Profile, days: &[TunedDay]) -> Result<Recommendation, Refusal> {
    let last = days.last().ok_or(Refusal::NoEntries)?;
    for day in days {
        refusal::check_tuned(&day.tuned)?;
    }
    let steps = || days.iter().map(|day| &day.tuned.steps);
    let profile = &last.tuned.profile;
    let basals = (0..24)
        .map(|hour| {
            let at = || steps().filter_map(move |steps| steps.basals.get(hour));
            let old = u16::try_from(hour * 60).ok().and_then(|minute| pump.basal_rate_at(minute));
            let new = at().next_back().map_or(f64::NAN, |step| step.new);
            let limits: Vec<Option<Limit>> = at().map(|step| step.limit).collect();
            let points = at().map(|step| step.points).sum();
            BasalChange {
                hour,
                change: Change::new(old.unwrap_or(f64::NAN), new, &limits, points),
                days_missing: untuned_days(profile, hour),
            }
        })
        .collect();
    let recommendation = Recommendation {
        days: days.iter().map(|day| day.date).collect(),
        isf: Change::of(pump.isf(), steps().map(|steps| &steps.isf)),
        carb_ratio: Change::of(pump.carb_ratio(), steps().map(|steps| &steps.carb_ratio)),
        csf: Change::of(pump.csf(), steps().map(|steps| &steps.csf)),
        basals,
        pump: pump.clone(),
        profile: profile.clone(),
    };
    recommendation.refuse_without_numbers()
}

impl Change {
    fn of<'s>(old: f64, steps: impl Iterator<Item = &'s crate::oref0::Step>) -> Self {
        let (mut new, mut limits, mut points) = (f64::NAN, Vec::new(), 0);
        for step in steps {
            new = step.new;
            limits.push(step.limit.or(step.wanted_limit));
            points += step.points;
        }
        Self::new(old, new, &limits, points)
    }

    fn new(old: f64, new: f64, limits: &[Option<Limit>], points: usize) -> Self {
        // Rounding may leave a number a little inside its bound.
        let is_at = |limit: &Limit| (limit.value - new).abs() <= 0.0005;
        Self {
            old,
            new,
            percent: (new - old) / old * 100.0,
            limit: limits.last().copied().flatten().filter(is_at),
            limited_days: limits.iter().flatten().count(),
            points,
        }
    }
}

impl Recommendation {
    /// The report of oref0's own tools, `autotune_recommendations.log`.
    #[must_use]
    pub fn to_oref0_text(&self) -> String {
        oref0_text(&self.pump, &self.profile)
    }

    fn refuse_without_numbers(self) -> Result<Self, Refusal> {
        let named = [
            (&self.isf, "the sensitivity"),
            (&self.carb_ratio, "the carb ratio"),
            (&self.csf, "the carb sensitivity"),
        ];
        let rates = self.basals.iter().map(|basal| (&basal.change, "a basal rate"));
        let without = named.into_iter().chain(rates).find(|(change, _)| !change.percent.is_finite());
        match without {
            Some((_, what)) => Err(Refusal::NotFinite { what: what.to_owned() }),
            None => Ok(self),
        }
    }
}

impl fmt::Display for Recommendation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        table::write(self, f)
    }
}

/// How many days had no data for an hour.
fn untuned_days(profile: &Profile, hour: usize) -> usize {
    let days = profile.basals().nth(hour).map_or(0.0, |entry| entry.untuned);
    crate::oref0::js::index(days).unwrap_or(0)
}
