//! Pauses: a flow run waits until somebody lets it go on, and may be told something; in its process, or without one.

use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::context;
use crate::interrupted::{CannotPause, CannotSuspend, Interrupted};
use crate::orchestrator::Manner;
use crate::scope::{Misfit, Question, Scope};
use crate::trace::TARGET;

/// How long a pause waits, unless it says otherwise. Prefect's.
const HOUR: Duration = Duration::from_hours(1);

/// Pauses the flow run in which this code runs, until somebody resumes it.
///
/// It is called in a flow, or in a task of one. The state of the flow run is `Paused`
/// from then on, and `Running` when it was resumed: see [`flow_runs`](crate::flow_runs).
/// Other code of the run goes on meanwhile. So do timeouts: a task or flow with a
/// `timeout` is to leave its pause enough of it.
///
/// A pause that nobody resumes within an hour, or within its
/// [`timeout`](Pause::timeout), ends with [`Interrupted::PauseTimedOut`].
///
/// The run keeps its process. One that may wait for days is to [`suspend`] instead.
///
/// ```
/// use autotune::{flow_runs, pause, prelude::*};
/// # use schemars::JsonSchema;
/// # use serde::Deserialize;
/// # use std::time::Duration;
///
/// #[derive(Deserialize, JsonSchema)]
/// struct Approval {
///     approved: bool,
///     by: String,
/// }
///
/// #[flow]
/// async fn publish(page: String) -> anyhow::Result<String> {
///     let approval: Approval = pause().key("approve").for_input().await?;
///     anyhow::ensure!(approval.approved, "{} did not want {page}", approval.by);
///     Ok(format!("{page} is published"))
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
/// let published = publish("news".to_owned()).submit();
/// # tokio::task::yield_now().await;
/// for pause in flow_runs::paused() {
///     pause.resume_with_json(serde_json::json!({ "approved": true, "by": "Ada" }))?;
/// }
/// assert_eq!(published.await?, "news is published");
/// # anyhow::Ok(()) })?;
/// # anyhow::Ok(())
/// ```
///
/// # Keys
///
/// Each pause of a run has a key: its number, from 1, if it is given none. A key that
/// was resumed once is passed from then on, with the same input. So a flow that is tried
/// again passes what was approved before. Give keys where concurrent tasks pause, because
/// their numbers depend on who comes first. A run is `Paused` while any of its pauses
/// waits; pauses of one key are resumed together. Suspensions are numbered with them.
pub fn pause() -> Pause<()> {
    Pause::here(Manner::Paused)
}

/// Suspends the flow run in which this code runs: it leaves its process, until somebody resumes it.
///
/// It is called in a flow that a worker or `serve` runs for a deployment, or in a task of one. The body is dropped where
/// it waits, what it submitted and its subflows are cancelled, and the state of the run is `Suspended`: of type
/// [`Paused`](crate::state::StateType::Paused). No process has the run then. The worker is free for others, and may end.
/// No hook is called.
///
/// Once somebody has resumed the run it is `Resuming`, and a worker runs the flow again from its top, as the same run.
/// Tasks with `persist_result` that had completed do not run again, and what was resumed is passed, with the same input:
/// see [Keys](pause#keys). What has an effect belongs into such a task. Retries that are left are as many as before, and
/// a `timeout` of the flow begins anew.
///
/// It is resumed by `my-program runs resume ID --input '{..}'`, or by
/// [`FlowRuns::resume`](crate::orchestrator::FlowRuns::resume). Input that does not fit is refused there, as far as the
/// JSON Schema of its type tells; input that the type itself does not take suspends the run again, and the message of
/// its state says why. A run that nobody resumes within an hour, or within its [`timeout`](Pause::timeout), has failed.
///
/// ```
/// use autotune::{prelude::*, suspend};
/// # use schemars::JsonSchema;
/// # use serde::Deserialize;
/// # use std::time::Duration;
///
/// #[derive(Deserialize, JsonSchema)]
/// struct Approval {
///     approved: bool,
/// }
///
/// #[task(persist_result)]
/// async fn draft(page: String) -> anyhow::Result<String> {
///     Ok(format!("a draft of {page}"))
/// }
///
/// #[flow]
/// async fn publish(page: String) -> anyhow::Result<String> {
///     let draft = draft(page).await?;
///     let week = Duration::from_hours(7 * 24);
///     let approval = suspend().key("approve").timeout(week).for_input::<Approval>().await?;
///     anyhow::ensure!(approval.approved, "nobody wants {draft}");
///     Ok(draft)
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
/// // A flow that is called, and not run for a deployment, has nobody who would start it again.
/// let error = publish("news".to_owned()).await.unwrap_err();
/// assert!(error.to_string().starts_with("cannot suspend flows without a deployment"));
/// # anyhow::Ok(()) })?;
/// # anyhow::Ok(())
/// ```
///
/// In a test of flows (`autotune::testing`), where there is no worker, it waits in the process, as [`pause`] does.
pub fn suspend() -> Pause<()> {
    Pause::here(Manner::Suspended)
}

