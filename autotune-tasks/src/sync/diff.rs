//! What would be written, beside what a person has set.

mod table;

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Options, entry::Entry, schedule::time};
use crate::{
    oref0::Bound,
    profile_store::{Schedule, Units},
    recommendation::{Change, Recommendation},
};

/// What would be written, beside what a person has set.
///
/// Old values are always those of the entry that was analysed, never those of an
/// earlier tuning. New ones are as they would be written: rounded.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Diff {
    /// The name of the tuned entry.
    pub name: String,
    /// The name of the entry that was analysed, which stays as it is.
    pub baseline: String,
    /// Whether an own entry of an earlier run is replaced.
    pub replaces: bool,
    /// Whether the tuned entry becomes the default one.
    pub activates: bool,
    /// How many days were analysed.
    pub days: usize,
    /// The last of them.
    pub until: Option<Date>,
    /// The units of the sensitivities.
    pub units: Units,
    /// Basal rates, units per hour.
    pub basal: Vec<Segment>,
    /// The basal insulin of a whole day, units.
    pub daily_basal: Segment,
    /// Sensitivities, in `units` per unit of insulin.
    pub sensitivity: Vec<Segment>,
    /// Carb ratios, grams per unit.
    pub carb_ratio: Vec<Segment>,
    /// The duration of insulin action, hours; `None` if the entry does not say it.
    pub dia: Option<Segment>,
}

/// One value, from its time on.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// When it begins, as `HH:MM`.
    pub time: String,
    /// What the person has set.
    pub old: f64,
    /// What would be written.
    pub new: f64,
    /// The change, in percent of the old value.
    pub percent: f64,
    /// The bound around the person's own value that the tuned one lies at.
    pub limit: Option<Bound>,
    /// Days on which a bound held it back.
    pub limited_days: usize,
}

impl Diff {
    pub(super) fn new(
        old: &Entry,
        new: &Entry,
        recommendation: &Recommendation,
        options: &Options,
        replaces: bool,
    ) -> Self {
        let Recommendation { isf, carb_ratio, basals, .. } = recommendation;
        let hour = |minute: u16| basals.get(usize::from(minute / 60)).map(|basal| &basal.change);
        let sums = (daily(&old.basal), daily(&new.basal));
        let dia = old.dia.zip(new.dia);
        Self {
            name: options.name.clone(),
            baseline: options.baseline.clone(),
            replaces,
            activates: options.activate,
            days: recommendation.days.len(),
            until: recommendation.days.last().copied(),
            units: old.units,
            basal: segments(&old.basal, &new.basal, hour),
            daily_basal: Segment::new(0, sums.0, sums.1, None),
            sensitivity: segments(&old.sensitivity, &new.sensitivity, |_| Some(isf)),
            carb_ratio: segments(&old.carb_ratio, &new.carb_ratio, |_| Some(carb_ratio)),
            dia: dia.map(|(old, new)| Segment::new(0, old, new, None)),
        }
    }
}

impl Segment {
    fn new(minute: u16, old: f64, new: f64, change: Option<&Change>) -> Self {
        Self {
            time: time(minute),
            old,
            new,
            percent: (new - old) / old * 100.0,
            limit: change.and_then(|change| change.limit).map(|limit| limit.bound),
            limited_days: change.map_or(0, |change| change.limited_days),
        }
    }
}

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        table::write(self, f)
    }
}

/// Shown as its size: names and doses are nobody's business.
impl fmt::Debug for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.basal.len() + self.sensitivity.len() + self.carb_ratio.len();
        write!(f, "Diff({count} segments)")
    }
}

impl fmt::Debug for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Segment(at {})", self.time)
    }
}

fn segments<'c>(old: &Schedule, new: &Schedule, change: impl Fn(u16) -> Option<&'c Change>) -> Vec<Segment> {
    let segment = |new: &crate::profile_store::Segment| {
        Segment::new(new.minute, old.at(new.minute), new.value, change(new.minute))
    };
    new.segments().iter().map(segment).collect()
}

/// What the rates of a day add up to, units.
fn daily(basal: &Schedule) -> f64 {
    let ends = basal.segments().iter().skip(1).map(|segment| segment.minute).chain([24 * 60]);
    basal
        .segments()
        .iter()
        .zip(ends)
        .map(|(segment, end)| segment.value * f64::from(end - segment.minute) / 60.0)
        .sum()
}
