//! The insulin given during a stretch of time. (oref0 `lib/autotune-prep/dosed.js`)

use super::{iob::Dose, js::round3};

/// Units given after `start` and no later than `end`.
pub(crate) fn dosed(doses: &[Dose], start: f64, end: f64) -> f64 {
    let units = doses
        .iter()
        .filter(|dose| dose.date > start && dose.date <= end)
        .fold(0.0, |sum, dose| sum + dose.insulin);
    round3(units)
}
