//! The steps of the flows. Each is a task, so that it is seen, timed and cached on
//! its own; the work itself is done in modules that know nothing of tasks.
//!
//! No glucose, dose, name or secret stands in what they log.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use autotune::artifact::{Artifact, ArtifactError};
use autotune::prelude::*;
use jiff::{Timestamp, civil::Date};

use crate::chain::{self, DayError};
use crate::download::{self, Download};
use crate::history::{self, DataError, DayInput, History};
use crate::nightscout::{Address, Client, Credentials, NightscoutError};
use crate::oref0::{Prep, PrepOptions, Profile, Zone};
use crate::profile_store::{Baseline, ProfileRefusal, ProfileStore, Selection};
use crate::recommendation::{self, Recommendation, TunedDay};
use crate::refusal::Refusal;
use crate::report::{self, GlucoseUnit, Report};
use crate::sync::{self, SyncError, SyncReport, Wish};

/// Why nothing was loaded from Nightscout.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// Nightscout gave no data.
    #[error(transparent)]
    Nightscout(#[from] NightscoutError),
    /// It took too long, or was ended from outside.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// A day cannot be told of.
    #[error(transparent)]
    Day(#[from] DayError),
    /// It was not kept with the run.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// The page was not written.
    #[error("cannot write the report to {}: {source}; give another file", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl LoadError {
    /// Whether it may succeed a little later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Nightscout(error) => error.is_transient(),
            Self::Interrupted(_) => false,
        }
    }
}

/// Read the profile, the glucose entries and the treatments of a directory.
#[task(name = "load-data", tags = ["io"], blocking)]
pub fn load_data(directory: PathBuf, zone: Option<Zone>) -> Result<Arc<History>, DataError> {
    let history = match zone {
        Some(zone) => history::load_in_zone(&directory, zone),
        None => history::load(&directory),
    }?;
    info!("{} days have enough readings", history.full_days().len());
    Ok(Arc::new(history))
}

/// Read the profiles of a Nightscout, and what switches between them.
///
/// Never from a cache: it is also what shows that the secret is right.
#[task(
    name = "load-nightscout-profile",
    tags = ["io"],
    retries = 3,
    retry_delay = exponential("2s", max = "30s"),
    retry_jitter_factor = 0.5,
    retry_condition = LoadError::is_transient,
    timeout = "2m",
)]
pub async fn load_nightscout_profile(
    address: Address,
    #[secret] credentials: Credentials,
) -> Result<Arc<ProfileStore>, LoadError> {
    let client = Client::new(address, credentials)?;
    let (documents, switches) = (client.profiles().await?, client.profile_switches().await?);
    info!("{} profile documents, {} profile switches", documents.len(), switches.len());
    Ok(Arc::new(ProfileStore::new(documents, switches, Timestamp::now())))
}

/// Read the glucose entries and the treatments of some days from a Nightscout.
///
/// What was read is kept for an hour in the memory of the process, for whoever asks
/// for the same days of the same server.
#[task(
    name = "load-nightscout-data",
    tags = ["io"],
    retries = 3,
    retry_delay = exponential("2s", max = "30s"),
    retry_jitter_factor = 0.5,
    retry_condition = LoadError::is_transient,
    timeout = "5m",
    cache_key = (address.to_string(), zone.name(), until, days),
    cache_expiration = "1h",
)]
pub async fn load_nightscout_data(
    address: Address,
    #[secret] credentials: Credentials,
    zone: Zone,
    until: Option<Date>,
    days: u32,
) -> Result<Arc<Download>, LoadError> {
    let client = Client::new(address, credentials)?;
    let download = download::download(&client, &zone, until, days).await?;
    info!("{} glucose entries, {} treatments", download.entries.len(), download.treatments.len());
    Ok(Arc::new(download))
}

/// Choose the profile to tune, and check that it can be tuned.
#[task(name = "validate-profile")]
pub async fn validate_profile(
    store: &ProfileStore,
    selection: &Selection,
) -> Result<Arc<Baseline>, ProfileRefusal> {
    store.baseline(selection).map(Arc::new)
}

/// The days of an analysis, oldest first.
#[derive(Debug, Clone)]
pub struct AnalysedDays {
    /// What each day has given.
    pub tuned: Vec<TunedDay>,
    /// What the readings of each day were sorted into.
    pub prepared: Vec<Arc<Prep>>,
}

