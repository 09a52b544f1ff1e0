//! What a temporary rate delivers above or below the schedule.

use super::{Dose, HistoryError, Span, split};
use crate::oref0::{
    js::{self, is_truthy_number, round},
    profile::{Basals, Profile},
    zone::Zone,
};

/// Units of one dose of a temporary basal rate.
const QUANTUM: f64 = 0.05;

/// The profile's side of insulin delivery.
#[derive(Debug, Clone)]
pub struct Delivery {
    basals: Option<Basals>,
    current_basal: f64,
    /// Minutes of the day at which rates are split, in the profile's order.
    boundaries: Vec<f64>,
    exercise_ratio: Option<f64>,
    zeroes_suspensions: bool,
}

/// Equal doses at equal distances.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Quanta {
    pub(super) date: f64,
    insulin: f64,
    count: usize,
    /// Minutes from one dose to the next.
    spacing: f64,
}

impl Quanta {
    pub(super) fn doses(&self) -> impl Iterator<Item = Dose> {
        (0..self.count).map(|place| Dose {
            date: self.date + js::count(place) * self.spacing * 60.0 * 1000.0,
            insulin: self.insulin,
        })
    }
}

impl Delivery {
    /// What a profile says about delivery.
    #[must_use]
    pub fn of(profile: &Profile) -> Self {
        let entries = profile.basal_entries().unwrap_or_default();
        Self {
            basals: Basals::new(entries),
            current_basal: profile.number("current_basal"),
            boundaries: entries.iter().map(|entry| js::number(entry.get("minutes"))).collect(),
            exercise_ratio: exercise_ratio(profile),
            zeroes_suspensions: profile.is_on("suspend_zeros_iob"),
        }
    }

    pub(super) const fn zeroes_suspensions(&self) -> bool {
        self.zeroes_suspensions
    }

    pub(super) fn boundaries(&self) -> &[f64] {
        &self.boundaries
    }

    /// Splits a rate and delivers the pieces.
    pub(super) fn deliver(&self, rate: &Span, zone: &Zone, end: f64) -> Result<Vec<Quanta>, HistoryError> {
        let mut quanta = Vec::new();
        for piece in split(rate, &self.boundaries, zone, end)? {
            quanta.extend(self.quanta(&piece, zone)?);
        }
        Ok(quanta)
    }

    /// The doses that make up the difference to the schedule, if there is one.
    pub(super) fn quanta(&self, piece: &Span, zone: &Zone) -> Result<Option<Quanta>, HistoryError> {
        const MOST_DOSES: f64 = 1e6;

        if piece.minutes.is_nan() || piece.minutes <= 0.0 || piece.date.is_nan() {
            return Ok(None);
        }
        let mut scheduled = match &self.basals {
            Some(basals) => basals.at(zone.minute_of_day(piece.timestamp)),
            None => self.current_basal,
        };
        if let Some(ratio) = self.exercise_ratio {
            scheduled *= ratio;
        }
        let net = piece.rate - scheduled;
        let insulin = if net < 0.0 { -QUANTUM } else { QUANTUM };
        let amount = round(net * piece.minutes * 10.0 / 6.0) / 100.0;
        let count = round(amount / insulin);
        if count > MOST_DOSES {
            return Err(HistoryError::Rate { rate: piece.rate });
        }
        Ok(js::index(count).filter(|count| *count > 0).map(|whole| Quanta {
            date: piece.date,
            insulin,
            count: whole,
            spacing: piece.minutes / count,
        }))
    }
}

/// How much less basal insulin exercise mode takes with a raised target.
fn exercise_ratio(profile: &Profile) -> Option<f64> {
    const NORMAL_TARGET: f64 = 100.0;
    const DEFAULT_HALF_BASAL_TARGET: f64 = 160.0;

    let half_basal_target = if profile.is_on("half_basal_exercise_target") {
        profile.number("half_basal_exercise_target")
    } else {
        DEFAULT_HALF_BASAL_TARGET
    };
    let target = f64::midpoint(profile.number("min_bg"), profile.number("max_bg"));
    let is_exercising =
        profile.is_on("exercise_mode") && profile.is_on("temptargetSet") && target >= NORMAL_TARGET + 5.0;
    let c = half_basal_target - NORMAL_TARGET;
    let ratio = c / (c + target - NORMAL_TARGET);
    (is_exercising && is_truthy_number(ratio)).then_some(ratio)
}
