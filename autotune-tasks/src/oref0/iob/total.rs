//! Adding up the doses that still act. (oref0 `lib/iob/total.js`)

use super::{Curve, Dose};
use crate::oref0::{
    js::{is_truthy_number, round, round3},
    zone::{HOUR, MINUTE},
};

/// Insulin on board and activity at one time.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Iob {
    /// Units still to act.
    pub iob: f64,
    /// Units acting per minute.
    pub activity: f64,
    /// The part of `iob` from temporary basal rates.
    pub basal_iob: f64,
    /// The part of `iob` from boluses.
    pub bolus_iob: f64,
    /// Units of temporary basal rates that still act, net of the schedule.
    pub net_basal_insulin: f64,
    /// Units of boluses that still act.
    pub bolus_insulin: f64,
}

/// The insulin on board at a time, in milliseconds.
#[must_use]
pub fn total(doses: &[Dose], curve: &Curve, now: f64) -> Iob {
    /// Doses smaller than this are taken for temporary basal rates.
    const SMALLEST_BOLUS: f64 = 0.1;

    let oldest = now - curve.dia() * HOUR;
    let mut sum = Iob::default();
    for dose in doses.iter().filter(|dose| dose.date <= now && dose.date > oldest) {
        let minutes = round((now - dose.date.trunc()) / MINUTE);
        let (iob, activity) = curve.act(dose.insulin, minutes);
        if is_truthy_number(activity) {
            sum.activity += activity;
        }
        if !is_truthy_number(iob) {
            continue;
        }
        sum.iob += iob;
        if dose.insulin < SMALLEST_BOLUS {
            sum.basal_iob += iob;
            sum.net_basal_insulin += dose.insulin;
        } else {
            sum.bolus_iob += iob;
            sum.bolus_insulin += dose.insulin;
        }
    }
    Iob {
        iob: round3(sum.iob),
        activity: round(sum.activity * 10_000.0) / 10_000.0,
        basal_iob: round3(sum.basal_iob),
        bolus_iob: round3(sum.bolus_iob),
        net_basal_insulin: round3(sum.net_basal_insulin),
        bolus_insulin: round3(sum.bolus_insulin),
    }
}
