//! Moving the insulin duration and peak one step towards what fits best.

use super::{Prep, Profile, TuneError};
use crate::oref0::{
    js::{self, round3},
    prep::CurveDeviation,
};

/// The place of the current duration or peak among those tried.
const CURRENT: usize = 2;

/// Sets `dia` and `insulinPeakTime`, where the data has deviations for them.
pub(super) fn tune(profile: &mut Profile, prep: &Prep) -> Result<(), TuneError> {
    const LONGEST_DIA: f64 = 12.0;

    if let Some(tried) = &prep.dia_deviations {
        if tried.len() <= CURRENT {
            return Err(TuneError::DiaDeviations);
        }
        let dia = better(tried).map_or(profile.dia(), |best| best.dia.unwrap_or(f64::NAN));
        if better(tried).is_some() || dia > LONGEST_DIA {
            let dia = if dia > LONGEST_DIA { LONGEST_DIA } else { dia };
            profile.set("dia", js::json(dia));
        }
    }
    if !profile.is_on("useCustomPeakTime") {
        let default = if profile.curve() == Some("ultra-rapid") { 55.0 } else { 75.0 };
        profile.set("insulinPeakTime", js::json(default));
    }
    if let Some(best) = prep.peak_deviations.as_deref().and_then(better) {
        profile.set("insulinPeakTime", js::json(best.peak.unwrap_or(f64::NAN)));
    }
    if prep.dia_deviations.is_some() || prep.peak_deviations.is_some() {
        profile.set("useCustomPeakTime", true.into());
    }
    Ok(())
}

/// The neighbour that fits better by both measures, by more than one percent.
fn better(tried: &[CurveDeviation]) -> Option<&CurveDeviation> {
    const ENOUGH: f64 = 0.99;

    let current = tried.get(CURRENT)?;
    let best = (lowest(tried, mean), lowest(tried, rms));
    let neighbour = if best.0 < CURRENT && best.1 < CURRENT {
        CURRENT - 1
    } else if best.0 > CURRENT && best.1 > CURRENT {
        CURRENT + 1
    } else {
        return None;
    };
    tried
        .get(neighbour)
        .filter(|other| mean(other) < mean(current) * ENOUGH && rms(other) < rms(current) * ENOUGH)
}

/// The place of the lowest measure.
fn lowest(tried: &[CurveDeviation], measure: fn(&CurveDeviation) -> f64) -> usize {
    const HIGHEST: f64 = 1_000_000.0;
    let (mut place, mut lowest) = (CURRENT, HIGHEST);
    for (other, deviation) in tried.iter().enumerate() {
        if measure(deviation) < lowest {
            (place, lowest) = (other, round3(measure(deviation)));
        }
    }
    place
}

/// Quirk: without data the measures are `null`, which is less than any number.
fn mean(deviation: &CurveDeviation) -> f64 {
    deviation.mean.unwrap_or(0.0)
}

fn rms(deviation: &CurveDeviation) -> f64 {
    deviation.rms.unwrap_or(0.0)
}
