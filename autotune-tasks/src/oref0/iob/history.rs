//! Turning treatments into doses. (oref0 `lib/iob/history.js`)
//!
//! Boluses are doses as they are. A temporary basal rate becomes doses of
//! ±0.05 units for the difference to the scheduled rate, after rates that
//! overlap were cut, long ones split, and pump suspensions taken out.
//!
//! The quirks of the reference are kept where they change a number: they are
//! named where they occur.

mod delivery;
mod events;
mod span;
mod suspension;

use serde_json::Value;

use crate::oref0::{
    iob::{Curve, Iob, total},
    js::is_truthy_number,
    prep::PrepError,
    profile::Profile,
    treatment::{Clock, Reader, Treatment},
    zone::HOUR,
};
pub use delivery::Delivery;
use delivery::Quanta;
use events::Events;
use span::{Span, split};
use suspension::Suspensions;

/// Insulin given at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dose {
    /// Milliseconds; doses of a temporary basal rate have fractions.
    pub date: f64,
    /// Units; negative where a temporary rate was below the schedule.
    pub insulin: f64,
}

/// The insulin history cannot be followed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// A suspension that never ended has no start either.
    #[error("the pump is suspended, but the `PumpSuspend` record has no valid `timestamp`")]
    SuspendedSince,
    /// A temporary rate so high that it would take millions of doses.
    #[error("a temporary basal rate of {rate} U/h is no rate a pump can deliver")]
    Rate {
        /// Units per hour.
        rate: f64,
    },
    /// A schedule so fine, or a rate so long, that splitting does not end.
    #[error(
        "a temporary basal rate falls into millions of pieces; \
         check its `duration` and write whole `minutes` in the basal schedule"
    )]
    Pieces,
}

/// The doses in a whole history of treatments, newest first, as of now.
pub fn insulin_doses(
    treatments: &[Value],
    profile: &Profile,
    clock: Clock<'_>,
) -> Result<Vec<Dose>, HistoryError> {
    let mut history = InsulinHistory::new(treatments, Delivery::of(profile), clock);
    history.doses_until(f64::INFINITY)?;
    Ok(history.doses)
}

/// The insulin on board at each of some readings, oldest first.
///
/// As in the first step, each sees the treatments of the six hours before it.
pub fn iob_trace(
    treatments: &[Value],
    profile: &Profile,
    clock: Clock<'_>,
    readings: &[f64],
) -> Result<Vec<Iob>, PrepError> {
    let curve = Curve::of(profile)?;
    let mut history = InsulinHistory::new(treatments, Delivery::of(profile), clock);
    let at = |reading: &f64| Ok(total(history.doses_before(*reading)?, &curve, *reading));
    readings.iter().map(at).collect()
}

/// Treatments, read once and looked at for every reading.
#[derive(Debug)]
pub(crate) struct InsulinHistory<'a> {
    clock: Clock<'a>,
    delivery: Delivery,
    records: Vec<Treatment>,
    /// What each record's temporary rate came to, and for which duration.
    delivered: Vec<Option<Delivered>>,
    selected: Vec<usize>,
    doses: Vec<Dose>,
}

#[derive(Debug, Clone)]
struct Delivered {
    minutes: f64,
    quanta: Vec<Quanta>,
}

impl<'a> InsulinHistory<'a> {
    pub(crate) fn new<'v>(
        treatments: impl IntoIterator<Item = &'v Value>,
        delivery: Delivery,
        clock: Clock<'a>,
    ) -> Self {
        let mut reader = Reader::new(clock);
        let records: Vec<_> = treatments.into_iter().map(|record| reader.read(record)).collect();
        Self {
            clock,
            delivery,
            delivered: vec![None; records.len()],
            selected: Vec::with_capacity(records.len()),
            records,
            doses: Vec::new(),
        }
    }

    /// The doses of the six hours before a reading, in order of time.
    pub(crate) fn doses_before(&mut self, reading: f64) -> Result<&[Dose], HistoryError> {
        let is_recent = |record: &Treatment| {
            let age = reading - record.created;
            age < 6.0 * HOUR && age > 0.0
        };
        self.selected.clear();
        let places = 0..self.records.len();
        self.selected.extend(places.zip(&self.records).filter(|(_, r)| is_recent(r)).map(|(i, _)| i));
        self.find_doses(reading, f64::INFINITY)
    }

    /// The doses of the whole history; those after `end` may be left out.
    pub(crate) fn doses_until(&mut self, end: f64) -> Result<&[Dose], HistoryError> {
        self.selected.clear();
        self.selected.extend(0..self.records.len());
        self.find_doses(self.clock.now, end)
    }

    fn find_doses(&mut self, now: f64, end: f64) -> Result<&[Dose], HistoryError> {
        // Suspensions are gathered before the records' times are settled.
        let suspensions = self
            .delivery
            .zeroes_suspensions()
            .then(|| Suspensions::of(self.selected.iter().map(|&at| &self.records[at])))
            .filter(|suspensions| !suspensions.is_empty());
        self.doses.clear();
        let events = Events::of(&mut self.records, &self.selected, now, &mut self.doses);
        let rates = events.without_overlaps(now);
        let mut quanta = match suspensions {
            None => self.deliver(&rates, end)?,
            Some(suspensions) => self.deliver_around(&suspensions, &rates, now, end)?,
        };
        if !quanta.is_sorted_by(|a, b| a.date <= b.date) {
            quanta.sort_by(|a, b| a.date.total_cmp(&b.date));
        }
        self.doses.extend(quanta.iter().flat_map(Quanta::doses));
        self.doses.retain(|dose| !dose.date.is_nan() && is_truthy_number(dose.insulin));
        self.doses.sort_by(|a, b| a.date.total_cmp(&b.date));
        Ok(&self.doses)
    }

    fn deliver(&mut self, rates: &[Span], end: f64) -> Result<Vec<Quanta>, HistoryError> {
        let mut all = Vec::new();
        for rate in rates {
            // The same rate is seen by many readings; only the last one of a
            // window is cut differently each time.
            let known = rate.record.and_then(|record| self.delivered.get_mut(record));
            let minutes = rate.minutes;
            match known {
                Some(Some(known)) if known.minutes.to_bits() == minutes.to_bits() => {
                    all.extend_from_slice(&known.quanta);
                }
                known => {
                    let quanta = self.delivery.deliver(rate, self.clock.zone, end)?;
                    all.extend_from_slice(&quanta);
                    if let Some(known) = known.filter(|_| end == f64::INFINITY) {
                        *known = Some(Delivered { minutes, quanta });
                    }
                }
            }
        }
        Ok(all)
    }

    fn deliver_around(
        &self,
        suspensions: &Suspensions,
        rates: &[Span],
        now: f64,
        end: f64,
    ) -> Result<Vec<Quanta>, HistoryError> {
        let zone = self.clock.zone;
        let boundaries = self.delivery.boundaries();
        let mut pieces = Vec::new();
        for rate in rates {
            for piece in split(rate, boundaries, zone, end)? {
                suspensions.cut(piece, &mut pieces);
            }
        }
        for suspended in suspensions.zero_rates(now)? {
            pieces.extend(split(&suspended, boundaries, zone, end)?);
        }
        let mut quanta = Vec::with_capacity(pieces.len());
        for piece in &pieces {
            quanta.extend(self.delivery.quanta(piece, zone)?);
        }
        Ok(quanta)
    }
}

/// The end of a rate; multiplied in the reference's order, which rounds twice.
fn end_of(date: f64, minutes: f64) -> f64 {
    date + minutes * 60.0 * 1000.0
}
