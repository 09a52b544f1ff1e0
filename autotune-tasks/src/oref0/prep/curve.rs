//! How other insulin curves would explain the same day.

use super::{CurveDeviation, PrepError};
use crate::oref0::{
    categorize::{Categories, Datum},
    glucose::Bucket,
    js::{self, round3},
    profile::Profile,
};

/// Deviations for neighbouring durations and peaks.
pub(super) struct CurveDeviations {
    /// None where the profile has neither a duration nor a peak to vary.
    pub(super) dia: Option<Vec<CurveDeviation>>,
    pub(super) peak: Vec<CurveDeviation>,
}

impl CurveDeviations {
    /// Sorts the day again for each neighbour of the duration, then of the peak.
    ///
    /// Quirk: the meals were used up by the first pass, so that these see none.
    pub(super) fn measure(
        profile: &Profile,
        buckets: &[Bucket<'_>],
        mut pass: impl FnMut(&Profile) -> Result<Categories, PrepError>,
    ) -> Result<Self, PrepError> {
        let mut varied = profile.clone();
        let mut dia = Vec::new();
        let current = profile.dia();
        for tried in steps(current - 2.0, current + 2.0, 1.0) {
            varied.set("dia", js::json(tried));
            let spread = Spread::of(&pass(&varied)?.basal, buckets);
            dia.push(spread.of_curve(Some(tried), None));
        }
        varied.copy_field("dia", profile);

        if !profile.is_on("useCustomPeakTime") {
            let default = if profile.curve() == Some("ultra-rapid") { 55.0 } else { 75.0 };
            varied.set("insulinPeakTime", js::json(default));
        }
        varied.set("useCustomPeakTime", true.into());
        let current = varied.number("insulinPeakTime");
        let mut peak = Vec::new();
        for tried in steps(current - 10.0, current + 10.0, 5.0) {
            varied.set("insulinPeakTime", js::json(tried));
            let spread = Spread::of(&pass(&varied)?.basal, buckets);
            peak.push(spread.of_curve(None, Some(tried)));
        }
        let measured_any = !dia.is_empty() || !peak.is_empty();
        Ok(Self { dia: measured_any.then_some(dia), peak })
    }
}

/// Sums over basal deviations.
#[derive(Default)]
struct Spread {
    count: f64,
    sum: f64,
    roots: f64,
    squares: f64,
}

impl Spread {
    /// Adds hour by hour, which decides how the sums round.
    fn of(basal: &[Datum], buckets: &[Bucket<'_>]) -> Self {
        let mut spread = Self { count: js::count(basal.len()), ..Self::default() };
        for hour in 0..24 {
            let is_now = |datum: &&Datum| buckets.get(datum.bucket).is_some_and(|b| b.minute / 60 == hour);
            for datum in basal.iter().filter(is_now) {
                let deviation = datum.deviation.value();
                spread.sum += deviation.abs();
                spread.roots += deviation.abs().sqrt();
                spread.squares += deviation * deviation;
            }
        }
        spread
    }

    fn of_curve(&self, dia: Option<f64>, peak: Option<f64>) -> CurveDeviation {
        let finite = |x: f64| x.is_finite().then_some(x);
        let mean_root = self.roots / self.count;
        CurveDeviation {
            dia,
            peak,
            mean: finite(round3(self.sum / self.count)),
            smr: finite(round3(mean_root * mean_root)),
            rms: finite(round3((self.squares / self.count).sqrt())),
        }
    }
}

/// The numbers tried; at most five, although huge numbers do not grow by a step.
fn steps(first: f64, last: f64, step: f64) -> impl Iterator<Item = f64> {
    const TRIED: usize = 5;
    std::iter::successors(Some(first), move |x| Some(x + step)).take(TRIED).take_while(move |x| *x <= last)
}
