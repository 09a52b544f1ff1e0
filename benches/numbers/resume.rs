//! How long a flow run that was killed takes to come back to where it was.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use autotune::Registry;
use autotune::embedded::RunFilter;
use autotune::prelude::*;
use autotune_runtime::clock::Instant;

use crate::child::{self, Part};
use crate::ratio::Row;

const TASKS: u32 = 10_000;

/// How often a body ran in this process.
static RAN: AtomicU32 = AtomicU32::new(0);

#[task(persist_result)]
async fn kept(number: u32) -> u32 {
    RAN.fetch_add(1, Ordering::Relaxed);
    number
}

#[flow]
async fn walk(is_killed: bool) {
    for number in 0..TASKS {
        std::hint::black_box(kept(number).await);
    }
    println!("{}", RAN.load(Ordering::Relaxed));
    if is_killed {
        std::future::pending::<()>().await;
    }
}

/// Runs all tasks, and then waits to be killed.
pub(crate) async fn walk_until_killed() {
    let _store = autotune::init().expect("a history");
    walk(true).await;
}

/// Resumes what [`walk_until_killed`] has left behind.
pub(crate) async fn resume() {
    let store = autotune::init().expect("a history");
    let runs = store.runs(&RunFilter::of_flow("walk")).expect("the history can be read");
    let run = runs.first().expect("the run that was killed");
    let given = [("is_killed".to_owned(), false.into())].into_iter().collect();
    let resumed = store.resume(&Registry::new().flow(walk), run.id, given).expect("it can be resumed");
    resumed.await;
}

/// The row of a run that is killed after its last task, and resumed. Both times are those from the start of the
/// process.
pub(crate) fn of_a_killed_run(print: &mut dyn FnMut(Row)) {
    let home = tempfile::tempdir().expect("a folder for the database");
    let (mut child, first, ran) = until_all_have_passed(Part::Walk, home.path());
    child.kill().expect("it still runs");
    child.wait().expect("it ends");
    let (mut child, resumed, ran_again) = until_all_have_passed(Part::Resume, home.path());
    let is_completed = child.wait().expect("it ends").success();
    print(Row {
        what: "resume of a run with 10 000 tasks of `persist_result`",
        floor: "the run until it was killed",
        measured: format!("{:.2}×", resumed / first),
        bar: "≤ 0.5×".to_owned(),
        holds: is_completed && ran == TASKS && ran_again == 0 && resumed <= first / 2.0,
        note: format!(
            "{:.0} ms / {:.0} ms, {:.1} µs / {:.1} µs a task, {ran_again} ran again",
            resumed * 1e3,
            first * 1e3,
            resumed * 1e6 / f64::from(TASKS),
            first * 1e6 / f64::from(TASKS),
        ),
    });
}

/// Starts a process; how many seconds later its flow has passed all tasks, and how many bodies ran for that.
fn until_all_have_passed(part: Part, home: &Path) -> (Child, f64, u32) {
    let start = Instant::now();
    let mut child = child::command(part, home).stdout(Stdio::piped()).spawn().expect("this program starts");
    let mut line = String::new();
    let output = child.stdout.as_mut().expect("it is piped");
    BufReader::new(output).read_line(&mut line).expect("it writes");
    let seconds = start.elapsed().as_secs_f64();
    (child, seconds, line.trim().parse().expect("the process says how many bodies ran"))
}
