//! What a run returned, or why it did not.

use serde_json::Value;

use super::arguments::Output;
use super::execute::Ended;
use crate::StateName;
use crate::cli::exit::{Exit, Failure};
use crate::cli::flows::json;
use crate::cli::process::Process;
use autotune_runtime::flow::FlowOutcome;

/// Prints the result of a run that completed.
pub(super) fn tell(flow: &str, ended: Ended, output: Output, process: &Process) -> Result<Exit, Failure> {
    let Ended { outcome, signal } = ended;
    if let Some(signal) = signal
        && outcome.state == StateName::Cancelled
    {
        return Err(Failure::Told(signal.exit(), format!("flow `{flow}` was cancelled")));
    }
    if outcome.state == StateName::Suspended {
        // It has not ended, and is no failure.
        let message = outcome.message.unwrap_or_default();
        process.tell(&format!("{message}: `runs resume ID` lets a worker go on with it\n"));
        return Ok(Exit::Done);
    }
    if !outcome.is_completed() {
        return Err(failure(flow, &outcome));
    }
    process.print(&result(&outcome, output))?;
    Ok(Exit::Done)
}

fn result(outcome: &FlowOutcome, output: Output) -> String {
    match (&outcome.text, &outcome.json) {
        (Some(text), _) if output == Output::Text && text.ends_with('\n') => text.clone(),
        (Some(text), _) if output == Output::Text => format!("{text}\n"),
        (_, json) if output == Output::Json => json::pretty(json.as_ref().unwrap_or(&Value::Null)),
        // `()` is nothing to read.
        (_, None | Some(Value::Null)) => String::new(),
        (_, Some(json)) => json::pretty(json),
    }
}

fn failure(flow: &str, outcome: &FlowOutcome) -> Failure {
    let (exit, verb) = match outcome.state {
        StateName::Crashed => (Exit::Panicked, "panicked"),
        StateName::Cancelled => (Exit::Failed, "was cancelled"),
        StateName::NotReady => (Exit::Failed, "did not start"),
        _ => (Exit::Failed, "failed"),
    };
    // That of a cancelled flow only says once more that it was.
    let message = outcome.message.as_ref().filter(|_| outcome.state != StateName::Cancelled);
    let message = message.map(|message| format!(": {message}")).unwrap_or_default();
    Failure::Told(exit, format!("flow `{flow}` {verb}{message}"))
}
