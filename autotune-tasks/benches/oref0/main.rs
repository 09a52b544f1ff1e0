//! The analysis of the sample week against oref0 itself, in one run: inside one
//! process, and as the processes of its two commands, day after day.
//!
//! ```text
//! cargo bench -p autotune-tasks
//! ```
//!
//! Without node and npm only our own time is printed.

#![expect(clippy::print_stdout, reason = "the table is what this program is for")]
#![expect(clippy::disallowed_types, reason = "a benchmark measures real time")]

mod commands;
mod reference;

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use autotune_tasks::chain::tune_days;
use autotune_tasks::history::{History, load};
use autotune_tasks::oref0::PrepOptions;

use commands::Commands;
use reference::Reference;

const DAYS: usize = 7;
const RUNS: usize = 31;

/// How much faster than the reference we are to be.
const IN_PROCESS_BAR: f64 = 30.0;
const COMMANDS_BAR: f64 = 60.0;

fn main() {
    let history = load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data/week")).expect("the sample week");
    let (ours, sensitivity) = in_process(&history);

    println!("| what | against | measured | bar | | |");
    println!("|---|---|---|---|---|---|");
    let Some(reference) = Reference::install() else {
        println!("| oref0 analysis, {DAYS} days, in process | node is not here | {} | | | |", Shown(ours));
        return;
    };
    let commands = Commands::write(&history);

    let theirs = reference.in_process(&commands);
    let exact = theirs.sensitivity.to_bits() == sensitivity.to_bits();
    row("in process", theirs.time, ours, IN_PROCESS_BAR, exact);

    let theirs = commands.run(|command| reference.command(command));
    let ours = commands.run(commands::ours);
    let exact = theirs.profile == ours.profile;
    row("as processes", theirs.time, ours.time, COMMANDS_BAR, exact);
}

fn row(what: &str, theirs: Duration, ours: Duration, bar: f64, exact: bool) {
    let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
    let verdict = if ratio >= bar && exact { "holds" } else { "MISSED" };
    let equal = if exact { "equal to the last digit" } else { "NOT EQUAL" };
    println!(
        "| oref0 analysis, {DAYS} days, {what} | node | {ratio:.0}× | ≥ {bar}× | {verdict} | {} / {}, {equal} |",
        Shown(ours),
        Shown(theirs)
    );
}

/// The median time of the week, and the sensitivity that it gives.
fn in_process(history: &History) -> (Duration, f64) {
    let days = history.last_days(DAYS).expect("enough days");
    let mut sensitivity = f64::NAN;
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            let tuned = tune_days(history, &days, PrepOptions::default()).expect("tuned days");
            let took = start.elapsed();
            sensitivity = tuned.last().map_or(f64::NAN, |day| day.tuned.profile.isf());
            black_box(tuned);
            took
        })
        .collect();
    times.sort();
    (times[RUNS / 2], sensitivity)
}

/// A time in milliseconds or seconds.
struct Shown(Duration);

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0.as_secs_f64() {
            seconds if seconds < 1.0 => write!(f, "{:.1} ms", seconds * 1e3),
            seconds => write!(f, "{seconds:.2} s"),
        }
    }
}
