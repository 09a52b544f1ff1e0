//! How long the analysis of the sample week takes, without reading files.
//!
//! Prints milliseconds for seven days, prepared and tuned one after the other.

use std::{hint::black_box, path::Path, time::Duration};

use autotune_tasks::{
    chain::tune_days,
    history::{History, load},
    oref0::PrepOptions,
};

const RUNS: usize = 31;

#[expect(clippy::print_stdout, reason = "the numbers are what a benchmark is for")]
fn main() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/week");
    let history = load(&directory).expect("the sample week is complete");
    for days in [1, 7] {
        let mut times: Vec<Duration> = (0..RUNS).map(|_| time(|| tune(&history, days))).collect();
        times.sort();
        let median = times[RUNS / 2].as_secs_f64() * 1000.0;
        println!("{days} days: {median:.2} ms (median of {RUNS})");
    }
}

/// Tunes the last so many days; returns the sensitivity found.
fn tune(history: &History, days: usize) -> f64 {
    let days = history.last_days(days).expect("enough days");
    let tuned = tune_days(history, &days, PrepOptions::default()).expect("tuned days");
    tuned.last().map_or(f64::NAN, |day| day.tuned.profile.isf())
}

#[expect(clippy::disallowed_types, reason = "a benchmark measures real time")]
fn time(work: impl FnOnce() -> f64) -> Duration {
    let start = std::time::Instant::now();
    black_box(work());
    start.elapsed()
}
