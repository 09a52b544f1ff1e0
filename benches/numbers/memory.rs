//! What a history costs in memory: it must not grow with what was recorded.

use std::process::Stdio;

use autotune::prelude::*;

use crate::child::{self, Part};
use crate::history::work;
use crate::ratio::Row;

const TASKS: u32 = 100_000;
/// How many flow runs of so many tasks.
const ROUNDS: usize = 6;
/// The bytes of a record of a task run in memory, at the very least: what would be seen of a leak.
const OF_ONE: f64 = 64.0;

#[flow]
async fn hundred_thousand() {
    for number in 0..TASKS {
        std::hint::black_box(work(number).await);
    }
}

/// Records, and prints the resident bytes after each flow run.
pub(crate) async fn remember() {
    let _store = autotune::init().expect("a history");
    for _ in 0..ROUNDS {
        hundred_thousand().await;
        println!("{}", resident().unwrap_or_default());
    }
}

/// The row of the memory that a process takes that records. Where the system does not say, there is none.
pub(crate) fn of_a_recording_process(print: &mut dyn FnMut(Row)) {
    if resident().is_none() {
        return;
    }
    let home = tempfile::tempdir().expect("a folder for the database");
    let output =
        child::command(Part::Remember, home.path()).stdout(Stdio::piped()).output().expect("it ends");
    let after: Vec<f64> =
        String::from_utf8_lossy(&output.stdout).lines().filter_map(|line| line.parse().ok()).collect();
    let [_, second, .., last] = after.as_slice() else { panic!("the process says how much memory it has") };
    // The first makes the buffers that all others use.
    let rounds = u32::try_from(ROUNDS - 2).expect("a few");
    let growth = (last - second) / f64::from(rounds);
    let bar = OF_ONE * f64::from(TASKS) / 10.0;
    print(Row {
        what: "memory of a recording process, growth per 100 000 task runs",
        floor: "a tenth of their events",
        measured: format!("{:.0} kB", growth / 1e3),
        bar: format!("≤ {:.0} kB", bar / 1e3),
        holds: growth <= bar,
        note: format!(
            "{:.1} MB resident after 200 000, {:.1} MB after {ROUNDS}00 000",
            second / 1e6,
            last / 1e6
        ),
    });
}

/// The bytes of this process that are in memory.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1024)
}
