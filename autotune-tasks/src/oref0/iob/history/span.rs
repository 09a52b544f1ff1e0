//! A temporary rate over a stretch of time, and splitting it.

use super::HistoryError;
use crate::oref0::{
    js::{self, round},
    treatment::{Minutes, Stamp},
    zone::{MINUTE, Zone},
};

/// Pieces are at most this long, so that doses lie close to their insulin.
const LONGEST_PIECE: f64 = 30.0;
const DAY: f64 = 1440.0;

/// A basal rate over a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Span {
    /// The record it comes from.
    pub(super) record: Option<usize>,
    /// Units per hour.
    pub(super) rate: f64,
    /// Not a number where the duration is unknown.
    pub(super) minutes: f64,
    /// The duration was given as `null`, which is zero but cancels a rate.
    pub(super) is_null: bool,
    /// The time the schedule is looked up at.
    pub(super) timestamp: f64,
    /// The time boundaries are looked up at.
    pub(super) started: f64,
    /// The time it counts from.
    pub(super) date: f64,
}

impl Span {
    pub(super) const fn new(record: usize, at: Stamp, rate: f64, duration: Minutes) -> Self {
        Self {
            record: Some(record),
            rate,
            minutes: duration.minutes,
            is_null: duration.is_null,
            timestamp: at.date,
            started: at.moment,
            date: at.moment,
        }
    }

    /// A rate of zero for no time.
    pub(super) const fn zero(at: f64) -> Self {
        Self {
            record: None,
            rate: 0.0,
            minutes: 0.0,
            is_null: false,
            timestamp: f64::NAN,
            started: at,
            date: at,
        }
    }

    /// Moves the start to a time that was printed and read back.
    pub(super) const fn restart(&mut self, at: f64) {
        self.timestamp = at;
        self.started = at;
    }

    /// The two parts, if a boundary or the greatest length makes it two.
    fn split_at(&self, boundary: f64, start: f64) -> Option<(Self, Self)> {
        let end = start + self.minutes;
        let is_long = self.minutes > LONGEST_PIECE;
        let crosses = start < boundary && end > boundary;
        let crosses_next_day = end > DAY && boundary < end - DAY;
        if !is_long && !crosses && !crosses_next_day {
            return None;
        }
        let first = if is_long {
            LONGEST_PIECE
        } else if end > DAY {
            DAY - start
        } else {
            boundary - start
        };
        let mut rest = Self { minutes: self.minutes - first, ..*self };
        rest.restart(end_as_printed(self.started, first));
        rest.date = rest.started;
        Some((Self { minutes: first, ..*self }, rest))
    }
}

/// Splits a rate at the schedule's boundaries and into half hours.
///
/// Works in passes over all pieces, as the reference does. Quirk: in a pass, a
/// piece that needs no split but follows one that did is lost. Pieces that
/// begin after `end` are left out.
pub(super) fn split(
    rate: &Span,
    boundaries: &[f64],
    zone: &Zone,
    end: f64,
) -> Result<Vec<Span>, HistoryError> {
    const MOST_PASSES: usize = 1_000_000;

    let mut whole = Vec::new();
    let mut pieces = vec![*rate];
    let mut next = Vec::new();
    for _ in 0..MOST_PASSES {
        let mut found = false;
        for piece in pieces.drain(..).filter(|piece| !piece.date.gt(&end)) {
            match split_once(&piece, boundaries, zone) {
                Some((first, rest)) => {
                    next.extend([first, rest]);
                    found = true;
                }
                // Whole, as is everything before it: later passes keep it.
                None if !found => whole.push(piece),
                None => {}
            }
        }
        if !found {
            return Ok(whole);
        }
        std::mem::swap(&mut pieces, &mut next);
    }
    Err(HistoryError::Pieces)
}

fn split_once(piece: &Span, boundaries: &[f64], zone: &Zone) -> Option<(Span, Span)> {
    if piece.minutes.is_nan() {
        return None;
    }
    let start = zone.minute_of_day(piece.started).map_or(f64::NAN, js::count);
    boundaries.iter().find_map(|&boundary| piece.split_at(boundary, start))
}

/// A time so many minutes later, printed without milliseconds and read back.
pub(super) fn end_as_printed(started: f64, minutes: f64) -> f64 {
    let milliseconds = minutes * MINUTE;
    let rounded = round(milliseconds.abs()).copysign(milliseconds);
    ((started + rounded) / 1000.0).floor() * 1000.0
}
