//! Programs that serve their deployments: each test starts them as processes of
//! their own, and stops them by signals.
#![cfg(unix)]

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Duration;

use autotune::alerts::Alert;
use autotune::cli::Cli;
use autotune::deploy::{DeployError, FlowDeployment};
use autotune::embedded::{RunFilter, RunRecord, Store};
use autotune::prelude::*;
use autotune::{Registry, deploy};

/// The variable with the arguments of the program.
const ARGUMENTS: &str = "SUITE_SERVE_ARGUMENTS";
/// How many steps the flow takes.
pub(super) const STEPS: u32 = 20;

#[task(persist_result)]
async fn step(side: String, number: u32) -> anyhow::Result<u32> {
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut file = OpenOptions::new().append(true).create(true).open(side)?;
    file.write_all(format!("{number}\n").as_bytes())?;
    Ok(number)
}

/// Take steps.
#[flow]
async fn stroll(side: String) -> anyhow::Result<u32> {
    for number in 0..STEPS {
        step(side.clone(), number).await?;
    }
    Ok(STEPS)
}

/// Look at the clock.
#[flow]
async fn tick() -> u32 {
    1
}

/// Walk, or fall.
#[flow]
async fn stumble(falls: bool) -> Result<(), String> {
    if falls { Err("a root".to_owned()) } else { Ok(()) }
}

/// Write down that somebody is alerted.
async fn write_down(alert: Alert) -> anyhow::Result<()> {
    let path = Path::new(&std::env::var("AUTOTUNE_HOME")?).join("alerts.txt");
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    file.write_all(format!("{alert}\n").as_bytes())?;
    Ok(())
}

/// Stay until somebody says otherwise.
#[flow]
async fn linger() {
    std::future::pending::<()>().await;
}

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
struct Answer {
    number: u32,
}

/// Ask somebody.
#[flow]
async fn ask() -> anyhow::Result<u32> {
    let answer: Answer = autotune::pause().key("number").for_input().await?;
    Ok(answer.number)
}

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
struct Approval {
    approved: bool,
}

/// Prepare something, and go on with it if somebody wants it.
#[flow]
async fn prepare(side: String) -> anyhow::Result<u32> {
    let first = step(side.clone(), 0).await?;
    let approval: Approval = autotune::suspend().key("approve").for_input().await?;
    anyhow::ensure!(approval.approved, "nobody wants it");
    for number in 1..STEPS {
        step(side.clone(), number).await?;
    }
    Ok(first)
}

fn deployments() -> Result<Vec<FlowDeployment>, DeployError> {
    let every_second = deploy(tick, "every-second").interval(Duration::from_secs(1))?;
    Ok(vec![
        deploy(stroll, "by-hand"),
        deploy(linger, "by-hand"),
        deploy(prepare, "by-hand"),
        deploy(stumble, "by-hand").alert_after(2, write_down),
        every_second.queue("clock").tags(["clock"]),
    ])
}

/// Not a test, but the program that the tests of this file run.
#[test]
#[ignore = "other tests run it"]
fn serving_program() -> ExitCode {
    let Ok(arguments) = std::env::var(ARGUMENTS) else { return ExitCode::SUCCESS };
    let registry = Registry::new().flow(stroll).flow(linger).flow(ask).flow(tick).flow(stumble).flow(prepare);
    let cli = Cli::new().registry(registry).deployments(deployments);
    let ended = cli.run_from(["server"].into_iter().chain(arguments.split('\n')));
    // What the program ends with is told in words: the process ends as its test does.
    let mut file =
        OpenOptions::new().append(true).create(true).open(std::env::var("SUITE_CODE").expect("set"));
    let file = file.as_mut().expect("a file");
    writeln!(file, "{ended:?}").expect("written");
    ended
}

pub(super) struct House(tempfile::TempDir);

