//! What can go wrong around a program: it is killed, its disk is full or read-only, its file is locked, damaged or old,
//! its clock jumps. Each test runs programs of its own.
#![cfg(all(feature = "cli", unix))]

mod clock;
mod damaged;
mod disk;
mod kills;
mod locked;
mod old;
mod two_workers;

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Duration;

use autotune::cli::Cli;
use autotune::deploy::{DeployError, FlowDeployment};
use autotune::deployment::DeploymentRun;
use autotune::embedded::{Durability, RunFilter, RunRecord, Store, StoreOptions};
use autotune::orchestrator::Deployments;
use autotune::prelude::*;
use autotune::{Registry, deploy};
use rusqlite::Connection;

/// The variable with the arguments of the program.
const ARGUMENTS: &str = "SUITE_FAULTS_ARGUMENTS";
/// The variable that makes history a duty.
const REQUIRED: &str = "SUITE_FAULTS_REQUIRED";
/// How many steps `walk` takes one after the other; as many it submits one by one, and as many its subflow takes.
const EACH: u32 = 6;
/// How many it submits at once.
const AT_ONCE: u32 = 60;
/// How many an errand takes.
const ERRAND: u32 = 3;

fn append(side: &str, line: &str) {
    let mut file = OpenOptions::new().append(true).create(true).open(side).expect("a file");
    file.write_all(format!("{line}\n").as_bytes()).expect("a line is written");
}

/// What ran is written down beside the database, so that the two can be held against each other.
#[task(persist_result, task_run_name = "{name}")]
async fn step(side: String, name: String) -> anyhow::Result<String> {
    tokio::time::sleep(Duration::from_millis(1)).await;
    append(&side, &name);
    Ok(name)
}

#[flow]
async fn part(side: &str) -> anyhow::Result<()> {
    for number in 0..EACH {
        step(side.to_owned(), format!("part {number}")).await?;
    }
    Ok(())
}

/// Take many steps.
#[flow]
async fn walk(side: &str) -> anyhow::Result<usize> {
    for number in 0..EACH {
        step(side.to_owned(), format!("one {number}")).await?;
    }
    part(side).await?;
    let many: Vec<_> =
        (0..EACH).map(|number| step(side.to_owned(), format!("many {number}")).submit()).collect();
    for step in many {
        step.await?;
    }
    let all = (0..AT_ONCE).map(|number| step(side.to_owned(), format!("all {number}"))).submit_all().await;
    Ok(all.len())
}

/// Take few steps.
#[flow]
async fn errand(side: String, number: u32) -> anyhow::Result<u32> {
    for part in 0..ERRAND {
        step(side.clone(), format!("errand {number}.{part}")).await?;
    }
    Ok(number)
}

