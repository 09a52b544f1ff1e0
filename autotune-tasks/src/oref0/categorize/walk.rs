//! One walk over the readings, oldest to newest.

use super::{Absorption, Assumptions, Categories, Datum, Meals};
use crate::oref0::{
    glucose::Bucket,
    iob::{Curve, InsulinHistory, total},
    js::{self, Fixed2, round, round2},
    prep::{CarbRatioPeriod, PrepError},
    zone::MINUTE,
};

/// The state of the walk.
pub(super) struct Walk<'w, 'c> {
    buckets: &'w [Bucket<'w>],
    assumptions: &'w Assumptions,
    curve: &'w Curve,
    history: &'w mut InsulinHistory<'c>,
    meals: &'w mut Meals,
    found: Categories,
    /// Carbs on board, grams.
    cob: f64,
    /// Grams of the meals being absorbed.
    meal_carbs: f64,
    /// Carbs still raise the glucose although none should be left.
    is_absorbing: bool,
    /// An unannounced meal raises the glucose.
    is_unannounced: bool,
    period: Option<PeriodStart>,
    /// Grams eaten in the period.
    period_carbs: f64,
    kind: Kind,
}

/// Where a carb ratio period began.
#[derive(Debug, Clone, Copy)]
struct PeriodStart {
    iob: f64,
    glucose: f64,
    time: f64,
}

/// What the reading before was sorted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Carbs,
    Unannounced,
    Other,
}

/// A reading with the insulin acting at the time.
struct Reading {
    place: usize,
    datum: Datum,
    glucose: f64,
    time: f64,
    iob: f64,
    isf: f64,
    /// Scheduled units per hour.
    basal: f64,
    /// What the scheduled basal rate alone does, mg/dL per 5 minutes.
    basal_bgi: f64,
}

