//! Runs a flow to its end, or until Ctrl-C.

use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::{Builder, Handle};

use crate::cli::console::Console;
use crate::cli::exit::{Exit, Failure};
use crate::registry::StartError;
use autotune_runtime::flow::{FlowOutcome, FlowRun};

/// How long what is still running has to notice that it was stopped.
const GRACE: Duration = Duration::from_millis(500);

/// How a run ended.
pub(super) enum Ended {
    /// By itself.
    Outcome(FlowOutcome),
    /// By Ctrl-C.
    Interrupted,
}

/// Starts a run and waits for its end.
pub(super) fn to_the_end<S>(start: S, console: &Console) -> Result<Ended, Failure>
where
    S: FnOnce() -> Result<FlowRun, StartError> + Send,
{
    if Handle::try_current().is_err() {
        return on_this_thread(start, console);
    }
    // A thread that belongs to a runtime, such as that of `#[tokio::main]`, cannot wait in another one.
    let ended = std::thread::scope(|scope| scope.spawn(|| on_this_thread(start, console)).join());
    ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn on_this_thread<S>(start: S, console: &Console) -> Result<Ended, Failure>
where
    S: FnOnce() -> Result<FlowRun, StartError>,
{
    let runtime =
        Builder::new_multi_thread().enable_all().on_thread_start(console.on_thread_start()).build().map_err(
            |error| Failure::Told(Exit::Failed, format!("the runtime cannot be started: {error}")),
        )?;
    let ended = console.within(|| {
        runtime.block_on(async {
            let run = start().map_err(|error| Failure::misused(error.to_string()))?;
            Ok(until_interrupted(run, console.is_interruptible()).await)
        })
    });
    console.within(|| runtime.shutdown_timeout(GRACE));
    ended
}

async fn until_interrupted(mut run: FlowRun, is_interruptible: bool) -> Ended {
    let mut interrupted = pin!(async {
        if !is_interruptible || tokio::spawn(interrupted()).await.is_err() {
            std::future::pending::<()>().await;
        }
    });
    poll_fn(|cx| match run.as_mut().poll(cx) {
        Poll::Ready(outcome) => Poll::Ready(Ended::Outcome(outcome)),
        Poll::Pending => interrupted.as_mut().poll(cx).map(|()| Ended::Interrupted),
    })
    .await
}

/// Ends with the first Ctrl-C. The second ends the process, for flows that do not
/// come to notice the first.
async fn interrupted() {
    ctrl_c().await;
    tokio::spawn(async {
        ctrl_c().await;
        std::process::exit(130);
    });
}

async fn ctrl_c() {
    let pressed: io::Result<()> = tokio::signal::ctrl_c().await;
    if pressed.is_err() {
        // Without a handler, Ctrl-C ends the process by itself.
        std::future::pending::<()>().await;
    }
}
