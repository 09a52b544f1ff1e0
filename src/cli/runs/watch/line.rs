//! A run in a new state, as a line.

use autotune_runtime::embedded::RunRecord;

use crate::StateType;
use crate::cli::history;
use crate::cli::paint::Paint;
use crate::cli::runs::tree::colored;
use crate::cli::time;
use crate::duration::Rounded;

/// `2026-11-23 09:30:12.123 prep 2024-03-07 (5f3a91c0.2) | Failed  12.1ms  no data`.
pub(super) fn plain(run: &RunRecord, paint: Paint) -> String {
    let time = format!("{}.{:03}", time::shown(run.state_at), run.state_at.subsec_millisecond());
    let id = history::short(run.root, run.sequence);
    let name = paint.bold(&history::line(&run.name));
    format!("{} {name} ({id}) | {}{}\n", paint.dim(&time), colored(run, paint), details(run, paint))
}

/// `✓ prep 2024-03-07  12.1ms`; nothing for a state that is seen while it lasts.
pub(super) fn live(run: &RunRecord, paint: Paint) -> Option<String> {
    let sign = match (run.state_type, run.state_name.as_str()) {
        (_, "Cached") => paint.cyan("⊙"),
        (StateType::Completed, _) => paint.green("✓"),
        (StateType::Failed | StateType::Crashed, _) => paint.red("✗"),
        (StateType::Cancelled, _) | (_, "NotReady") => paint.yellow("⊘"),
        (_, "AwaitingRetry") => paint.yellow("↻"),
        _ => return None,
    };
    // The sign says it all.
    let state = match run.state_name.as_str() {
        "Completed" => String::new(),
        _ => format!("  {}", colored(run, paint)),
    };
    Some(format!("{sign} {}{state}{}", history::line(&run.name), details(run, paint)))
}

/// The name of a run that has not ended, with what it waits for.
pub(super) fn name(run: &RunRecord) -> String {
    let name = history::line(&run.name);
    match (run.state_type, run.due) {
        (StateType::Running, _) => name,
        (StateType::Paused, Some(due)) => format!("{name}, {} until {}", run.state_name, time::shown(due)),
        (StateType::Scheduled, Some(due)) => format!("{name}, {} for {}", run.state_name, time::shown(due)),
        _ => format!("{name}, {}", history::line(&run.state_name)),
    }
}

fn details(run: &RunRecord, paint: Paint) -> String {
    let took = run.took().map(|took| paint.dim(&format!("  {}", Rounded(took)))).unwrap_or_default();
    let message = run.message.as_deref().map(history::line).filter(|message| !message.is_empty());
    took + &message.map(|message| format!("  {message}")).unwrap_or_default()
}