impl House {
    pub(super) fn new() -> Self {
        House(tempfile::tempdir().expect("a folder"))
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(super) fn start(&self, arguments: &[&str]) -> Child {
        let mut command = Command::new(std::env::current_exe().expect("a program"));
        command
            .args(["--exact", "cli::serve::serving_program", "--ignored", "--nocapture", "--test-threads=1"])
            .env(ARGUMENTS, arguments.join("\n"))
            .env("SUITE_CODE", self.path().join("code.txt"))
            .env("AUTOTUNE_HOME", self.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().expect("it starts")
    }

    /// What the program wrote, run to its end.
    pub(super) fn run(&self, arguments: &[&str]) -> String {
        said(self.start(arguments))
    }

    pub(super) fn runs(&self, flow: &str) -> Vec<RunRecord> {
        let database = self.path().join("autotune.db");
        if !database.exists() {
            return Vec::new();
        }
        let store = Store::open(database).expect("a database");
        store.runs(&RunFilter::of_flow(flow)).expect("read")
    }

    fn side(&self) -> Vec<String> {
        let lines = fs::read_to_string(self.path().join("side.txt")).unwrap_or_default();
        lines.lines().map(ToOwned::to_owned).collect()
    }

    fn stroll(&self) -> String {
        self.take_steps("stroll/by-hand")
    }

    fn take_steps(&self, deployment: &str) -> String {
        let side = self.path().join("side.txt");
        let parameters = serde_json::json!({ "side": side }).to_string();
        self.run(&["deployments", "run", deployment, "--params", &parameters])
    }

    fn code(&self) -> String {
        fs::read_to_string(self.path().join("code.txt")).unwrap_or_default()
    }
}

pub(super) fn said(child: Child) -> String {
    let ended = child.wait_with_output().expect("it ends");
    String::from_utf8_lossy(&[ended.stdout, ended.stderr].concat()).into_owned()
}

/// Waits, in real time, until something is so.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "another process is waited for, in its own time")]
pub(super) fn until(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..600 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{what}: not within half a minute");
}

pub(super) fn signal(child: &Child, signal: &str) {
    let done =
        Command::new("kill").args([signal, &child.id().to_string()]).status().expect("there is `kill`");
    assert!(done.success());
}

#[test]
fn a_served_run_is_finished_after_kill_9_and_its_completed_tasks_ran_once() {
    let house = House::new();
    let mut server = house.start(&["serve"]);
    until("the deployments are applied", || !house.runs("tick").is_empty());
    let scheduled = house.stroll();
    assert!(scheduled.contains("is scheduled for"), "{scheduled}");
    until("some steps are taken", || house.side().len() > STEPS as usize / 3);
    server.kill().expect("SIGKILL");
    server.wait().expect("it ends");
    let before = house.side().len();
    assert!(before < STEPS as usize, "it was killed in the middle");

    let server = house.start(&["serve"]);
    until("the run is finished", || house.runs("stroll").iter().any(|run| run.state_name == "Completed"));
    signal(&server, "-TERM");
    let told = said(server);
    let strolls = house.runs("stroll");
    assert_eq!(strolls.len(), 1, "it is the same run:\n{told}");
    assert!(strolls[0].run_count >= 2, "{:?}", strolls[0]);
    // The step that was on its way when the process was killed may have written its line before it was recorded.
    let side = house.side();
    let mut once = side.clone();
    once.dedup();
    assert!(side.len() - once.len() <= 1, "{side:?}");
    assert_eq!(once, (0..STEPS).map(|number| number.to_string()).collect::<Vec<_>>());
    let id = strolls[0].id.to_string();
    let shown = house.run(&["runs", "show", &id]);
    assert!(shown.contains("AwaitingRetry") && shown.contains("Cached"), "{shown}");
}

#[test]
fn a_schedule_runs_at_its_time_and_sigterm_lets_what_runs_go_on_to_its_end() {
    let house = House::new();
    let server = house.start(&["serve"]);
    let completed = |flow: &str| house.runs(flow).iter().filter(|run| run.state_name == "Completed").count();
    until("a second has passed twice", || completed("tick") >= 2);
    house.stroll();
    until("a step is taken", || !house.side().is_empty());
    signal(&server, "-TERM");
    let told = said(server);
    assert_eq!(completed("stroll"), 1, "{told}");
    assert!(told.contains("tick/every-second") && told.contains("every 1s"), "{told}");
    assert!(house.code().contains("ExitCode"), "{}", house.code());
    let scheduled = house.runs("tick").iter().filter(|run| run.state_name == "Scheduled").count();
    assert!(scheduled >= 3, "runs are made ahead: {scheduled}");
}

#[test]
fn a_run_is_cancelled_from_another_process() {
    let house = House::new();
    let server = house.start(&["serve", "--poll", "1"]);
    until("the deployments are applied", || !house.runs("tick").is_empty());
    house.run(&["deployments", "run", "linger/by-hand"]);
    until("it lingers", || house.runs("linger").iter().any(|run| run.state_name == "Running"));
    let id = house.runs("linger")[0].id.to_string();
    house.run(&["runs", "cancel", &id]);
    until("the run has ended", || house.runs("linger")[0].state_type.is_final());
    signal(&server, "-TERM");
    let told = said(server);
    assert_eq!(house.runs("linger")[0].state_name, "Cancelled", "{told}");
}

#[test]
fn a_run_without_a_worker_is_cancelled_from_another_process_too() {
    let house = House::new();
    let program = house.start(&["run", "linger"]);
    until("it lingers", || house.runs("linger").iter().any(|run| run.state_name == "Running"));
    let id = house.runs("linger")[0].id.to_string();
    let said_of_it = house.run(&["runs", "cancel", &id]);
    assert!(said_of_it.contains("is Cancelling"), "{said_of_it}");
    let told = said(program);
    assert_eq!(house.runs("linger")[0].state_name, "Cancelled", "{told}");
    let again = house.run(&["runs", "cancel", &id]);
    assert!(again.contains("is not cancelled: the run is Cancelled"), "{again}");
}

#[test]
fn somebody_is_alerted_once_when_a_deployment_has_failed_twice_whoever_served_it() {
    let house = House::new();
    let alerts = || fs::read_to_string(house.path().join("alerts.txt")).unwrap_or_default();
    let stumble = |falls: bool| {
        let before = house.runs("stumble").len();
        let parameters = format!("{{\"falls\": {falls}}}");
        house.run(&["deployments", "run", "stumble/by-hand", "--params", &parameters]);
        until("the run has ended", || {
            let runs = house.runs("stumble");
            runs.len() > before && runs.iter().all(|run| run.state_type.is_final())
        });
    };
    let served = |falls: &[bool]| {
        let server = house.start(&["serve", "--poll", "1"]);
        until("the deployments are applied", || !house.runs("tick").is_empty());
        falls.iter().copied().for_each(stumble);
        signal(&server, "-TERM");
        said(server)
    };
    served(&[true]);
    assert_eq!(alerts(), "");
    let told = served(&[true, true]);
    let alert = "deployment `stumble/by-hand` has failed 2 times in a row; stumble-";
    assert!(alerts().starts_with(alert) && alerts().ends_with(": a root\n"), "{}{told}", alerts());
    assert_eq!(alerts().lines().count(), 1, "{}", alerts());
    let told = served(&[false, true, true]);
    assert_eq!(alerts().lines().count(), 2, "a success came between:\n{}{told}", alerts());
}

#[cfg(feature = "prometheus")]
#[test]
fn served_runs_and_the_depth_of_queues_are_fetched_as_numbers() {
    use crate::metrics::{free_address, try_fetch};

    let house = House::new();
    let address = free_address();
    let server = house.start(&["serve", "--metrics", &address.to_string()]);
    let told = || try_fetch(address).unwrap_or_default();
    let number = |of: &str| -> f64 {
        let told = told();
        let line = told.lines().find_map(|line| line.strip_prefix(of)?.strip_prefix(' '));
        line.and_then(|number| number.parse().ok()).unwrap_or_default()
    };
    until("a run is counted", || number(r#"autotune_flow_runs_total{flow="tick",state="Completed"}"#) >= 1.0);
    let ahead = number(r#"autotune_work_queue_runs{pool="default",queue="clock",state="scheduled"}"#);
    assert!(ahead >= 3.0, "runs are made ahead:\n{}", told());
    assert!(told().contains(r#"autotune_work_queue_runs{pool="default",queue="default",state="running"} 0"#));
    signal(&server, "-TERM");
    let said = said(server);
    assert!(said.contains(&format!("Numbers are at http://{address}/metrics")), "{said}");

    let taken = std::net::TcpListener::bind(address).expect("nobody listens there any more");
    let said = house.run(&["serve", "--metrics", &address.to_string()]);
    assert!(said.contains("choose another address"), "{said}");
    drop(taken);
}

#[test]
fn a_paused_run_goes_on_with_input_from_another_process_that_fits() {
    let house = House::new();
    let program = house.start(&["run", "ask", "--json"]);
    until("it asks", || house.runs("ask").iter().any(|run| run.state_name == "Paused"));
    let id = house.runs("ask")[0].id.to_string();
    let resume = |input: &[&str]| house.run(&[&["runs", "resume", &id], input].concat());
    let without = resume(&[]);
    assert!(without.contains("pause `number` asks for input: {\"number\":{"), "{without}");
    let unfit = resume(&["--input", "{\"number\": -1}"]);
    assert!(unfit.contains("does not go on: ") && unfit.contains("`number`"), "{unfit}");
    let elsewhere = resume(&["--input", "{\"number\": 7}", "--key", "letter"]);
    assert!(elsewhere.contains("is not paused at `letter`"), "{elsewhere}");
    let fit = resume(&["--input", "{\"number\": 7}"]);
    assert!(fit.contains(" goes on."), "{fit}");
    let told = said(program);
    assert_eq!(house.runs("ask")[0].state_name, "Completed", "{told}");
    let ended = resume(&["--input", "{\"number\": 7}"]);
    assert!(ended.contains("`--input` is for a run that is paused or suspended; ask-"), "{ended}");
}

#[test]
fn a_suspended_run_outlives_its_worker_and_another_one_and_kill_9_and_its_tasks_run_once() {
    let house = House::new();
    let state = || house.runs("prepare").first().map(|run| run.state_name.clone()).unwrap_or_default();
    let serve = || house.start(&["serve", "--poll", "1"]);
    let server = serve();
    until("the deployments are applied", || !house.runs("tick").is_empty());
    house.take_steps("prepare/by-hand");
    until("it is suspended", || state() == "Suspended");
    signal(&server, "-TERM");
    let told = said(server);
    assert!(told.contains("1 wait to be resumed"), "{told}");
    assert_eq!(house.side(), ["0"]);
    let id = house.runs("prepare")[0].id.to_string();
    let shown = house.run(&["runs", "show", &id]);
    assert!(shown.contains("Suspended until ") && !shown.contains("Crashed"), "{shown}");
    let watch = house.start(&["runs", "watch", &id]);

    let resume = |input: &[&str]| house.run(&[&["runs", "resume", &id], input].concat());
    let without = resume(&[]);
    assert!(without.contains("it is missing; asked for is {\"approved\":"), "{without}");
    let unfit = resume(&["--input", "{\"approved\": \"hunter2\"}"]);
    let place = "`approved` in the input of pause `approve`: expected true or false";
    assert!(unfit.contains(place) && !unfit.contains("hunter2"), "{unfit}");
    let elsewhere = resume(&["--input", "{\"approved\": true}", "--key", "letter"]);
    assert!(elsewhere.contains("suspended at `approve`, and not at `letter`"), "{elsewhere}");
    assert_eq!(state(), "Suspended");
    let fit = resume(&["--input", "{\"approved\": true}"]);
    assert!(fit.contains("is Resuming: a worker goes on with it"), "{fit}");
    assert_eq!(state(), "Resuming");

    let mut server = serve();
    until("some steps are taken", || house.side().len() > STEPS as usize / 3);
    server.kill().expect("SIGKILL");
    server.wait().expect("it ends");
    assert!(house.side().len() < STEPS as usize, "it was killed in the middle");
    let server = serve();
    until("the run is finished", || state() == "Completed");
    signal(&server, "-TERM");
    let told = said(server);

    let side = house.side();
    let mut once = side.clone();
    once.dedup();
    // As above: the step that was on its way may have written its line.
    assert!(side.len() - once.len() <= 1, "{side:?}\n{told}");
    assert_eq!(once, (0..STEPS).map(|number| number.to_string()).collect::<Vec<_>>());
    assert_eq!((house.runs("prepare").len(), house.runs("prepare")[0].run_count), (1, 3));
    let watched = said(watch);
    let states = ["Suspended", "Resuming", "Running", "Crashed", "AwaitingRetry", "Retrying", "Completed"];
    let shown = house.run(&["runs", "show", &id]);
    let mut from = 0;
    for state in states {
        let found = shown[from..].find(&format!(" {state}\n"));
        from += found.unwrap_or_else(|| panic!("{state}:\n{shown}"));
    }
    assert!(watched.contains("| Suspended") && watched.contains("| Completed"), "{watched}");
}
