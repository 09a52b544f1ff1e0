//! The program that the other tests run.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::process::ExitCode;

use autotune::Registry;
use autotune::cli::{Cli, Process};
use autotune::prelude::*;
use serde::Serialize;

/// What the analysis returns.
#[derive(Serialize)]
pub(super) struct Report {
    days: u32,
}

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} days analysed", self.days)
    }
}

#[task(retries = 1)]
async fn load(url: &str, #[secret] _secret: &str) -> anyhow::Result<usize> {
    let run_count = autotune::run().map_or(0, |run| run.run_count());
    if run_count == 1 {
        anyhow::bail!("the site answered 503");
    }
    info!(run_count, "loaded");
    Ok(url.len())
}

#[task(task_run_name = "prep 2024-03-{day:02}", cache_key = (day))]
async fn prep(day: u32) -> u32 {
    day
}

/// Tune a profile.
///
/// On data of the last days.
#[flow(version = "1.0.0")]
async fn analyse(
    /// Where the site is.
    nightscout_url: &str,
    /// What opens it.
    #[secret]
    api_secret: &str,
    /// Days of history.
    #[garde(range(min = 1, max = 30))]
    #[serde(default = "seven")]
    days: u32,
    profile_name: Option<String>,
    #[serde(default)] tune: bool,
) -> anyhow::Result<Report> {
    load(nightscout_url, api_secret).await?;
    prep(days).await;
    prep(days).await;
    if tune {
        anyhow::bail!("no profile {}", profile_name.unwrap_or_default());
    }
    Ok(Report { days })
}

fn seven() -> u32 {
    7
}

/// Show what was given.
#[flow]
async fn echo(
    #[serde(default)] words: Vec<String>,
    #[serde(default)] weights: BTreeMap<String, f64>,
    offset: Option<i64>,
    factor: Option<f64>,
    #[serde(default)] json: String,
) -> String {
    format!("{words:?} {weights:?} {offset:?} {factor:?} {json:?}")
}

/// Break.
#[flow(name = "explode")]
async fn explode() -> u32 {
    panic!("the fuse was short")
}

/// Open with a number.
#[flow(name = "open-door")]
async fn open_door(#[secret] pin: u32) -> bool {
    pin == 1234
}

/// Return nothing.
#[flow]
pub(super) async fn nothing() {
    debug!("nothing to do");
}

/// What a run of the program left behind.
pub(super) struct Ran {
    pub(super) exit: String,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

/// Runs the program in an empty process.
pub(super) fn run(arguments: &[&str]) -> Ran {
    run_in(&Process::in_memory(), arguments)
}

/// Runs the program.
pub(super) fn run_in(process: &Process, arguments: &[&str]) -> Ran {
    let exit = start(process, arguments);
    Ran { exit: format!("{exit:?}"), stdout: process.stdout(), stderr: settled(&process.stderr()) }
}

/// Starts the program.
pub(super) fn start(process: &Process, arguments: &[&str]) -> ExitCode {
    let registry = Registry::new().flow(analyse).flow(echo).flow(explode).flow(open_door).flow(nothing);
    let cli = Cli::new().registry(registry).version("1.2.3").about("Tunes things").process(process.clone());
    cli.run_from(["tuner"].iter().chain(arguments))
}

impl Ran {
    /// The exit code, then both streams.
    pub(super) fn shown(&self) -> String {
        let code: String = self.exit.chars().filter(char::is_ascii_digit).collect();
        format!("exit {code}\n{}{}", self.stdout, self.stderr)
    }
}

/// Without what is different each time: the time of day, and how long something took.
fn settled(stderr: &str) -> String {
    let line = |line: &str| {
        let line = match line.split_once(' ') {
            Some((time, rest)) if time.len() == 12 && time.contains(':') => rest,
            _ => line,
        };
        let line = if line.contains("| Finished") {
            line.rsplit_once("  ").map_or(line, |(line, _)| line)
        } else {
            line
        };
        line.to_owned() + "\n"
    };
    stderr.lines().map(line).collect()
}
