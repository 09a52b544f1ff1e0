//! Analyses to look at: the sample week, and the recorded cases as histories.

use std::{path::Path, sync::LazyLock};

use autotune_tasks::{
    chain::{DayError, prepare_day, tune_prepared},
    history::{History, load},
    oref0::{Prep, PrepOptions, Zone},
    quality::Quality,
    recommendation::{TunedDay, recommend},
    report::Report,
};
use jiff::civil::Date;
use serde_json::Value;

use crate::golden::{self, array};

/// Days of a history with what their readings were sorted into.
pub(crate) struct Analysis {
    pub(crate) history: History,
    pub(crate) days: Vec<(TunedDay, Prep)>,
}

impl Analysis {
    pub(crate) fn of(history: History, dates: &[Date], options: PrepOptions) -> Result<Self, DayError> {
        let mut days: Vec<(TunedDay, Prep)> = Vec::new();
        for date in dates {
            let profile = days.last().map_or(history.profile(), |(day, _)| &day.tuned.profile);
            let day = history.day(*date);
            let prepared = prepare_day(&day, profile, history.pump(), options)?;
            let tuned = tune_prepared(&day, &prepared, profile, history.pump())?;
            days.push((tuned, prepared));
        }
        Ok(Self { history, days })
    }

    pub(crate) fn quality(&self) -> Quality {
        let days = self.days.iter().map(|(day, prepared)| (day.date, prepared));
        Quality::of(&self.history, days).expect("the days could be tuned, so they can be counted")
    }

    /// `None` where the numbers are refused.
    pub(crate) fn report(&self) -> Option<Report> {
        let tuned: Vec<TunedDay> = self.days.iter().map(|(day, _)| day.clone()).collect();
        let recommendation = recommend(self.history.pump(), &tuned).ok()?;
        let days = self.days.iter().map(|(day, prepared)| (day, prepared));
        Some(Report::new(&self.history, recommendation, days).expect("the days could be tuned"))
    }
}

/// The sample week.
pub(crate) fn week() -> Analysis {
    let history = load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data/week")).expect("the sample week");
    let days = history.full_days();
    Analysis::of(history, &days, PrepOptions::default()).expect("seven days")
}

/// The recorded cases that can be tuned and reported, by name.
pub(crate) static REPORTED: LazyLock<Vec<(String, Analysis, Report)>> = LazyLock::new(|| {
    let cases = golden::cases("synthetic").into_iter().filter_map(|name| {
        let analysis = case(&name)?;
        let report = analysis.report()?;
        Some((name, analysis, report))
    });
    let reported: Vec<_> = cases.collect();
    assert!(reported.len() >= 50, "{} cases", reported.len());
    reported
});

/// The first day of a recorded case; `None` where the case is refused.
pub(crate) fn case(name: &str) -> Option<Analysis> {
    let about = golden::json(&format!("{name}/case.json"))?;
    let days = array(&about["days_detail"]);
    let first = days.first().and_then(|day| day["day"].as_str());
    let file = |file: &str| {
        let short = golden::json(&format!("{name}/{file}.json"));
        short.or_else(|| golden::json(&format!("{name}/{}/{file}.json", first?)))
    };
    let records = |name| file(name).as_ref().map(array).unwrap_or_default();
    let history = History::new(
        golden::profile(&file("profile")?),
        golden::profile(&file("pumpprofile")?),
        Zone::named(about["tz"].as_str()?).ok()?,
        records("entries"),
        records("treatments"),
    )
    .ok()?;
    let options = PrepOptions {
        uam_as_basal: about["flags"]["uam_as_basal"] == Value::Bool(true),
        tune_insulin_curve: false,
    };
    let date = history.dates().into_iter().max_by_key(|date| history.coverage(*date).readings)?;
    Analysis::of(history, &[date], options).ok()
}