/// Tune the profile day after day, each with what the day before has given.
#[task(name = "run-autotune-analysis")]
pub async fn run_autotune_analysis(
    history: &History,
    days: &[Date],
    options: PrepOptions,
) -> Result<AnalysedDays, DayError> {
    let pump = Arc::new(history.pump().clone());
    let mut profile = Arc::new(history.profile().clone());
    let mut analysed = AnalysedDays { tuned: Vec::new(), prepared: Vec::new() };
    for date in days {
        let day = history.day(*date);
        let prepared = prepare_day(day.clone(), Arc::clone(&profile), Arc::clone(&pump), options).await?;
        let tuned = tune_day(day, Arc::clone(&prepared), profile, Arc::clone(&pump)).await?;
        profile = Arc::new(tuned.tuned.profile.clone());
        analysed.tuned.push(tuned);
        analysed.prepared.push(prepared);
    }
    Ok(analysed)
}

/// Sort the readings of a day by what dominates them.
#[task(name = "prepare-day", task_run_name = "prepare {day}", cache_expiration = "1h", blocking)]
pub fn prepare_day(
    day: DayInput,
    profile: Arc<Profile>,
    pump: Arc<Profile>,
    options: PrepOptions,
) -> Result<Arc<Prep>, DayError> {
    chain::prepare_day(&day, &profile, &pump, options).map(Arc::new)
}

/// Tune the profile with a day whose readings are sorted.
#[task(name = "tune-day", task_run_name = "tune {day}", cache_expiration = "1h", blocking)]
pub fn tune_day(
    day: DayInput,
    prepared: Arc<Prep>,
    profile: Arc<Profile>,
    pump: Arc<Profile>,
) -> Result<TunedDay, DayError> {
    chain::tune_prepared(&day, &prepared, &profile, &pump)
}

/// Compare the tuned profile with the one that the pump runs.
#[task(name = "recommend")]
pub async fn recommend(pump: &Profile, days: &[TunedDay]) -> Result<Recommendation, Refusal> {
    recommendation::recommend(pump, days)
}

/// Put together what there is to say of the analysis, and keep it as an artifact of the run.
#[task(name = "report")]
pub async fn report(
    history: &History,
    recommendation: &Recommendation,
    days: &AnalysedDays,
    unit: Option<GlucoseUnit>,
) -> Result<Arc<Report>, ReportError> {
    let prepared = days.prepared.iter().map(|prepared| &**prepared);
    let mut report = Report::new(history, recommendation.clone(), days.tuned.iter().zip(prepared))?;
    report.unit = unit.unwrap_or(report.unit);
    let text = format!("```text\n{recommendation}\n\n{}\n```", report.quality);
    Artifact::markdown(text)
        .key("autotune-report")?
        .description("What to change, and on what data")
        .record()?;
    Ok(Arc::new(report))
}

/// Write the report to a file, readable by its owner only: a page for a browser, or oref0's own text if the
/// name of the file ends in `.txt` or `.log`.
#[task(name = "write-report", tags = ["io"], blocking)]
pub fn write_report(report: Arc<Report>, file: PathBuf) -> Result<(), ReportError> {
    let is_text = file.extension().is_some_and(|extension| extension == "txt" || extension == "log");
    let text = if is_text { report.recommendation.to_oref0_text() } else { report::html(&report) };
    let write = || {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&file)?.write_all(text.as_bytes())
    };
    write().map_err(|source| ReportError::File { path: file.clone(), source })?;
    info!("written to {}", file.display());
    Artifact::link(file.display().to_string(), "the report").key("autotune-report-file")?.record()?;
    Ok(())
}

/// Show how the recommendation would change the profile in Nightscout, or write it.
///
/// Never tried again: whether a write was done is found out by looking for it.
#[task(name = "sync-profile-to-nightscout", tags = ["io"])]
pub async fn sync_profile_to_nightscout(
    address: Address,
    #[secret] credentials: Credentials,
    baseline: &Baseline,
    recommendation: &Recommendation,
    wish: &Wish,
) -> Result<SyncReport, SyncError> {
    let client = Client::new(address, credentials).map_err(SyncError::Unread)?;
    sync::sync(&client, baseline, recommendation, wish, Timestamp::now()).await
}
