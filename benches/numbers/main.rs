//! Prints the table of numbers that autotune holds: each is measured side by
//! side with its floor, in one run, because machines are noisy and a ratio is
//! less so.
//!
//! ```text
//! cargo bench -p autotune-benches             # all of it
//! cargo bench -p autotune-benches -- calls    # only what a call costs
//! cargo bench -p autotune-benches -- history  # only how fast history is stored
//! cargo bench -p autotune-benches -- memory   # only what that costs in memory
//! cargo bench -p autotune-benches -- resume   # only how a killed run comes back
//! cargo bench -p autotune-benches -- claims   # only what workers ask the orchestrator
//! cargo bench -p autotune-benches -- terminal # only how long a person waits for `runs ls` and the like
//! ```

#![expect(clippy::print_stdout, reason = "the table is what this program is for")]

mod allocations;
mod calls;
mod child;
mod claims;
mod history;
mod memory;
mod ratio;
mod resume;
mod sequential;
mod terminal;

use std::process::ExitCode;

use tokio::runtime::Runtime;

use ratio::Row;

/// What may be asked for alone.
const PARTS: [&str; 6] = ["calls", "history", "memory", "resume", "claims", "terminal"];

fn main() -> ExitCode {
    if let Some(code) = child::play() {
        return code;
    }
    println!("{}", Row::HEAD);
    let mut print = |row: Row| println!("{row}");
    let asked: Vec<_> = std::env::args().filter(|argument| PARTS.contains(&argument.as_str())).collect();
    let is_asked = |part: &str| asked.is_empty() || asked.iter().any(|of| of == part);

    let runtime = runtime();
    if is_asked("calls") {
        runtime.block_on(calls::unrecorded(&mut print));
    }
    history::install();
    if is_asked("calls") {
        runtime.block_on(calls::recorded(&mut print));
    }
    if is_asked("history") {
        runtime.block_on(history::into_sqlite(&mut print));
    }
    if is_asked("memory") {
        memory::of_a_recording_process(&mut print);
    }
    if is_asked("resume") {
        resume::of_a_killed_run(&mut print);
    }
    if is_asked("claims") {
        claims::by_workers(&mut print);
    }
    if is_asked("terminal") {
        terminal::of_commands(&mut print);
    }
    ExitCode::SUCCESS
}

/// What each process runs on.
fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime can be built")
}
