//! Pauses: a flow run waits until somebody lets it go on, and may be told something.

use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::context;
use crate::interrupted::{CannotPause, Interrupted};
use crate::scope::{Misfit, Question, Scope};

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
/// waits; pauses of one key are resumed together.
pub fn pause() -> Pause<()> {
    let flow_run = context::with(|node| node.and_then(|node| node.flow_run().map(Arc::clone)));
    Pause { flow_run, key: None, timeout: HOUR, question: None, read: |_| Ok(()), input: PhantomData }
}

/// A pause that has not begun. Made by [`pause`].
#[must_use = "a pause does nothing until it is `.await`ed"]
#[derive(Debug)]
pub struct Pause<T> {
    flow_run: Option<Arc<Scope>>,
    key: Option<String>,
    timeout: Duration,
    question: Option<Question>,
    read: Read<T>,
    input: PhantomData<fn() -> T>,
}

/// Reads what was said by whoever resumed the pause.
type Read<T> = fn(Option<&Value>) -> Result<T, Misfit>;

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
        let Pause { flow_run, key, timeout, .. } = self;
        let question = Question {
            schema: || schemars::schema_for!(I).to_value(),
            check: |input| read::<I>(input).map(drop),
        };
        let read: Read<I> = |input| match input {
            Some(input) => read(input),
            None => Err(Misfit::of_all("it was resumed without any")),
        };
        Pause { flow_run, key, timeout, question: Some(question), read, input: PhantomData }
    }
}

impl<T: 'static> IntoFuture for Pause<T> {
    type Output = Result<T, Interrupted>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let flow_run = self.flow_run.ok_or(CannotPause::OutsideOfFlow)?;
            let waiting = flow_run.pause(self.key, self.timeout, self.question)?;
            let answer = waiting.resumed().await?;
            Ok((self.read)(answer.0.as_ref()).map_err(|misfit| misfit.at(&waiting.key))?)
        })
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
