//! From a source to days that are fit to be analysed.

use std::fmt;
use std::sync::Arc;

use autotune::prelude::*;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::AnalysisError;
use crate::history::History;
use crate::nightscout::Period;
use crate::oref0::js;
use crate::profile_store::{Baseline, ProfileChange};
use crate::quality::{Insufficient, Shortfall};
use crate::source::Source;
use crate::tasks::{load_data, load_nightscout_data, load_nightscout_profile, validate_profile};

/// How long readings are new enough to say nothing about it.
const NEW: SignedDuration = SignedDuration::from_hours(48);

/// Data that is fit to be analysed.
#[derive(Clone)]
pub struct Prepared {
    /// The records.
    pub history: Arc<History>,
    /// The days to tune with, oldest first.
    pub days: Vec<Date>,
    /// The profile it is tuned from, where that comes from a Nightscout.
    pub baseline: Option<Arc<Baseline>>,
    /// How that profile was another one for a while, or after the days.
    pub changes: Vec<ProfileChange>,
}

impl fmt::Display for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Some(first), Some(last)) = (self.days.first(), self.days.last()) else {
            return f.write_str("no days");
        };
        let readings = readings(&self.history, &self.days);
        write!(f, "{} days with {readings} readings, {first} to {last}", self.days.len())
    }
}

/// Shown without any record.
impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Prepared({self})")
    }
}

/// Load data, choose the days, and check that all of it is fit for advice.
#[flow(name = "data-preparation", version = "0.2.0", timeout = "30m")]
pub async fn data_preparation(
    source: Source,
    days: u32,
    until: Option<Date>,
    min_entries: u32,
) -> Result<Prepared, AnalysisError> {
    let (history, profile) = match source {
        Source::Directory { path, zone } => (load_data(path, zone).await?, None),
        Source::Nightscout { address, credentials, selection } => {
            let store = load_nightscout_profile(address.clone(), credentials.clone()).await?;
            let baseline = validate_profile(&store, &selection).await?;
            let zone = baseline.zone.clone();
            let records = load_nightscout_data(address, credentials, zone, until, days).await?;
            let (profile, zone) = (baseline.profile.clone(), baseline.zone.clone());
            let (entries, treatments) = (records.entries.clone(), records.treatments.clone());
            let history = History::new(profile.clone(), profile, zone, entries, treatments)?;
            (Arc::new(history), Some((store, selection, baseline)))
        }
    };

    // Thirty at the most: the rule of the analysis holds here.
    let days = history.last_days(usize::try_from(days).unwrap_or(usize::MAX))?;
    let (found, least) = (readings(&history, &days), usize::try_from(min_entries).unwrap_or(usize::MAX));
    if found < least {
        return Err(Insufficient { shortfalls: vec![Shortfall::Readings { found, least }] }.into());
    }
    let Some((store, selection, baseline)) = profile else {
        return Ok(Prepared { history, days, baseline: None, changes: Vec::new() });
    };
    let changes = match period(&history, &days) {
        Some(period) => {
            tell_age(period.last());
            store.unchanged(&selection, period)?
        }
        None => Vec::new(),
    };
    for change in &changes {
        let how = if change.duration.is_some() { "another one for a while" } else { "changed for good" };
        warn!("the profile was {how}, from {} on", change.at);
    }
    Ok(Prepared { history, days, baseline: Some(baseline), changes })
}

fn readings(history: &History, days: &[Date]) -> usize {
    days.iter().map(|day| history.coverage(*day).readings).sum()
}

/// From the first reading that counts to the last one.
fn period(history: &History, days: &[Date]) -> Option<Period> {
    let at = |date: &Date, hours: i64| {
        let midnight = Timestamp::from_millisecond(js::whole(history.zone().midnight(*date))).ok()?;
        midnight.checked_add(SignedDuration::from_hours(hours)).ok()
    };
    Some(Period::new(at(days.first()?, 4)?, at(days.last()?, 28)?))
}

fn tell_age(newest: Timestamp) {
    let age = Timestamp::now().duration_since(newest);
    if age > NEW {
        warn!(
            "the days to analyse ended {} days ago; the profile may have been another one since",
            age.as_hours() / 24
        );
    }
}
