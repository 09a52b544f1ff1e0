//! Tuning the basal rates, hour by hour.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Limit, Prep, Profile, Range, TuneError};
use crate::oref0::{
    js::{self, is_truthy_number, round2, round3},
    profile::is_zero,
    zone::Zone,
};

const HOURS: usize = 24;
/// The hours before a deviation whose basal insulin would have acted by then.
const LOOKING_BACK: [usize; 3] = [3, 2, 1];

/// What was done to one hour's basal rate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct HourStep {
    /// The hour, 0 to 23.
    pub hour: usize,
    /// Units per hour before.
    pub old: f64,
    /// Units per hour after.
    pub new: f64,
    /// The bound that cut the rate short.
    pub limit: Option<Limit>,
    /// Readings of the three hours after, which the rate is tuned with.
    pub points: usize,
    /// No data asked for a change: the rate drifts towards its neighbours.
    pub is_untuned: bool,
}

/// One hour of a schedule.
struct Hour {
    /// The schedule entry in force, with all its fields.
    entry: Map<String, Value>,
    old: f64,
    new: f64,
    limit: Option<Limit>,
}

/// The tuned schedule, one entry for each hour, and what was done.
pub(super) fn tune(
    prep: &Prep,
    previous: &Profile,
    pump: &Profile,
    isf: f64,
    ratios: Range,
    zone: &Zone,
) -> Result<(Vec<Value>, Vec<HourStep>), TuneError> {
    let (mut hours, pump_rates) = hourly(previous, pump)?;
    let deviations = Deviations::by_hour(prep, zone)?;
    for (hour, sum) in deviations.sums.iter().enumerate() {
        adjust_before(&mut hours, hour, *sum, isf);
    }
    for (hour, rate) in hours.iter_mut().zip(&pump_rates) {
        let range = Range { lowest: rate * ratios.lowest, highest: rate * ratios.highest };
        let (new, limit) = range.clamp(hour.new);
        hour.limit = limit;
        hour.new = round3(new);
    }
    let untuned = drift_to_neighbours(&mut hours);

    let steps = hours
        .iter()
        .zip(&untuned)
        .enumerate()
        .map(|(place, (hour, &is_untuned))| HourStep {
            hour: place,
            old: hour.old,
            new: hour.new,
            limit: hour.limit,
            points: deviations.points_for(place),
            is_untuned,
        })
        .collect();
    let schedule = hours
        .into_iter()
        .zip(untuned)
        .enumerate()
        .map(|(place, (hour, is_untuned))| hour.into_entry(place, is_untuned))
        .collect();
    Ok((schedule, steps))
}

/// The rates in force at each full hour, of the profile and of the pump.
///
/// Both schedules are checked hour by hour, so that the first fault is reported.
fn hourly(previous: &Profile, pump: &Profile) -> Result<(Vec<Hour>, Vec<f64>), TuneError> {
    let profile = "profile";
    let entries = previous.basal_entries().ok_or(TuneError::NoBasals { profile })?;
    let schedule = Schedule::new(profile, entries);
    let pump_entries = pump.basal_entries().filter(|entries| js::truthy(entries.first()));
    let pump = pump_entries.map(|entries| Schedule::new("pump profile", entries));

    let (mut hours, mut pump_rates) = (Vec::with_capacity(HOURS), Vec::new());
    for hour in 0..HOURS {
        let minute = js::count(hour * 60);
        schedule.refuse_zero(|entry| entry.minutes <= minute)?;
        let entry = schedule.in_force(minute)?.as_object();
        hours.push(Hour::new(entry.ok_or(TuneError::LateBasals { profile })?));
        if let Some(pump) = &pump {
            pump.refuse_zero(|_| true)?;
            pump_rates.push(round3(js::number(pump.in_force(minute)?.get("rate"))));
        }
    }
    Ok((hours, pump_rates))
}

/// A basal schedule, in the order of the document.
struct Schedule<'p> {
    profile: &'static str,
    entries: Vec<Entry<'p>>,
}

struct Entry<'p> {
    minutes: f64,
    is_zero: bool,
    json: &'p Value,
}

