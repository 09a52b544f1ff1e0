//! How long a person waits at a terminal for what has been run.

use std::path::Path;
use std::process::Stdio;

use autotune::embedded::{RunFilter, Store};
use autotune::prelude::*;
use autotune_runtime::clock::Instant;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::child::{self, Part};
use crate::ratio::{Row, median};

/// How many tasks the largest flow run has.
const LARGE: u32 = 100_000;
const NIGHTS: u32 = 10_000;
const TASKS_A_NIGHT: u32 = 10;
/// How many run at once.
const AT_ONCE: u32 = 500;
const ROUNDS: usize = 11;
/// How long a blink of an eye takes, in seconds.
const BAR: f64 = 0.1;

#[task]
async fn step(number: u32) -> Result<u32, String> {
    info!(number, "done");
    if number % 100 == 99 { Err(format!("step {number} has failed")) } else { Ok(number) }
}

#[flow]
async fn large() {
    for number in 0..LARGE {
        let _ = step(number).await;
    }
}

#[flow]
async fn nightly(night: u32) -> Result<(), String> {
    for number in 0..TASKS_A_NIGHT {
        step(night * TASKS_A_NIGHT + number).await?;
    }
    Ok(())
}

/// Fills the database of this process.
pub(crate) async fn fill() {
    tracing_subscriber::registry().with(autotune::log::RunLayer).init();
    let _store = autotune::init().expect("a history");
    large().await;
    for first in (0..NIGHTS).step_by(AT_ONCE as usize) {
        let nights: Vec<_> = (first..first + AT_ONCE).map(|night| tokio::spawn(nightly(night))).collect();
        for night in nights {
            // One in ten fails.
            let _ = night.await.expect("it does not panic");
        }
    }
}

/// The rows of the commands that show what has been run, each a process from its start to its end.
pub(crate) fn of_commands(print: &mut dyn FnMut(Row)) {
    let home = tempfile::tempdir().expect("a folder for the database");
    let filled = child::command(Part::Fill, home.path()).status().expect("this program starts");
    assert!(filled.success(), "the database is filled");
    let store = Store::open(home.path().join("autotune.db")).expect("the database");
    let latest = |flow| {
        let runs = store.runs(&RunFilter { limit: Some(1), ..RunFilter::of_flow(flow) }).expect("read");
        runs.first().expect("the flow has run").id.to_string()
    };
    let (large, night) = (latest("large"), latest("nightly"));
    let commands: [(&'static str, Vec<&str>); 10] = [
        ("`runs ls`", vec!["runs", "ls"]),
        ("`runs ls --all`", vec!["runs", "ls", "--all"]),
        (
            "`runs ls --state failed --flow nightly`",
            vec!["runs", "ls", "--state", "failed", "--flow", "nightly"],
        ),
        ("`runs ls --state failed --task step`", vec!["runs", "ls", "--state", "failed", "--task", "step"]),
        ("`runs ls --in ID`, of 100 000 tasks", vec!["runs", "ls", "--in", &large]),
        ("`runs show ID`, of 100 000 tasks", vec!["runs", "show", &large]),
        ("`runs show ID`, of 10 tasks", vec!["runs", "show", &night]),
        ("`runs logs ID`, of 100 000 lines", vec!["runs", "logs", &large]),
        ("`runs logs ID`, of 10 lines", vec!["runs", "logs", &night]),
        ("`runs stats`", vec!["runs", "stats"]),
    ];
    for (what, arguments) in commands {
        let (seconds, lines) = time(home.path(), &arguments);
        print(Row {
            what,
            floor: "a process, with 200 000 task runs of 10 001 flow runs before it",
            measured: format!("{:.0} ms", seconds * 1e3),
            bar: format!("≤ {:.0} ms", BAR * 1e3),
            holds: seconds <= BAR && lines > 0,
            note: format!("{lines} lines"),
        });
    }
}

/// The seconds that a command takes, and the lines that it prints.
fn time(home: &Path, arguments: &[&str]) -> (f64, usize) {
    let mut lines = 0;
    let seconds = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        let mut command = child::command(Part::CommandLine, home);
        let output = command.args(arguments).stderr(Stdio::inherit()).output().expect("this program starts");
        let seconds = start.elapsed().as_secs_f64();
        assert!(output.status.success(), "{arguments:?} ends well");
        lines = output.stdout.split(|&byte| byte == b'\n').count() - 1;
        seconds
    });
    (median(seconds.collect()), lines)
}
