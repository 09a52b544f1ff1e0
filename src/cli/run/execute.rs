//! Runs a flow to its end, and cancels it when the process is told to stop.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::{Builder, Handle};

use crate::cli::console::Console;
use crate::cli::exit::{Exit, Failure};
use crate::flow_runs;
use autotune_runtime::flow::{FlowOutcome, FlowRun};

/// How long what is still running has to notice that it was stopped.
const GRACE: Duration = Duration::from_millis(500);

/// How a run ended.
pub(in crate::cli) struct Ended {
    pub(super) outcome: FlowOutcome,
    /// What the process was sent on the way.
    pub(super) signal: Option<Signal>,
}

/// What tells a process to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Ctrl-C, from a person.
    Interrupt,
    /// SIGTERM, from another program.
    Terminate,
}

impl Signal {
    pub(crate) fn exit(self) -> Exit {
        match self {
            Signal::Interrupt => Exit::Cancelled,
            Signal::Terminate => Exit::Terminated,
        }
    }
}

/// Starts a run and waits for its end.
pub(in crate::cli) fn to_the_end<S>(start: S, console: &Console) -> Result<Ended, Failure>
where
    S: FnOnce() -> Result<FlowRun, String> + Send,
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
    S: FnOnce() -> Result<FlowRun, String>,
{
    let runtime =
        Builder::new_multi_thread().enable_all().on_thread_start(console.on_thread_start()).build().map_err(
            |error| Failure::Told(Exit::Failed, format!("the runtime cannot be started: {error}")),
        )?;
    let ended = console.within(|| {
        runtime.block_on(async {
            let run = start().map_err(Failure::misused)?;
            let is_interruptible = console.is_interruptible();
            let signals = async move {
                if !is_interruptible {
                    std::future::pending::<()>().await;
                }
                told_to_stop().await
            };
            Ok(cancelled_by(signals, run).await)
        })
    });
    console.within(|| runtime.shutdown_timeout(GRACE));
    ended
}

/// Runs to the end. With the first signal all flow runs are cancelled: their hooks are
/// called, and their last state is recorded, before this one ends.
async fn cancelled_by(signal: impl Future<Output = Signal>, mut run: FlowRun) -> Ended {
    let mut signals = pin!(signal);
    let mut signal = None;
    poll_fn(|cx| {
        if let Poll::Ready(outcome) = run.as_mut().poll(cx) {
            return Poll::Ready(Ended { outcome, signal });
        }
        if signal.is_none()
            && let Poll::Ready(received) = signals.as_mut().poll(cx)
        {
            signal = Some(received);
            for run in flow_runs::running() {
                // One that ends just now needs no telling.
                let _ = run.cancel();
            }
        }
        Poll::Pending
    })
    .await
}

/// Ends with the first signal. The second ends the process, for flows that do not
/// come to notice the first, and for hooks that take too long.
async fn told_to_stop() -> Signal {
    // On a thread of the runtime, because the flow may keep this one busy.
    let first = tokio::spawn(async {
        let first = received().await;
        tokio::spawn(async { std::process::exit(received().await.exit().code().into()) });
        first
    });
    match first.await {
        Ok(signal) => signal,
        Err(_) => std::future::pending().await,
    }
}

/// What the process is sent next to tell it to stop.
pub(crate) async fn received() -> Signal {
    let (mut interrupt, mut terminate) = (pin!(interrupted()), pin!(terminated()));
    poll_fn(|cx| {
        if interrupt.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Signal::Interrupt);
        }
        terminate.as_mut().poll(cx).map(|()| Signal::Terminate)
    })
    .await
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler, Ctrl-C ends the process by itself.
        std::future::pending::<()>().await;
    }
}

async fn terminated() {
    #[cfg(unix)]
    if let Ok(mut signal) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        signal.recv().await;
        return;
    }
    std::future::pending::<()>().await;
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use autotune_runtime::call::StartOptions;
    use autotune_runtime::registry::Registry;
    use serde_json::json;

    use super::{Signal, cancelled_by};
    use crate::StateName;

    #[crate::flow(crate = crate)]
    async fn stops(at_once: bool) {
        if !at_once {
            std::future::pending::<()>().await;
        }
    }

    #[tokio::test]
    async fn a_signal_cancels_the_flow_and_does_not_touch_one_that_has_ended() {
        let registry = Registry::new().flow(stops);
        for (at_once, state, signal) in
            [(false, StateName::Cancelled, Some(Signal::Terminate)), (true, StateName::Completed, None)]
        {
            let flow = registry.get("stops").expect("it is there");
            let run = flow.start(json!({ "at_once": at_once }), StartOptions::default()).expect("it starts");
            let ended = cancelled_by(ready(Signal::Terminate), run).await;
            assert_eq!((ended.outcome.state, ended.signal), (state, signal));
        }
    }
}
