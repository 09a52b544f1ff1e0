//! The records of some days, read from a Nightscout.
//!
//! Days are read from the newest one back until there are enough with readings,
//! so that a sensor that was away for a day is made up for by an earlier one.

use std::fmt;

use jiff::{SignedDuration, Timestamp, civil::Date};
use serde_json::Value;

use crate::{
    history::Coverage,
    nightscout::{Client, NightscoutError, Period},
    oref0::{Zone, js},
};

/// The hours after local midnight from and until which readings of a day count.
const ENTRY_HOURS: (i64, i64) = (4, 28);
/// The hours after local midnight from and until which treatments act on a day.
const TREATMENT_HOURS: (i64, i64) = (-18, 42);
/// Old servers keep times as they were written and compare them as text, so that
/// a treatment may be found as many hours off as its zone is from UTC.
const ZONE_HOURS: i64 = 14;

/// Records of some days, newest first.
pub struct Download {
    /// Glucose entries.
    pub entries: Vec<Value>,
    /// Treatments.
    pub treatments: Vec<Value>,
}

/// Records are shown as their number: what is in them is nobody's business.
impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Download({} entries, {} treatments)", self.entries.len(), self.treatments.len())
    }
}

/// Reads as many days as are asked for, back from the last one or from the newest
/// reading, however old that is.
///
/// Fewer are there if Nightscout has no more, or too many days in between have no
/// readings.
pub async fn download(
    client: &Client,
    zone: &Zone,
    last: Option<Date>,
    days: u32,
) -> Result<Download, NightscoutError> {
    let nothing = Download { entries: Vec::new(), treatments: Vec::new() };
    let Some(newest) = (match last {
        Some(date) => Some(date),
        None => client.newest_entry().await?.and_then(|entry| zone.date(time_of(&entry, zone))),
    }) else {
        return Ok(nothing);
    };
    let (Some(mut until), Some(acting_until)) = (
        // A reading at the very end belongs to the day.
        at(zone, newest, ENTRY_HOURS.1).and_then(|at| at.checked_add(SignedDuration::from_millis(1)).ok()),
        at(zone, newest, TREATMENT_HOURS.1 + ZONE_HOURS),
    ) else {
        return Ok(nothing);
    };

    let (mut entries, mut full, mut oldest) = (Vec::new(), 0, newest);
    // As many days again may lack readings, and the newest one is rarely over.
    for _ in 0..=2 * days + 1 {
        let Some(from) = at(zone, oldest, ENTRY_HOURS.0).filter(|from| *from < until) else { break };
        entries.extend(client.entries(Period::new(from, until)).await?);
        full += u32::from(coverage(&entries, zone, oldest).is_enough());
        let (true, Ok(before)) = (full < days, oldest.yesterday()) else { break };
        until = from;
        oldest = before;
    }
    let Some(acting_from) = at(zone, oldest, TREATMENT_HOURS.0 - ZONE_HOURS) else { return Ok(nothing) };
    let treatments = client.treatments(Period::new(acting_from, acting_until)).await?;
    Ok(Download { entries, treatments })
}

fn coverage(entries: &[Value], zone: &Zone, date: Date) -> Coverage {
    let midnight = zone.midnight(date);
    let hours = |hours: i64| SignedDuration::from_hours(hours).as_millis_f64();
    let (first, last) = (midnight + hours(ENTRY_HOURS.0), midnight + hours(ENTRY_HOURS.1));
    let times = entries.iter().map(|entry| time_of(entry, zone));
    let times: Vec<f64> = times.filter(|time| *time >= first && *time <= last).collect();
    Coverage::of(&times, first)
}

fn time_of(entry: &Value, zone: &Zone) -> f64 {
    zone.date_of(entry.get("date").filter(|date| date.is_number()).or_else(|| entry.get("dateString")))
}

/// So many hours after the midnight that begins a local day.
fn at(zone: &Zone, date: Date, hours: i64) -> Option<Timestamp> {
    let midnight = zone.midnight(date);
    let midnight = Timestamp::from_millisecond(js::whole(midnight)).ok().filter(|_| midnight.is_finite())?;
    midnight.checked_add(SignedDuration::from_hours(hours)).ok()
}
