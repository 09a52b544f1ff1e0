//! What each reading of a day was used for.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::unreadable;
use crate::{
    chain::DayError,
    history::{Coverage, DayInput},
    oref0::{self, Clock, GlucoseDatum, Prep, Zone},
};

/// Readings that have no past to be compared with.
const WITHOUT_PAST: usize = 4;
/// Below this a reading is not looked at, mg/dL.
const LOWEST_GLUCOSE: f64 = 40.0;
/// Above this a rise is put down to a meal, mg/dL per 5 minutes.
const UNANNOUNCED_DEVIATION: f64 = 6.0;

/// A glucose reading and what it was used for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// Milliseconds since 1970.
    pub at: f64,
    /// mg/dL; the mean where readings were doubled.
    pub glucose: f64,
    /// What it was used for.
    pub role: Role,
}

/// What dominates a reading, and so what it can tune.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Basal insulin: tunes the basal rates.
    Basal,
    /// Insulin above the schedule: tunes the sensitivity.
    Sensitivity,
    /// Announced carbs: tunes the carb sensitivity.
    Carbs,
    /// A rise that no announced carbs explain.
    ///
    /// Counts as basal data on days with announced meals; on others, what the
    /// analysis sets aside because of such rises is shown as this too.
    Unannounced,
    /// Nothing: the first readings of the day, the newest, and those below 40 mg/dL.
    LeftOut,
}

/// The readings of a day, oldest first.
pub(super) fn readings(day: &DayInput, prepared: &Prep) -> Result<Vec<Reading>, DayError> {
    let clock = Clock { zone: &day.zone, now: day.now };
    let buckets = oref0::buckets(&day.entries, clock).map_err(unreadable(day.date))?;
    let roles = roles(prepared, &day.zone);
    let mut readings: Vec<Reading> = buckets
        .iter()
        .enumerate()
        .map(|(place, bucket)| {
            let before = buckets.get(place + WITHOUT_PAST);
            let is_low = |glucose: f64| glucose < LOWEST_GLUCOSE;
            let was_looked_at =
                place > 0 && !is_low(bucket.glucose) && before.is_some_and(|before| !is_low(before.glucose));
            let otherwise = if was_looked_at { Role::Unannounced } else { Role::LeftOut };
            let role = roles.get(&bucket.time.to_bits()).copied().unwrap_or(otherwise);
            Reading { at: bucket.time, glucose: bucket.glucose, role }
        })
        .collect();
    readings.reverse();
    Ok(readings)
}

/// How much of a day has readings, whatever they were used for.
///
/// Entries that cannot be read count as none: sorting them says what is wrong.
pub(super) fn coverage(day: &DayInput) -> Coverage {
    let clock = Clock { zone: &day.zone, now: day.now };
    let buckets = oref0::buckets(&day.entries, clock).unwrap_or_default();
    let times: Vec<f64> = buckets.iter().map(|bucket| bucket.time).collect();
    Coverage::of(&times, day.window().start)
}

/// How often a rise without announced carbs began.
pub(super) fn unannounced_meals(readings: &[Reading]) -> usize {
    let mut last = Role::LeftOut;
    let mut meals = 0;
    for reading in readings.iter().filter(|reading| reading.role != Role::LeftOut) {
        if reading.role == Role::Unannounced && last != Role::Unannounced {
            meals += 1;
        }
        last = reading.role;
    }
    meals
}

/// The roles by time; times are the same numbers on both sides.
fn roles(prepared: &Prep, zone: &Zone) -> HashMap<u64, Role> {
    let mut roles = HashMap::new();
    let mut add = |data: &[GlucoseDatum], role: Role| {
        for datum in data {
            let role = if is_unannounced(datum) { Role::Unannounced } else { role };
            roles.extend(datum.time(zone).map(|at| (at.to_bits(), role)));
        }
    };
    let (basal, unannounced) = split_unannounced(&prepared.basal, zone);
    add(basal, Role::Basal);
    add(unannounced, Role::Unannounced);
    add(&prepared.isf, Role::Sensitivity);
    add(&prepared.csf, Role::Carbs);
    roles
}

/// Whether a reading alone shows that it belongs to an unannounced meal.
fn is_unannounced(datum: &GlucoseDatum) -> bool {
    let starts = datum.field("uamAbsorption").is_some();
    let has_carbs = datum.field("mealCarbs").is_some();
    starts || (!has_carbs && datum.deviation() > UNANNOUNCED_DEVIATION)
}

/// The basal data, and the unannounced meals that were put behind it.
///
/// On days with little else both are mixed, and only the start of a rise tells.
fn split_unannounced<'d>(basal: &'d [GlucoseDatum], zone: &Zone) -> (&'d [GlucoseDatum], &'d [GlucoseDatum]) {
    let start = basal.iter().position(|datum| datum.field("uamAbsorption").is_some());
    let Some((before, behind)) = start.and_then(|start| basal.split_at_checked(start)) else {
        return (basal, &[]);
    };
    let is_in_order = |data: &[GlucoseDatum]| data.is_sorted_by_key(|datum| datum.time(zone));
    if is_in_order(before) && is_in_order(behind) { (before, behind) } else { (basal, &[]) }
}