impl<'w, 'c> Walk<'w, 'c> {
    pub(super) fn new(
        buckets: &'w [Bucket<'w>],
        assumptions: &'w Assumptions,
        curve: &'w Curve,
        history: &'w mut InsulinHistory<'c>,
        meals: &'w mut Meals,
    ) -> Self {
        Self {
            buckets,
            assumptions,
            curve,
            history,
            meals,
            found: Categories::default(),
            cob: 0.0,
            meal_carbs: 0.0,
            is_absorbing: false,
            is_unannounced: false,
            period: None,
            period_carbs: 0.0,
            kind: Kind::Other,
        }
    }

    pub(super) fn finish(self) -> Categories {
        self.found
    }

    /// Goes on to the next newer reading.
    pub(super) fn step(&mut self, place: usize) -> Result<(), PrepError> {
        const LOWEST_GLUCOSE: f64 = 40.0;
        let (Some(bucket), Some(before)) = (self.buckets.get(place), self.buckets.get(place + 4)) else {
            return Ok(());
        };
        let eaten = self.eat_before(bucket.time);
        if bucket.glucose < LOWEST_GLUCOSE || before.glucose < LOWEST_GLUCOSE {
            return Ok(());
        }
        let reading = self.read(place, bucket, before)?;
        self.absorb(&reading);
        self.follow_period(&reading, eaten);
        self.sort_in(&reading);
        Ok(())
    }

    /// Quirk: one meal per reading, even when more are due.
    fn eat_before(&mut self, time: f64) -> f64 {
        const LEAST_CARBS: f64 = 1.0;
        let Some((_, carbs)) = self.meals.pop_if(|(at, _)| *at < time) else { return 0.0 };
        if carbs.is_nan() || carbs < LEAST_CARBS {
            return 0.0;
        }
        self.cob += carbs;
        self.meal_carbs += carbs;
        carbs
    }

    fn read(&mut self, place: usize, bucket: &Bucket<'_>, before: &Bucket<'_>) -> Result<Reading, PrepError> {
        /// Below this a rise is welcome and proves nothing, mg/dL.
        const LOW_GLUCOSE: f64 = 80.0;

        let avg_delta = Fixed2::new((bucket.glucose - before.glucose) / 4.0);
        let sensitivities = self.assumptions.sensitivities.as_ref();
        let isf = sensitivities.ok_or(PrepError::NoSensitivities)?.at(bucket.minute);
        if !self.assumptions.pump_has_basals {
            return Err(PrepError::NoBasals { profile: "pump profile" });
        }
        let basals = self.assumptions.basals.as_ref();
        let basals = basals.ok_or(PrepError::NoBasals { profile: "profile" })?;
        let basal = basals.at(Some(bucket.minute));

        let doses = self.history.doses_before(bucket.time)?;
        let insulin = total(doses, self.curve, bucket.time);
        let bgi = round2(-insulin.activity * isf * 5.0);
        let mut deviation = avg_delta.value() - bgi;
        if bucket.glucose < LOW_GLUCOSE && deviation > 0.0 {
            deviation = 0.0;
        }
        Ok(Reading {
            place,
            datum: Datum {
                bucket: place,
                avg_delta,
                bgi,
                deviation: Fixed2::new(deviation),
                meal_absorption: None,
                meal_carbs: None,
                starts_unannounced_meal: false,
            },
            glucose: bucket.glucose,
            time: bucket.time,
            iob: insulin.iob,
            isf,
            basal,
            basal_bgi: round2(basal * isf / 60.0 * 5.0),
        })
    }

    /// Takes the carbs off that the deviation shows to be absorbed.
    fn absorb(&mut self, reading: &Reading) {
        if self.cob > 0.0 {
            let impact = js::max(reading.datum.deviation.value(), self.assumptions.min_5m_carbimpact);
            let absorbed = impact * self.assumptions.carb_ratio / reading.isf;
            self.cob = js::max(0.0, self.cob - absorbed);
        }
    }

    /// Follows a meal until no carbs and little insulin are left.
    fn follow_period(&mut self, reading: &Reading, eaten: f64) {
        const SHORTEST_PERIOD: f64 = 60.0;

        let has_carbs = self.cob > 0.0;
        if !has_carbs && self.period.is_none() {
            return;
        }
        self.period_carbs += eaten;
        let start = self.period.unwrap_or(PeriodStart {
            iob: reading.iob,
            glucose: reading.glucose,
            time: reading.time,
        });
        let is_last = reading.place == 1;
        if !is_last && (has_carbs || reading.iob > reading.basal / 2.0) {
            self.period = Some(start);
            return;
        }
        let minutes = round((reading.time - start.time) / MINUTE);
        if minutes >= SHORTEST_PERIOD && !(is_last && has_carbs) {
            self.found.periods.push(CarbRatioPeriod {
                initial_iob: start.iob,
                initial_bg: start.glucose,
                initial_carb_time: start.time,
                end_iob: reading.iob,
                end_bg: reading.glucose,
                end_time: reading.time,
                carbs: self.period_carbs,
                insulin: 0.0,
            });
        }
        self.period_carbs = 0.0;
        self.period = None;
    }

    fn sort_in(&mut self, reading: &Reading) {
        let mut datum = reading.datum;
        let rises = datum.deviation.value() > 0.0;
        if self.cob > 0.0 || self.is_absorbing || self.meal_carbs > 0.0 {
            // Once the meal's insulin is used up, so are its carbs.
            self.is_absorbing = rises && !reading.iob.lt(&(reading.basal / 2.0));
            if !self.is_absorbing && !js::is_truthy_number(self.cob) {
                self.meal_carbs = 0.0;
            }
            if self.kind != Kind::Carbs {
                datum.meal_absorption = Some(Absorption::Start);
            }
            datum.meal_carbs = Some(self.meal_carbs);
            self.kind = Kind::Carbs;
            self.found.csf.push(datum);
            return;
        }
        if self.kind == Kind::Carbs
            && let Some(last) = self.found.csf.last_mut()
        {
            last.meal_absorption = Some(Absorption::End);
        }
        let Datum { bgi, avg_delta, deviation, .. } = datum;
        if reading.iob > 2.0 * reading.basal || deviation.value() > 6.0 || self.is_unannounced {
            self.is_unannounced = rises;
            datum.starts_unannounced_meal = self.kind != Kind::Unannounced;
            self.kind = Kind::Unannounced;
            self.found.uam.push(datum);
            return;
        }
        // Little insulin beyond the schedule, or a rise that insulin does not
        // explain, is the basal rate's doing.
        let is_basal =
            reading.basal_bgi > -4.0 * bgi || (avg_delta.value() > 0.0 && avg_delta.value() > -2.0 * bgi);
        self.kind = Kind::Other;
        if is_basal {
            self.found.basal.push(datum);
        } else {
            self.found.isf.push(datum);
        }
    }
}