/// Wait until so many are there at once.
#[flow]
async fn meet(side: String, number: u32) -> anyhow::Result<()> {
    append(&side, "here");
    while fs::read_to_string(&side)?.lines().count() < number as usize {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

#[task(persist_result)]
async fn remember(number: u32) -> anyhow::Result<String> {
    Ok("x".repeat(10_000 + number as usize))
}

/// Fill the disk in the middle, and make room again.
#[flow]
async fn squeeze(folder: PathBuf) -> anyhow::Result<u32> {
    let filler = folder.join("filler");
    remember(0).await?;
    fill(&filler);
    for number in 1..20 {
        remember(number).await?;
        // What is remembered is known to this process even so.
        anyhow::ensure!(remember(number).await?.len() == 10_000 + number as usize, "it is not remembered");
    }
    fs::remove_file(&filler)?;
    remember(20).await?;
    Ok(21)
}

/// Do nothing.
#[flow]
async fn rest() {}

fn fill(filler: &Path) {
    let mut file = OpenOptions::new().append(true).create(true).open(filler).expect("a file");
    for size in [4096, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it is what `Cli::deployments` takes")]
fn deployments() -> Result<Vec<FlowDeployment>, DeployError> {
    Ok(vec![deploy(errand, "by-hand"), deploy(walk, "by-hand")])
}

/// Not a test, but the program that the tests of these files run.
#[test]
#[ignore = "other tests run it"]
#[expect(
    clippy::print_stdout,
    reason = "what it ends with is told in words: the process ends as its test does"
)]
fn program() -> ExitCode {
    let Ok(arguments) = std::env::var(ARGUMENTS) else { return ExitCode::SUCCESS };
    if std::env::var_os(REQUIRED).is_some() {
        let mut options = StoreOptions::default();
        options.durability = Durability::Required;
        autotune::init_with(options).expect("a database");
    }
    let registry = Registry::new().flow(walk).flow(part).flow(errand).flow(meet).flow(squeeze).flow(rest);
    let cli = Cli::new().registry(registry).deployments(deployments);
    let ended = cli.run_from(["faults"].into_iter().chain(arguments.split('\n')));
    println!("ended: {ended:?}");
    ended
}

fn start(home: &Path, arguments: &[&str]) -> Child {
    start_with(home, arguments, &[])
}

fn start_with(home: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Child {
    let mut command = Command::new(std::env::current_exe().expect("a program"));
    command
        .args(["--exact", "faults::program", "--ignored", "--nocapture", "--test-threads=1"])
        .env(ARGUMENTS, arguments.join("\n"))
        .env("AUTOTUNE_HOME", home)
        .envs(environment.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().expect("it starts")
}

/// How a program has ended.
#[derive(Debug)]
struct Ended {
    /// Its exit code; none where it was killed, or has panicked.
    code: Option<u8>,
    said: String,
}

impl Ended {
    fn of(child: Child) -> Self {
        let ended = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&[ended.stdout, ended.stderr].concat()).into_owned();
        let code =
            said.split_once("ended: ExitCode(unix_exit_status(").and_then(|(_, code)| code.split_once("))"));
        Ended { code: code.and_then(|(code, _)| code.parse().ok()), said }
    }

    /// How often it says this.
    fn times(&self, words: &str) -> usize {
        self.said.matches(words).count()
    }

    /// It could not do what it was asked for, and says why in one sentence.
    #[track_caller]
    fn is_refused(&self, words: &str) {
        assert_eq!(self.code, Some(1), "{}", self.said);
        assert_eq!(self.times("error: "), 1, "{}", self.said);
        assert_eq!(self.times("panicked"), 0, "{}", self.said);
        assert!(self.said.contains(words), "not said: {words}\n{}", self.said);
    }

    #[track_caller]
    fn is_done(&self) {
        assert_eq!(self.code, Some(0), "{}", self.said);
        assert_eq!(self.times("panicked"), 0, "{}", self.said);
    }
}

fn run(home: &Path, arguments: &[&str]) -> Ended {
    Ended::of(start(home, arguments))
}

fn store(home: &Path) -> Store {
    Store::open(home.join("autotune.db")).expect("a database")
}

fn runs_of(home: &Path, flow: &str) -> Vec<RunRecord> {
    if !home.join("autotune.db").exists() {
        return Vec::new();
    }
    store(home).runs(&RunFilter::of_flow(flow)).expect("read")
}

#[track_caller]
fn is_sound(database: &Path) {
    let connection = Connection::open(database).expect("a database");
    let answer: String =
        connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("an answer");
    assert_eq!(answer, "ok");
}

/// What was recorded as done, held against what ran.
#[derive(Debug, Default)]
struct Ledger {
    /// How often each step had run when it was first seen as recorded.
    done: BTreeMap<String, usize>,
}

impl Ledger {
    /// While no program runs: what was recorded as done is so still, and has not run again.
    #[track_caller]
    fn check(&mut self, home: &Path, side: &Path) {
        if !home.join("autotune.db").exists() {
            assert!(self.done.is_empty());
            return;
        }
        let mut ran: BTreeMap<String, usize> = BTreeMap::new();
        for line in fs::read_to_string(side).unwrap_or_default().lines() {
            *ran.entry(line.to_owned()).or_default() += 1;
        }
        let recorded = store(home).runs(&RunFilter::of_task("step")).expect("read");
        let completed =
            recorded.iter().filter(|run| run.state_name == "Completed").map(|run| run.name.as_str());
        let completed: Vec<_> = completed.collect();
        for (step, times) in &self.done {
            assert!(completed.contains(&step.as_str()), "{step} was recorded as done, and is lost");
            assert_eq!(ran.get(step), Some(times), "{step} was recorded as done, and ran again");
        }
        for step in completed {
            let times = *ran.get(step).unwrap_or_else(|| panic!("{step} is recorded as done, and never ran"));
            self.done.insert(step.to_owned(), times);
        }
        is_sound(&home.join("autotune.db"));
    }
}

/// Numbers that are the same for the same seed.
#[derive(Debug)]
struct Random(u64);

impl Random {
    /// The numbers of a test that is `named` so; a failure shows the seed.
    #[expect(clippy::print_stdout, reason = "a test that fails is to be run again with the same numbers")]
    fn seeded(named: &str) -> Self {
        let given = std::env::var("AUTOTUNE_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = given.unwrap_or_else(|| std::process::id().into());
        println!("{named}: AUTOTUNE_TEST_SEED={seed}");
        Random(seed)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn milliseconds_below(&mut self, limit: u64) -> Duration {
        Duration::from_micros(self.below(limit * 1_000))
    }
}

/// How many times of a number of kills: more for a long test.
fn kills(usual: u32) -> u32 {
    let percent = std::env::var("AUTOTUNE_TEST_KILLS").ok().and_then(|text| text.parse::<u32>().ok());
    usual * percent.unwrap_or(100) / 100
}

/// Kills a program after a time of the real clock; whether it was still there.
#[expect(clippy::disallowed_methods, reason = "a process is killed at a time of the real clock")]
fn kill_after(child: &mut Child, time: Duration) -> bool {
    std::thread::sleep(time);
    if child.try_wait().expect("a process").is_some() {
        return false;
    }
    child.kill().expect("a process of ours");
    child.wait().expect("it is dead");
    true
}

/// Waits, in real time, until something is so.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "another process is waited for, in its own time")]
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..3_000 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{what}: not within half a minute");
}

fn signal(child: &Child, signal: &str) {
    let done =
        Command::new("kill").args([signal, &child.id().to_string()]).status().expect("there is `kill`");
    assert!(done.success());
}

/// Has as many errands scheduled.
fn schedule_errands(home: &Path, side: &Path, errands: u32) {
    schedule(home, &deploy(errand, "by-hand"), side, 0..errands);
}

/// Schedules a run for each of these numbers.
fn schedule(home: &Path, deployment: &FlowDeployment, side: &Path, numbers: impl IntoIterator<Item = u32>) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let orchestrator = store(home).orchestrator();
        let applied = deployment.apply_to(&orchestrator).await.expect("it is right");
        for number in numbers {
            let mut run = DeploymentRun::default();
            run.parameters.insert("side".to_owned(), side.to_str().expect("text").into());
            run.parameters.insert("number".to_owned(), number.into());
            orchestrator.run_deployment(applied.id, run).await.expect("there is such a deployment");
        }
    });
}