/// A pause that has not begun. Made by [`pause`] and [`suspend`].
#[must_use = "a pause does nothing until it is `.await`ed"]
#[derive(Debug)]
pub struct Pause<T> {
    manner: Manner,
    flow_run: Option<Arc<Scope>>,
    key: Option<String>,
    timeout: Duration,
    question: Option<Question>,
    read: Read<T>,
    input: PhantomData<fn() -> T>,
}

/// Reads what was said by whoever resumed the pause.
type Read<T> = fn(Option<&Value>) -> Result<T, Misfit>;

impl Pause<()> {
    fn here(manner: Manner) -> Self {
        let flow_run = context::with(|node| node.and_then(|node| node.flow_run().map(Arc::clone)));
        Pause {
            manner,
            flow_run,
            key: None,
            timeout: HOUR,
            question: None,
            read: |_| Ok(()),
            input: PhantomData,
        }
    }
}

impl<T> Pause<T> {
    /// What the pause is called in its run; by default its number.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// How long it waits; by default an hour.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Asks whoever resumes it for input of this type. Input that does not fit is refused there.
    pub fn for_input<I: DeserializeOwned + JsonSchema + 'static>(self) -> Pause<I> {
        let Pause { manner, flow_run, key, timeout, .. } = self;
        let question = Question {
            schema: || schemars::schema_for!(I).to_value(),
            check: |input| read::<I>(input).map(drop),
        };
        let read: Read<I> = |input| match input {
            Some(input) => read(input),
            None => Err(Misfit::of_all("it was resumed without any")),
        };
        Pause { manner, flow_run, key, timeout, question: Some(question), read, input: PhantomData }
    }
}

impl<T: 'static> IntoFuture for Pause<T> {
    type Output = Result<T, Interrupted>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            match self.manner {
                Manner::Paused => self.paused().await,
                Manner::Suspended => self.suspended().await,
            }
        })
    }
}

impl<T> Pause<T> {
    /// Waits here.
    async fn paused(self) -> Result<T, Interrupted> {
        let flow_run = self.flow_run.ok_or(CannotPause::OutsideOfFlow)?;
        let ended = || CannotPause::NotRunning { flow_run: flow_run.name() };
        let key = flow_run.come_to_pause(self.key).ok_or_else(ended)?;
        let was_resumed = match flow_run.recall(&key).await {
            Ok(answer) => answer.is_some(),
            Err(error) => {
                tracing::warn!(target: TARGET, "what pause `{key}` was resumed with earlier is not known: {error}");
                false
            }
        };
        let waiting = flow_run.pause(key, self.timeout, self.question)?;
        let answer = waiting.resumed().await?;
        if !was_resumed && let Err(error) = flow_run.keep(&waiting.key, &answer).await {
            tracing::warn!(target: TARGET, "pause `{}` is not passed when the run is started again: {error}", waiting.key);
        }
        Ok((self.read)(answer.0.as_ref()).map_err(|misfit| misfit.at(&waiting.key))?)
    }

    /// Has the flow run leave its process, unless it was resumed.
    async fn suspended(self) -> Result<T, Interrupted> {
        let flow_run = self.flow_run.as_ref().ok_or(CannotSuspend::OutsideOfFlow)?;
        if flow_run.is_in_test() {
            return self.paused().await;
        }
        flow_run.suspendable()?;
        let ended = || CannotSuspend::NotRunning { flow_run: flow_run.name() };
        let key = flow_run.come_to_pause(self.key).ok_or_else(ended)?;
        let mut misfit = None;
        if let Some(answer) =
            flow_run.recall(&key).await.map_err(|error| flow_run.refused(&error.to_string()))?
        {
            match (self.read)(answer.0.as_ref()) {
                Ok(input) => return Ok(input),
                Err(why) => misfit = Some(why.at(&key).to_string()),
            }
        }
        flow_run.ask(&key, self.question).await?;
        let _letting_go = flow_run.suspend(key, self.timeout, misfit)?;
        // The body in which this is awaited is dropped.
        std::future::pending().await
    }
}

/// Input of a type; else the place that is wrong, and what was expected there.
fn read<I: DeserializeOwned>(input: &Value) -> Result<I, Misfit> {
    serde_path_to_error::deserialize(input).map_err(|error| {
        let path = error.path().to_string();
        let path = if path == "." { String::new() } else { path };
        Misfit { path, message: without_values(&error.into_inner().to_string()) }
    })
}

/// What serde says, without the value that it says it of.
fn without_values(message: &str) -> String {
    if ["missing field", "unknown field", "duplicate field"].iter().any(|start| message.starts_with(start)) {
        return message.to_owned();
    }
    match message.rsplit_once(", expected ") {
        Some((_, expected)) => format!("expected {expected}"),
        None => "not a valid value".to_owned(),
    }
}