impl<'p> Schedule<'p> {
    fn new(profile: &'static str, entries: &'p [Value]) -> Self {
        let entry = |json: &'p Value| Entry {
            minutes: js::number(json.get("minutes")),
            is_zero: is_zero(json.get("rate")),
            json,
        };
        Self { profile, entries: entries.iter().map(entry).collect() }
    }

    fn refuse_zero(&self, concerns: impl Fn(&Entry<'_>) -> bool) -> Result<(), TuneError> {
        let Self { profile, entries } = self;
        match entries.iter().find(|entry| entry.is_zero && concerns(entry)) {
            Some(entry) => Err(TuneError::ZeroBasal { profile, minutes: entry.minutes }),
            None => Ok(()),
        }
    }

    /// The last entry that begins no later.
    fn in_force(&self, minute: f64) -> Result<&'p Value, TuneError> {
        let entry = self.entries.iter().rfind(|entry| entry.minutes <= minute);
        entry.map(|entry| entry.json).ok_or(TuneError::LateBasals { profile: self.profile })
    }
}

impl Hour {
    fn new(entry: &Map<String, Value>) -> Self {
        let old = round3(js::number(entry.get("rate")));
        // Not-a-number is written as null, which counts as zero from then on.
        let new = if old.is_nan() { 0.0 } else { old };
        Self { entry: entry.clone(), old, new, limit: None }
    }

    #[expect(clippy::float_cmp, reason = "untouched means exactly equal")]
    fn is_untouched(&self) -> bool {
        self.old == self.new
    }

    fn into_entry(self, hour: usize, is_untuned: bool) -> Value {
        let mut entry = self.entry;
        let mut set = |name: &str, value| entry.insert(name.to_owned(), value);
        set("i", hour.into());
        set("minutes", (hour * 60).into());
        set("start", format!("{hour:02}:00:00").into());
        set("rate", js::json(self.new));
        if is_untuned {
            let days = js::number(entry.get("untuned"));
            let days = if is_truthy_number(days) { days + 1.0 } else { 1.0 };
            entry.insert("untuned".to_owned(), js::json(days));
        }
        Value::Object(entry)
    }
}

/// The deviations of the basal data within each hour.
struct Deviations {
    sums: [f64; HOURS],
    counts: [usize; HOURS],
}

impl Deviations {
    fn by_hour(prep: &Prep, zone: &Zone) -> Result<Self, TuneError> {
        let mut found = Self { sums: [0.0; HOURS], counts: [0; HOURS] };
        let mut time = None;
        for datum in &prep.basal {
            // Quirk: a reading without a date counts for the time of the one before.
            time = datum.time(zone).or(time);
            let hour = zone.hour(time.ok_or(TuneError::Undated)?);
            let Some(hour) = hour.filter(|hour| *hour < HOURS) else { continue };
            found.sums[hour] += datum.deviation();
            found.counts[hour] += 1;
        }
        Ok(found)
    }

    /// The readings that decide about an hour's rate.
    fn points_for(&self, hour: usize) -> usize {
        LOOKING_BACK.iter().map(|hours| self.counts[(hour + hours) % HOURS]).sum()
    }
}

/// Spreads what one hour's deviations call for over the three hours before.
fn adjust_before(hours: &mut [Hour], hour: usize, deviations: f64, isf: f64) {
    /// The share of the need that is acted on in one day.
    const SHARE: f64 = 0.2;

    let needed = round2(SHARE * round3(deviations) / isf);
    let before = LOOKING_BACK.map(|back| (hour + HOURS - back) % HOURS);
    if needed > 0.0 {
        for hour in before {
            hours[hour].new = round3(hours[hour].new + needed / 3.0);
        }
    } else if needed < 0.0 {
        let sum = before.iter().fold(0.0, |sum, &hour| sum + hours[hour].new);
        let ratio = 1.0 + needed / sum;
        for hour in before {
            hours[hour].new = round3(hours[hour].new * ratio);
        }
    }
}

/// Moves hours that no data touched a fifth of the way to their neighbours.
fn drift_to_neighbours(hours: &mut [Hour]) -> [bool; HOURS] {
    let mut untuned = [false; HOURS];
    let mut last_adjusted = 0;
    for place in 0..HOURS {
        if !hours[place].is_untouched() {
            last_adjusted = place;
            continue;
        }
        let next_adjusted = (place..HOURS).find(|&next| !hours[next].is_untouched()).unwrap_or(HOURS - 1);
        let (last, next) = (hours[last_adjusted].new, hours[next_adjusted].new);
        hours[place].new = round3(0.8 * hours[place].old + 0.1 * last + 0.1 * next);
        untuned[place] = true;
    }
    untuned
}
