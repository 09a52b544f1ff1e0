//! Flow runs go on where they were, in another process. Killed at any point, hundreds of times: see `faults/kills.rs`.
#![cfg(unix)]

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Duration;

use autotune::Registry;
use autotune::cli::{Cli, Process};
use autotune::embedded::{RunFilter, Store};
use autotune::prelude::*;

/// The variable with the arguments of the program.
const ARGUMENTS: &str = "SUITE_RESUME_ARGUMENTS";
/// How many tasks the flow awaits one after the other; as many it submits, and as many its subflow runs.
const EACH: u32 = 8;

fn append(side: &str, line: &str) {
    let mut file = OpenOptions::new().append(true).create(true).open(side).expect("a file");
    file.write_all(format!("{line}\n").as_bytes()).expect("a line is written");
}

#[task(persist_result)]
async fn step(side: String, name: String) -> anyhow::Result<String> {
    tokio::time::sleep(Duration::from_millis(1)).await;
    append(&side, &format!("ran {name}"));
    Ok(name)
}

#[flow]
async fn part(side: &str, first: u32) -> anyhow::Result<()> {
    for number in first..first + EACH / 2 {
        let name = step(side.to_owned(), format!("part {number}")).await?;
        append(side, &format!("saw {name}"));
    }
    Ok(())
}

/// Take many steps.
#[flow]
async fn walk(side: &str, #[secret] token: &str, #[serde(default)] fail: bool) -> anyhow::Result<u32> {
    anyhow::ensure!(token == "hunter2", "the token is wrong");
    for number in 0..EACH {
        let name = step(side.to_owned(), format!("one {number}")).await?;
        append(side, &format!("saw {name}"));
    }
    part(side, 0).await?;
    part(side, EACH / 2).await?;
    let steps = (0..EACH).map(|number| step(side.to_owned(), format!("many {number}")).submit());
    for step in steps.collect::<Vec<_>>() {
        let name = step.await?;
        append(side, &format!("saw {name}"));
    }
    anyhow::ensure!(!fail, "it was told to fail");
    Ok(3 * EACH)
}

/// Not a test, but the program that the tests of this file run.
#[test]
#[ignore = "other tests run it"]
fn walking_program() -> ExitCode {
    let Ok(arguments) = std::env::var(ARGUMENTS) else { return ExitCode::SUCCESS };
    let registry = Registry::new().flow(walk).flow(part);
    Cli::new().registry(registry).run_from(["walker"].into_iter().chain(arguments.split('\n')))
}

fn start(home: &Path, arguments: &[&str]) -> Child {
    let mut command = Command::new(std::env::current_exe().expect("a program"));
    command
        .args(["--exact", "cli::resume::walking_program", "--ignored", "--nocapture", "--test-threads=1"])
        .env(ARGUMENTS, arguments.join("\n"))
        .env("AUTOTUNE_HOME", home)
        .env("AUTOTUNE_TOKEN", "hunter2")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().expect("it starts")
}

/// What the program has written, and whether it succeeded.
fn end(child: Child) -> (bool, String) {
    let ended = child.wait_with_output().expect("it ends");
    (ended.status.success(), String::from_utf8_lossy(&[ended.stdout, ended.stderr].concat()).into_owned())
}

fn store(home: &Path) -> Store {
    Store::open(home.join("autotune.db")).expect("a database")
}

/// The id of the flow run, if it was recorded.
fn recorded(home: &Path) -> Option<String> {
    if !home.join("autotune.db").exists() {
        return None;
    }
    Some(store(home).runs(&RunFilter::of_flow("walk")).expect("read").first()?.id.to_string())
}

#[test]
fn a_run_that_failed_is_resumed_as_the_same_run_from_its_recorded_parameters() {
    let folder = tempfile::tempdir().expect("a folder");
    let (home, side) = (folder.path(), folder.path().join("side.txt"));
    let side = side.to_str().expect("a path is text");
    let (succeeded, said) =
        end(start(home, &["run", "walk", "--side", side, "--fail", "--run-name", "night"]));
    assert!(!succeeded || said.contains("it was told to fail"), "{said}");
    let id = recorded(home).expect("a run");
    let (_, said) = end(start(home, &["runs", "resume", &id, "--params", r#"{"fail":false}"#, "-q"]));
    assert!(said.contains("24"), "{said}");
    let ran = fs::read_to_string(side).expect("a file");
    assert_eq!(ran.lines().filter(|line| line.starts_with("ran")).count(), 24, "each ran once: {ran}");

    let store = store(home);
    let runs = store.runs(&RunFilter::of_flow("walk")).expect("read");
    assert_eq!((runs.len(), runs[0].name.as_str(), runs[0].run_count), (1, "night", 2));
    let states = store.states(runs[0].id).expect("read");
    let states: Vec<_> = states.iter().map(|state| state.state_name.as_str()).collect();
    assert_eq!(states, ["Running", "Failed", "AwaitingRetry", "Retrying", "Completed"]);
    let counts = store.counts(runs[0].id).expect("read");
    let counts: Vec<_> = counts.iter().map(|of| (of.state_name.as_str(), of.runs)).collect();
    assert_eq!(counts.len(), 2, "{counts:?}");
    assert!(counts.iter().all(|&(_, runs)| runs == u64::from(2 * EACH)), "{counts:?}");

    let (_, said) = end(start(home, &["runs", "resume", &id]));
    assert!(said.contains("flow run night has completed; there is nothing to resume"), "{said}");
    let files = fs::read(store.path()).expect("a file");
    assert!(!files.windows(7).any(|window| window == b"hunter2"), "a secret is not kept");
}

#[test]
fn a_run_that_is_alive_is_left_alone_and_one_that_was_killed_is_shown_as_crashed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (home, side) = (folder.path(), folder.path().join("side.txt"));
    let side = side.to_str().expect("a path is text");
    let mut child = start(home, &["run", "walk", "--side", side, "-q"]);
    while recorded(home).is_none() && child.try_wait().expect("a process").is_none() {
        std::thread::yield_now();
    }
    let id = recorded(home).expect("a run");
    let stopped = Command::new("kill").args(["-STOP", &child.id().to_string()]).status();
    assert!(stopped.expect("it is there").success());
    let (_, said) = end(start(home, &["runs", "resume", &id]));
    assert!(said.contains("can be resumed when it has ended"), "{said}");
    child.kill().expect("a process of ours");
    child.wait().expect("it is dead");
    let process = Process::in_memory().variable("AUTOTUNE_HOME", home.to_str().expect("text"));
    let _ = Cli::new().registry(Registry::new()).process(process.clone()).run_from(["walker", "runs", "ls"]);
    assert!(process.stdout().contains("Crashed"), "{}", process.stdout());
    assert!(process.stdout().contains("was killed"), "{}", process.stdout());
}
