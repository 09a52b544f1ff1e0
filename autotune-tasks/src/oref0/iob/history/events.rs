//! Picking boluses and temporary rates out of the records.

use super::{Dose, Span, end_of};
use crate::oref0::{
    js::{Direction, Key, sort_by_key},
    treatment::{Event, Marker, Minutes, Stamp, Treatment},
    zone::MINUTE,
};

/// The temporary rates among the records of one look at the history.
#[derive(Debug)]
pub(super) struct Events {
    rates: Vec<Span>,
    any: bool,
}

impl Events {
    /// Goes over the selected records, newest first, and settles their times.
    pub(super) fn of(
        records: &mut [Treatment],
        selected: &[usize],
        now: f64,
        boluses: &mut Vec<Dose>,
    ) -> Self {
        let mut found = Self { rates: Vec::new(), any: false };
        // Quirk: a rate without a duration of its own gets that of the rate before.
        let mut duration = Minutes::MISSING;
        let mut previous = now;
        for (place, &record) in selected.iter().enumerate() {
            let Some(current) = records.get_mut(record) else { continue };
            current.settle();
            let Treatment { at, event, .. } = *current;
            if at.moment > previous {
                continue;
            }
            previous = at.moment;
            match event {
                Event::PumpBolus { at, .. } if at > now => {}
                Event::PumpBolus { at, units } | Event::Bolus { at, units } => {
                    boluses.push(Dose { date: at, insulin: units });
                }
                Event::TempBasal { at, rate, duration } => {
                    found.rates.push(Span::new(record, at, rate, duration));
                }
                Event::PumpTempBasal { rate } => {
                    duration = pump_duration(records, selected, place, &at).unwrap_or(duration);
                    found.rates.push(Span::new(record, at, rate, duration));
                }
                Event::PercentTempBasal => continue,
                Event::Other => {}
            }
            found.any = true;
        }
        found
    }

    /// Puts the rates in order and cuts each where the next one begins.
    ///
    /// A zero rate one minute from now ends whatever still runs.
    pub(super) fn without_overlaps(self, now: f64) -> Vec<Span> {
        let mut rates = self.rates;
        if self.any {
            rates.push(Span::zero(now + MINUTE));
        }
        sort_by_key(&mut rates, Direction::Ascending, |rate| Key::Number(rate.date));
        let mut kept: Vec<Span> = Vec::with_capacity(rates.len());
        // Quirk: a rate that was cancelled is not compared with the one after
        // the cancellation, although rounding may have left them overlapping.
        let mut was_cancelled = false;
        for next in rates {
            if let Some(rate) = kept.last_mut().filter(|_| !was_cancelled)
                && end_of(rate.date, rate.minutes) > next.date
            {
                rate.minutes = (next.date - rate.date) / 60.0 / 1000.0;
                rate.is_null = false;
                if next.is_null {
                    was_cancelled = true;
                    continue;
                }
            }
            was_cancelled = false;
            kept.push(next);
        }
        kept
    }
}

/// The duration the pump reported for a rate at the same time.
///
/// The record before is asked first; one that lacks its duration makes it unknown.
fn pump_duration(records: &[Treatment], selected: &[usize], place: usize, at: &Stamp) -> Option<Minutes> {
    let duration_at = |record: usize| match records.get(record) {
        Some(record) if record.stamp().is_spelled_like(at) => match record.marker {
            Marker::TempBasalDuration(duration) => Some(duration),
            _ => None,
        },
        _ => None,
    };
    let before = place.checked_sub(1).and_then(|before| duration_at(*selected.get(before)?));
    before.or_else(|| selected.iter().find_map(|&record| duration_at(record)))
}
