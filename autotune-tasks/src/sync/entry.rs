//! The tuned entry: the one that was analysed, with the tuned numbers.

use serde_json::{Map, Value};

use super::{
    Options,
    digits::{in_style_of, round_to},
    refusal::{Setting, SyncRefusal},
    schedule::{in_style, with_values},
};
use crate::{
    oref0::Profile,
    profile_store::{Schedule, Segment, Units},
    recommendation::Recommendation,
};

/// The step of carb ratios, grams per unit.
const CARB_RATIO_STEP: f64 = 0.1;

/// An entry of a profile record, read strictly.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) units: Units,
    pub(super) basal: Schedule,
    /// In the units of the entry.
    pub(super) sensitivity: Schedule,
    pub(super) carb_ratio: Schedule,
    /// Hours; an entry need not say it.
    pub(super) dia: Option<f64>,
}

impl Entry {
    /// Reads an entry; its units may stand in the record, or are given.
    pub(super) fn read(entry: &Value, record: &Value, units: Option<Units>) -> Result<Self, SyncRefusal> {
        let written = [entry, record]
            .into_iter()
            .find_map(|place| place.get("units")?.as_str().filter(|name| !name.trim().is_empty()));
        let units = written.map_or(units, Units::named);
        let schedule = |field, setting| {
            Schedule::read(field, entry.get(field)).map_err(|_| SyncRefusal::Schedule { setting })
        };
        Ok(Self {
            units: units.ok_or(SyncRefusal::Units)?,
            basal: schedule("basal", Setting::Basal)?,
            sensitivity: schedule("sens", Setting::Sensitivity)?,
            carb_ratio: schedule("carbratio", Setting::CarbRatio)?,
            dia: super::digits::number(entry.get("dia")),
        })
    }

    /// Refuses an entry that is not what was analysed.
    pub(super) fn check_analysed(&self, pump: &Profile) -> Result<(), SyncRefusal> {
        let is = |found: f64, analysed: f64| (found - analysed).abs() <= 0.001 * analysed.abs() + 0.000_6;
        let same_rate = |hour: u16| {
            pump.basal_rate_at(hour * 60).is_some_and(|analysed| is(self.basal.at(hour * 60), analysed))
        };
        let other = |setting| Err(SyncRefusal::OtherBaseline { setting });
        if !(0..24).all(same_rate) {
            return other(Setting::Basal);
        }
        if !is(self.units.to_mgdl(self.sensitivity.first()), pump.isf()) {
            return other(Setting::Sensitivity);
        }
        if !is(self.carb_ratio.first(), pump.carb_ratio()) {
            return other(Setting::CarbRatio);
        }
        if self.dia.is_some_and(|dia| !is(dia, pump.dia())) {
            return other(Setting::Duration);
        }
        Ok(())
    }

    /// The entry as JSON with the tuned numbers in place of its own.
    ///
    /// The analysis tunes one sensitivity and one carb ratio, those at midnight.
    /// Every segment is multiplied by what that one was changed by.
    pub(super) fn tuned(
        &self,
        json: &Map<String, Value>,
        recommendation: &Recommendation,
        options: &Options,
    ) -> Map<String, Value> {
        let Recommendation { isf, carb_ratio, .. } = recommendation;
        let isf_step = match self.units {
            Units::MgDl => 1.0,
            Units::Mmol => 0.1,
        };
        let mut tuned = json.clone();
        let mut set = |name: &str, new: &dyn Fn(&Value) -> Value| {
            if let Some(value) = tuned.get_mut(name) {
                *value = new(value);
            }
        };
        let basal = self.tuned_basal(recommendation, options.basal_step);
        set("basal", &|old| in_style(old, &basal));
        set("sens", &|old| with_values(old, |value| round_to(value * (isf.new / isf.old), isf_step)));
        set("carbratio", &|old| {
            with_values(old, |value| round_to(value * (carb_ratio.new / carb_ratio.old), CARB_RATIO_STEP))
        });
        if let Some(dia) = tuned_dia(recommendation) {
            set("dia", &|old| in_style_of(Some(old), dia));
        }
        tuned
    }

    /// A rate for each hour, and at each time at which the person's own rate changes.
    ///
    /// Rates are tuned by the hour. Where a person's rate changes within an hour,
    /// both parts change by the percentage of that hour, because its tuned rate is
    /// bounded around the rate at its beginning only.
    fn tuned_basal(&self, recommendation: &Recommendation, step: f64) -> Vec<Segment> {
        let own = self.basal.segments().iter().map(|segment| segment.minute);
        let mut starts: Vec<u16> = (0..24).map(|hour| hour * 60).chain(own).collect();
        starts.sort_unstable();
        starts.dedup();
        let tuned = |minute: u16| {
            let hour = recommendation.basals.get(usize::from(minute / 60));
            let ratio = hour.map_or(f64::NAN, |hour| hour.change.new / hour.change.old);
            Segment { minute, value: round_to(self.basal.at(minute) * ratio, step) }
        };
        starts.into_iter().map(tuned).collect()
    }
}

/// The tuned duration of insulin action; `None` if the insulin curve was not tuned.
pub(super) fn tuned_dia(recommendation: &Recommendation) -> Option<f64> {
    let (old, new) = (recommendation.pump.dia(), recommendation.profile.dia());
    (new.is_finite() && (new - old).abs() > 1e-9).then_some(new)
}
