//! Treatments as the insulin history reads them.
//!
//! Nightscout, OpenAPS, `AndroidAPS`, Loop, xDrip and raw pump records describe
//! boluses and temporary basal rates in different words. Each record is read
//! once into the one meaning the reference gives it.
//! (oref0 `lib/iob/history.js`)

use std::collections::HashMap;

use serde_json::Value;

use super::{js, zone::Zone};

/// The time zone and the clock of an analysis.
#[derive(Debug, Clone, Copy)]
pub struct Clock<'a> {
    /// The zone local times are in.
    pub zone: &'a Zone,
    /// The time now, milliseconds; it stands in for missing dates.
    pub now: f64,
}

impl Clock<'_> {
    /// `moment(value)`: a missing value is now.
    #[must_use]
    pub fn moment(&self, value: Option<&Value>) -> f64 {
        match value {
            None => self.now,
            Some(Value::String(text)) => self.zone.moment_of_text(text),
            Some(Value::Number(_)) => js::number(value).trunc(),
            Some(_) => f64::NAN,
        }
    }
}

/// A time stamp, read both ways.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stamp {
    /// The same for stamps that are spelled the same.
    spelling: usize,
    /// As `moment` reads it.
    pub(crate) moment: f64,
    /// As `new Date` reads it.
    pub(crate) date: f64,
    /// As a number; text is not one.
    pub(crate) number: f64,
}

impl Stamp {
    pub(crate) const fn is_spelled_like(&self, other: &Self) -> bool {
        self.spelling == other.spelling
    }
}

/// A duration in minutes that may have been cancelled with `null`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Minutes {
    /// Not a number where none was given.
    pub(crate) minutes: f64,
    /// `AndroidAPS` cancels a temporary rate with a duration of `null`.
    pub(crate) is_null: bool,
}

impl Minutes {
    pub(crate) const MISSING: Self = Self { minutes: f64::NAN, is_null: false };

    fn of(value: Option<&Value>) -> Self {
        Self { minutes: js::number(value), is_null: value.is_some_and(Value::is_null) }
    }
}

/// What the insulin history makes of a record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Event {
    /// A bolus from the pump's own history, which may not lie in the future.
    PumpBolus { at: f64, units: f64 },
    /// A bolus someone entered.
    Bolus { at: f64, units: f64 },
    /// A temporary basal rate, units per hour.
    TempBasal { at: Stamp, rate: f64, duration: Minutes },
    /// A temporary rate whose duration is in another record.
    PumpTempBasal { rate: f64 },
    /// A temporary rate in percent, which is passed over.
    PercentTempBasal,
    /// Nothing that delivers insulin.
    Other,
}

/// What a record says about the pump, apart from insulin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Marker {
    Suspend,
    Resume,
    TempBasalDuration(Minutes),
    None,
}

/// A record of the insulin history.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Treatment {
    /// `created_at`, as `new Date` reads it; decides which readings see it.
    pub(crate) created: f64,
    /// The record's time as long as no insulin history has gone over it…
    given: Stamp,
    /// …and from then on: the reference overwrites it in place.
    settled: Stamp,
    /// The time the event is taken to be at.
    pub(crate) at: Stamp,
    pub(crate) marker: Marker,
    pub(crate) event: Event,
    is_settled: bool,
}

impl Treatment {
    /// The record's own time stamp, which is not always that of its event.
    pub(crate) const fn stamp(&self) -> Stamp {
        if self.is_settled { self.settled } else { self.given }
    }

    /// `created_at` has replaced `timestamp`.
    pub(crate) const fn settle(&mut self) {
        self.is_settled = true;
    }
}

/// Reads records, giving equal time stamps the same spelling.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    clock: Clock<'a>,
    stamps: HashMap<String, Stamp>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(clock: Clock<'a>) -> Self {
        Self { clock, stamps: HashMap::new() }
    }

    pub(crate) fn read(&mut self, record: &Value) -> Treatment {
        let given = self.stamp(record.get("timestamp"));
        let nested = record.get("bolus").filter(|bolus| word(bolus, "_type") == "Bolus");
        let current = nested.unwrap_or(record);
        let at = self.settled(current);
        Treatment {
            created: self.clock.zone.date_of(record.get("created_at")),
            given,
            settled: if nested.is_some() { given } else { at },
            at,
            marker: marker(record),
            event: self.event(current, at),
            is_settled: false,
        }
    }

    /// `created_at` where there is one, else `timestamp`.
    fn settled(&mut self, record: &Value) -> Stamp {
        let created = record.get("created_at");
        if js::truthy(created) { self.stamp(created) } else { self.stamp(record.get("timestamp")) }
    }

    fn event(&mut self, record: &Value, at: Stamp) -> Event {
        let entered_by = word(record, "enteredBy");
        let kind = word(record, "_type");
        let event_type = word(record, "eventType");
        let insulin = record.get("insulin");
        if kind == "Bolus" {
            return Event::PumpBolus { at: at.moment, units: js::number(record.get("amount")) };
        }
        if matches!(event_type, "Meal Bolus" | "Correction Bolus" | "Snack Bolus" | "Bolus Wizard")
            || (entered_by == "HAPP_App" && js::truthy(insulin))
        {
            let at = self.clock.moment(record.get("created_at"));
            return Event::Bolus { at, units: js::number(insulin) };
        }
        if entered_by == "xdrip" {
            return Event::Bolus { at: at.moment, units: js::number(insulin) };
        }
        if event_type == "Temp Basal" {
            return self.temp_basal(record, at);
        }
        match (kind, word(record, "temp")) {
            ("TempBasal", "percent") => Event::PercentTempBasal,
            ("TempBasal", _) => Event::PumpTempBasal { rate: js::number(record.get("rate")) },
            _ => Event::Other,
        }
    }

    fn temp_basal(&mut self, record: &Value, at: Stamp) -> Event {
        let duration = Minutes::of(record.get("duration"));
        if matches!(word(record, "enteredBy"), "HAPP_App" | "openaps://AndroidAPS") {
            return Event::TempBasal {
                at: self.stamp(record.get("created_at")),
                rate: js::number(record.get("absolute")),
                duration,
            };
        }
        // Loop reports the insulin that was in fact delivered.
        let rate = match record.get("amount") {
            Some(amount) => js::number(Some(amount)) / duration.minutes * 60.0,
            None => js::number(record.get("rate")),
        };
        Event::TempBasal { at, rate, duration }
    }

    fn stamp(&mut self, value: Option<&Value>) -> Stamp {
        let spelling = value.map_or_else(String::new, Value::to_string);
        if let Some(stamp) = self.stamps.get(&spelling) {
            return *stamp;
        }
        let stamp = Stamp {
            spelling: self.stamps.len(),
            moment: self.clock.moment(value),
            date: self.clock.zone.date_of(value),
            number: js::number(value),
        };
        self.stamps.insert(spelling, stamp);
        stamp
    }
}

fn marker(record: &Value) -> Marker {
    match word(record, "_type") {
        "PumpSuspend" => Marker::Suspend,
        "PumpResume" => Marker::Resume,
        "TempBasalDuration" => Marker::TempBasalDuration(Minutes::of(record.get("duration (min)"))),
        _ => Marker::None,
    }
}

/// A field that is text, or nothing.
fn word<'v>(record: &'v Value, field: &str) -> &'v str {
    record.get(field).and_then(Value::as_str).unwrap_or("")
}
