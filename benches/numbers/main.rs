//! Prints the table of numbers that autotune holds: each is measured side by
//! side with its floor, in one run, because machines are noisy and a ratio is
//! less so.
//!
//! ```text
//! cargo bench -p autotune-benches            # all of it
//! cargo bench -p autotune-benches -- calls   # only what a call costs
//! cargo bench -p autotune-benches -- history # only what is stored
//! ```

#![expect(clippy::print_stdout, reason = "the table is what this program is for")]

mod allocations;
mod calls;
mod history;
mod ratio;

use ratio::Row;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime can be built");
    println!("{}", Row::HEAD);
    let mut print = |row: Row| println!("{row}");

    let is_only = |part: &str| std::env::args().any(|argument| argument == part);

    if !is_only("history") {
        runtime.block_on(calls::unrecorded(&mut print));
    }
    history::install();
    if !is_only("history") {
        runtime.block_on(calls::recorded(&mut print));
    }
    if !is_only("calls") {
        runtime.block_on(history::into_sqlite(&mut print));
    }
}
