//! The analysis as a flow: what `autotune run autotune-analysis` starts.

mod data_preparation;

use std::path::PathBuf;

use autotune::prelude::*;
use jiff::civil::Date;
use secrecy::SecretString;

pub use data_preparation::{Prepared, data_preparation};

use crate::analysis::Analysis;
use crate::chain::DayError;
use crate::history::DataError;
use crate::nightscout::Address;
use crate::oref0::PrepOptions;
use crate::profile_store::{InsulinCurve, ProfileRefusal, Units};
use crate::quality::Insufficient;
use crate::refusal::Refusal;
use crate::source::{Given, Source, SourceError};
use crate::sync::{Invocation, Options, Request, Since, SyncError, Wish};
use crate::tasks::{
    self, LoadError, ReportError, recommend, run_autotune_analysis, sync_profile_to_nightscout, write_report,
};

/// Why an analysis gave no recommendation.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnalysisError {
    /// It is not clear where the data comes from.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The data cannot be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The data cannot be loaded from Nightscout.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// None of Nightscout's profiles can be tuned.
    #[error(transparent)]
    Profile(#[from] ProfileRefusal),
    /// The data is not fit for advice.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is too little data.
    #[error(transparent)]
    Insufficient(#[from] Insufficient),
    /// A day cannot be tuned.
    #[error(transparent)]
    Day(#[from] DayError),
    /// The profile was not written to Nightscout, or may not be as it should.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// There is no report.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// The run was ended from outside.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

/// Tune a profile with some days of data, and recommend what to change.
///
/// The data comes from a directory or from a Nightscout. Nothing is written unless
/// that is asked for and confirmed: the report is for a person to review, together
/// with a clinician.
#[flow(name = "autotune-analysis", version = "0.2.0", timeout = "1h", params = AnalysisParameters)]
#[expect(clippy::too_many_arguments, reason = "each is an option of the command line")]
pub async fn autotune_analysis(
    /// Directory with profile.json, entries.json and treatments.json.
    data: Option<PathBuf>,
    /// Address of a Nightscout, such as `https://nightscout.example.org`, in place of a directory.
    #[schemars(with = "Option<String>")]
    nightscout_url: Option<Address>,
    /// Nightscout's API secret, or an access token that may read.
    #[secret]
    #[schemars(with = "Option<String>")]
    api_secret: Option<SecretString>,
    /// Name of the profile in Nightscout to tune; by default the active one.
    profile_name: Option<String>,
    /// Days to analyse: the last ones that have enough readings.
    #[garde(range(min = 1, max = 30))]
    #[serde(default = "a_week")]
    days: u32,
    /// Last day to load from Nightscout, such as 2024-03-13; by default that of the newest reading.
    #[schemars(with = "Option<String>")]
    until: Option<Date>,
    /// Glucose readings that the days must have in all.
    #[serde(default = "a_hundred")]
    min_entries: u32,
    /// Time zone in which the days begin, such as Europe/Paris; by default the profile's.
    timezone: Option<String>,
    /// Units of the profile in Nightscout, if it does not say them.
    units: Option<Units>,
    /// How the insulin acts, with Nightscout: rapid-acting if left out.
    insulin_curve: Option<InsulinCurve>,
    /// Count unannounced meals as basal data, for those who announce every meal.
    #[serde(default)]
    categorize_uam_as_basal: bool,
    /// Try other insulin durations and peaks as well.
    #[serde(default)]
    tune_insulin_curve: bool,
    /// Write the report to this file: a page for a browser, or oref0's text if it ends in .txt or .log.
    report: Option<PathBuf>,
    /// Write the tuned profile to Nightscout, beside the own one; needs a confirmation.
    #[serde(default)]
    apply: bool,
    /// What a run without `apply` shows last, once its changes are reviewed.
    confirm: Option<String>,
    /// Make the tuned profile the default one.
    #[serde(default)]
    activate: bool,
    /// Name of the tuned profile in Nightscout, which begins with Autotune.
    #[serde(default = "autotune")]
    tuned_name: String,
    /// Step in which the pump takes basal rates, in units per hour.
    #[serde(default = "a_hundredth")]
    basal_step: f64,
    /// Directory in which the profile record is saved before another one is written.
    #[serde(default = "backups")]
    backup_dir: PathBuf,
) -> Result<Analysis, AnalysisError> {
    let command = Invocation::of("autotune-analysis")
        .maybe("nightscout-url", nightscout_url.as_ref())
        .maybe("profile-name", profile_name.as_deref())
        .option("days", days)
        .unusual("min-entries", min_entries, &a_hundred())
        .maybe("timezone", timezone.as_deref())
        .maybe("units", units.map(Units::name))
        .maybe("insulin-curve", insulin_curve.map(InsulinCurve::name))
        .switch_if("categorize-uam-as-basal", categorize_uam_as_basal)
        .switch_if("tune-insulin-curve", tune_insulin_curve)
        .switch_if("activate", activate)
        .unusual("tuned-name", tuned_name.clone(), &autotune())
        .unusual("basal-step", basal_step, &a_hundredth())
        .unusual("backup-dir", backup_dir.display().to_string(), &backups().display().to_string());
    let request = Request::new(apply, confirm.as_deref(), backup_dir)?;
    let mut wish = Wish {
        request,
        tuned_name,
        activate,
        basal_step,
        profile_name: profile_name.clone(),
        units,
        since: Since::Unchanged,
    };
    let given = Given { data, nightscout_url, api_secret, profile_name, timezone, units, insulin_curve };
    let source = Source::try_from(given)?;
    if matches!(source, Source::Directory { .. }) && wish.request != Request::DryRun {
        return Err(SyncError::NoNightscout.into());
    }
    let prepared = data_preparation(source.clone(), days, until, min_entries).await?;
    let options = PrepOptions { uam_as_basal: categorize_uam_as_basal, tune_insulin_curve };
    let days = run_autotune_analysis(&prepared.history, &prepared.days, options).await?;
    let recommendation = recommend(prepared.history.pump(), &days.tuned).await?;
    let unit = prepared.baseline.as_ref().map(|baseline| baseline.stored.units.into());
    let told = tasks::report(&prepared.history, &recommendation, &days, unit).await?;
    let quality = told.quality.clone();
    if let Some(file) = report {
        write_report(told, file).await?;
    }

    let (Source::Nightscout { address, credentials, .. }, Some(baseline)) = (source, &prepared.baseline)
    else {
        return Ok(Analysis { recommendation, quality, sync: None });
    };
    if prepared.changes.iter().any(|change| change.duration.is_none()) {
        wish.since = Since::ProfileChanged;
    }
    let report = sync_profile_to_nightscout(address, credentials, baseline, &recommendation, &wish).await?;
    // The same days, also once there are readings of another one.
    let command = command.maybe("until", recommendation.days.last());
    let sync = report.with_command(|token| command.switch("apply").option("confirm", token).to_string());
    Ok(Analysis { recommendation, quality, sync: Some(sync) })
}

fn a_week() -> u32 {
    7
}

fn a_hundred() -> u32 {
    100
}

fn autotune() -> String {
    Options::NAME.to_owned()
}

fn a_hundredth() -> f64 {
    Options::BASAL_STEP
}

fn backups() -> PathBuf {
    PathBuf::from("autotune-backups")
}
