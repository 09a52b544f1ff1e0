//! Alerts: a function that is called when runs fail again and again.
//!
//! [`alert_after`] is for a flow, and
//! [`FlowDeployment::alert_after`](crate::deploy::FlowDeployment::alert_after) for one of its deployments.
//!
//! ```
//! use autotune::alerts::{Alert, alert_after};
//! use autotune::prelude::*;
//!
//! #[flow]
//! async fn analyse() -> anyhow::Result<()> {
//!     anyhow::bail!("no data")
//! }
//!
//! async fn page_someone(alert: Alert) -> Result<(), String> {
//!     // flow `analyse` has failed 3 times in a row; analyse-3a91c0: no data
//!     warn!("{alert}");
//!     Ok(())
//! }
//!
//! alert_after(analyse, 3, page_someone);
//! alert_after(analyse, 10, |alert: Alert| async move { error!("{alert}, still") });
//! ```
//!
//! A run counts when it has ended `Failed`, `TimedOut` or `Crashed`, whichever process it ran in: they are counted in
//! the recorded history, so a program without one (see `autotune::init`) is never alerted. A run that was cancelled
//! counts neither as a failure nor as a success; a killed run of a deployment counts when it is not tried again.
//!
//! The function is called once, in one of the processes that ask for it, when that many have failed since the last that
//! completed, and not again until one has completed. The run that is the last failure ends only when the function has
//! returned, or after 30 seconds. That it fails, panics or takes longer is logged, and changes nothing.

use std::fmt::{self, Display};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::runtime::Builder;

pub use crate::alert::Alert;
use crate::flow::{FlowFn, FlowParameters};
use crate::hooks::{call_hook, failed};

/// How long a function may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// How it is called in the log.
const HOOK: &str = "alert_after";

/// Calls `hook` when `failures` runs of a flow have failed in a row; 0 is as good as 1.
///
/// For programs, when they start. What counts, and when it is called: see [the module](crate::alerts).
pub fn alert_after<Arguments, F, H, Called>(_: F, failures: u32, hook: H)
where
    F: FlowFn<Arguments>,
    F::Parameters: FlowParameters,
    H: Fn(Alert) -> Called + Send + Sync + 'static,
    Called: Future<Output: AlertOutcome> + Send + 'static,
{
    let flow = F::Parameters::DEFINITION.name.to_owned();
    watched().push(Watched { flow, deployment: None, after: failures.max(1), hook: AlertHook::new(hook) });
}

/// What the function returns: nothing, or whether it has succeeded.
#[diagnostic::on_unimplemented(
    message = "the function of an alert returns `{Self}`",
    label = "let it return nothing, or a `Result` whose error implements `Display`"
)]
pub trait AlertOutcome {
    /// Why it has not.
    fn failure(self) -> Option<String>;
}

impl AlertOutcome for () {
    fn failure(self) -> Option<String> {
        None
    }
}

impl<T, E: Display> AlertOutcome for Result<T, E> {
    fn failure(self) -> Option<String> {
        self.err().map(|error| format!("{error:#}"))
    }
}

/// A function that is called when runs fail again and again.
#[derive(Clone)]
pub(crate) struct AlertHook(Arc<dyn Fn(Alert) -> Calling + Send + Sync>);

type Calling = Pin<Box<dyn Future<Output = Option<String>> + Send>>;

impl AlertHook {
    pub(crate) fn new<H, Called>(hook: H) -> Self
    where
        H: Fn(Alert) -> Called + Send + Sync + 'static,
        Called: Future<Output: AlertOutcome> + Send + 'static,
    {
        AlertHook(Arc::new(move |alert| {
            let called = hook(alert);
            Box::pin(async { called.await.failure() })
        }))
    }
}

impl fmt::Debug for AlertHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AlertHook").finish_non_exhaustive()
    }
}

/// What is looked out for.
#[derive(Debug, Clone)]
#[cfg_attr(not(feature = "sqlite"), expect(dead_code, reason = "only the stored history counts"))]
pub(crate) struct Watched {
    pub(crate) flow: String,
    /// The name of the deployment whose runs count alone.
    pub(crate) deployment: Option<String>,
    pub(crate) after: u32,
    pub(crate) hook: AlertHook,
}

static WATCHED: Mutex<Vec<Watched>> = Mutex::new(Vec::new());

fn watched() -> MutexGuard<'static, Vec<Watched>> {
    WATCHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Looks out for the failures of a deployment, for these and no others.
pub(crate) fn watch_deployment(flow: &str, deployment: &str, alerts: &[(u32, AlertHook)]) {
    let mut watched = watched();
    watched.retain(|known| known.flow != flow || known.deployment.as_deref() != Some(deployment));
    watched.extend(alerts.iter().map(|(after, hook)| Watched {
        flow: flow.to_owned(),
        deployment: Some(deployment.to_owned()),
        after: *after,
        hook: hook.clone(),
    }));
}

/// What is looked out for in the runs of flows for which this holds.
#[cfg_attr(not(feature = "sqlite"), expect(dead_code, reason = "only the stored history counts"))]
pub(crate) fn watched_in(is_meant: impl Fn(&str) -> bool) -> Vec<Watched> {
    watched().iter().filter(|known| is_meant(&known.flow)).cloned().collect()
}

/// Calls functions on a thread of its own: whoever has seen the failures may have no runtime, and must not wait.
#[cfg_attr(not(feature = "sqlite"), expect(dead_code, reason = "only the stored history counts"))]
pub(crate) fn call(due: Vec<(AlertHook, Alert)>) -> Option<JoinHandle<()>> {
    let body = move || match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(async {
            for (hook, alert) in due {
                call_one(&hook, alert).await;
            }
        }),
        Err(error) => failed(HOOK, &format!("the runtime cannot be started: {error}")),
    };
    let thread = thread::Builder::new().name("autotune-alert".to_owned()).spawn(body);
    thread.map_err(|error| failed(HOOK, &format!("its thread cannot be started: {error}"))).ok()
}

async fn call_one(hook: &AlertHook, alert: Alert) {
    let call = async {
        let ended = tokio::time::timeout(PATIENCE, (hook.0)(alert)).await;
        let failure = ended.unwrap_or_else(|_| Some("it took longer than 30s".to_owned()));
        if let Some(failure) = &failure {
            failed(HOOK, failure);
        }
        failure.is_none()
    };
    call_hook(HOOK, call).await;
}
