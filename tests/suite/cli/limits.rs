//! `limits`, and processes that share one.
#![cfg(unix)]

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};

use autotune::Registry;
use autotune::cli::{Cli, Process};
use autotune::limits::concurrency;
use autotune::prelude::*;
use expect_test::expect;

use super::program::run_in;
use super::serve::{said, until};

/// The variable with the arguments of the program.
const ARGUMENTS: &str = "SUITE_LIMITS_ARGUMENTS";
/// How often each process goes through the door.
const VISITS: u32 = 25;

fn write_down(side: &str, line: &str) -> anyhow::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).open(side)?;
    Ok(file.write_all(format!("{line}\n").as_bytes())?)
}

/// Stays for a moment where nobody else may be.
async fn stay(side: &str) -> anyhow::Result<()> {
    let inside = format!("{side}.inside");
    // The system lets one make it.
    OpenOptions::new().write(true).create_new(true).open(&inside)?;
    tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    write_down(side, &format!("{} was there", std::process::id()))?;
    Ok(fs::remove_file(&inside)?)
}

#[task(tags = ["door"])]
async fn visit(side: String) -> anyhow::Result<()> {
    stay(&side).await
}

/// Go through a door that lets one in at a time, by a tag and by name.
#[flow]
async fn visits(side: String) -> anyhow::Result<()> {
    write_down(&side, &format!("{} is here", std::process::id()))?;
    // Nobody begins before everybody is there.
    while fs::read_to_string(&side)?.matches("is here").count() < 2 {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    (0..VISITS).map(|_| visit(side.clone())).submit_all().results().await?;
    for _ in 0..VISITS {
        let _slot = concurrency(["tag:door"]).acquire().await?;
        stay(&side).await?;
    }
    Ok(())
}

/// Stay behind the door.
#[flow]
async fn block(side: String) -> anyhow::Result<()> {
    let _slot = concurrency(["tag:door"]).acquire().await?;
    write_down(&side, "blocked")?;
    std::future::pending().await
}

/// Not a test, but the program that the tests of this file run.
#[test]
#[ignore = "other tests run it"]
fn limited_program() -> ExitCode {
    let Ok(arguments) = std::env::var(ARGUMENTS) else { return ExitCode::SUCCESS };
    let registry = Registry::new().flow(visits).flow(block);
    Cli::new().registry(registry).run_from(["house"].into_iter().chain(arguments.split('\n')))
}

struct House(tempfile::TempDir);

impl House {
    fn new() -> Self {
        House(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn start(&self, arguments: &[&str]) -> Child {
        let mut command = Command::new(std::env::current_exe().expect("a program"));
        command
            .args(["--exact", "cli::limits::limited_program", "--ignored", "--nocapture", "--test-threads=1"])
            .env(ARGUMENTS, arguments.join("\n"))
            .env("AUTOTUNE_HOME", self.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().expect("it starts")
    }

    fn side(&self) -> String {
        self.path().join("side.txt").to_str().expect("a path is text").to_owned()
    }

    fn lines(&self, with: &str) -> usize {
        fs::read_to_string(self.side()).unwrap_or_default().matches(with).count()
    }

    /// What a command says, in a process that is none.
    fn ask(&self, arguments: &[&str]) -> String {
        let home = self.path().to_str().expect("a path is text");
        run_in(&Process::in_memory().variable("AUTOTUNE_HOME", home), arguments).shown()
    }
}

#[test]
fn limits_are_set_shown_paused_and_removed() {
    let house = House::new();
    assert_eq!(house.ask(&["limits", "ls"]), "exit 0\nNo limits.\n");
    assert_eq!(house.ask(&["limits", "set", "db", "4"]), "exit 0\ndb has 4 slots.\n");
    assert_eq!(house.ask(&["limits", "set", "tag:io", "1"]), "exit 0\ntag:io has 1 slot.\n");
    let rate = house.ask(&["limits", "set", "api", "10", "--per-second", "2.5"]);
    assert_eq!(rate, "exit 0\napi has 10 slots, and 2.5 come back each second.\n");
    assert_eq!(house.ask(&["limits", "pause", "db"]), "exit 0\ndb limits nothing.\n");
    assert_eq!(house.ask(&["limits", "set", "db", "5"]), "exit 0\ndb has 5 slots; it is paused.\n");
    expect![[r#"
        exit 0
        NAME    SLOTS  TAKEN  PER SECOND  PAUSED
        api     10     0      2.5
        db      5      0                  paused
        tag:io  1      0
    "#]]
    .assert_eq(&house.ask(&["limits", "ls"]));
    assert_eq!(house.ask(&["limits", "resume", "db"]), "exit 0\ndb holds again.\n");
    assert_eq!(house.ask(&["limits", "delete", "tag:io"]), "exit 0\ntag:io is removed.\n");
    expect![[r#"
        exit 0
        [
          {
            "active": true,
            "limit": 10,
            "name": "api",
            "slot_decay_per_second": 2.5,
            "taken": 0
          },
          {
            "active": true,
            "limit": 5,
            "name": "db",
            "slot_decay_per_second": 0.0,
            "taken": 0
          }
        ]
    "#]]
    .assert_eq(&house.ask(&["limits", "ls", "--json"]));
}

#[test]
fn a_limit_that_there_is_not_is_answered_with_those_there_are() {
    let house = House::new();
    house.ask(&["limits", "set", "api", "2"]);
    house.ask(&["limits", "set", "db", "2"]);
    for verb in ["pause", "resume", "delete"] {
        let said = house.ask(&["limits", verb, "bd"]);
        assert_eq!(said, "exit 2\nerror: there is no limit `bd`; there is api, db\n", "{verb}");
    }
}

#[test]
fn slots_that_cannot_be_are_answered() {
    let house = House::new();
    let said = house.ask(&["limits", "set", "db", "many"]);
    assert!(said.starts_with("exit 2\nerror: invalid value 'many' for '<SLOTS>'"), "{said}");
    let said = house.ask(&["limits", "set", "db", "1", "--per-second", "0"]);
    assert!(said.contains("slots would never come back; write a number above 0"), "{said}");
    let said = house.ask(&["limits", "set", "db"]);
    assert!(said.starts_with("exit 2\n") && said.contains("<SLOTS>"), "{said}");
    assert_eq!(house.ask(&["limits", "ls"]), "exit 0\nNo limits.\n");
}

#[test]
fn two_processes_that_share_a_limit_of_one_are_never_inside_at_once() {
    let house = House::new();
    house.ask(&["limits", "set", "tag:door", "1"]);
    let visitors = [(); 2].map(|()| house.start(&["run", "visits", "--side", &house.side(), "-q"]));
    let told = visitors.map(said);
    let expected = 2 * 2 * VISITS as usize;
    assert_eq!(house.lines("was there"), expected, "somebody else was inside:\n{}", told.concat());
    assert!(house.ask(&["limits", "ls", "--json"]).contains("\"taken\": 0"));
}

#[test]
fn the_slot_of_a_process_that_was_killed_is_the_next_ones() {
    let house = House::new();
    house.ask(&["limits", "set", "tag:door", "1"]);
    let mut blocking = house.start(&["run", "block", "--side", &house.side(), "-q"]);
    until("it is behind the door", || house.lines("blocked") == 1);
    let waiting = house.start(&["run", "block", "--side", &house.side(), "-q"]);
    let runs = || house.ask(&["runs", "ls", "--state", "running", "--json"]).matches("\"id\"").count();
    until("another one waits", || runs() == 2);
    assert!(house.ask(&["limits", "ls", "--json"]).contains("\"taken\": 1"));
    assert_eq!(house.lines("blocked"), 1);
    blocking.kill().expect("SIGKILL");
    blocking.wait().expect("it is dead");
    // Long before its lease ends.
    until("the next one is behind the door", || house.lines("blocked") == 2);
    assert!(house.ask(&["limits", "ls", "--json"]).contains("\"taken\": 1"));
    let mut waiting = waiting;
    waiting.kill().expect("SIGKILL");
    waiting.wait().expect("it is dead");
    assert!(house.ask(&["limits", "ls", "--json"]).contains("\"taken\": 0"), "nobody has it");
}
