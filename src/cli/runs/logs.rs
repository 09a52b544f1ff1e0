//! `runs logs`: what a run has logged.

use autotune_runtime::embedded::{LogFilter, LogRecord};
use clap::{Arg, ArgMatches, Command};
use tracing::Level;

use super::{id, json, json_option, limit};
use crate::cli::console::clean;
use crate::cli::exit::{Exit, Failure};
use crate::cli::flows::json as pretty;
use crate::cli::history;
use crate::cli::paint::Paint;
use crate::cli::process::Process;
use crate::cli::time;

/// The command.
pub(super) fn command() -> Command {
    Command::new("logs").about("Show what a run has logged").args([
        id(),
        Arg::new("level")
            .long("level")
            .value_name("LEVEL")
            .value_parser(["error", "warn", "info", "debug", "trace"])
            .ignore_case(true)
            .help("Only what is as important, or more"),
        limit("1000").help("Only the last so many"),
        json_option(),
    ])
}

/// Does it.
pub(super) fn answer(matches: &ArgMatches, process: &Process) -> Result<Exit, Failure> {
    let written = matches.get_one::<String>("id").map_or("", String::as_str);
    let (store, run) = history::find(process, written)?;
    let level: Option<Level> = matches.get_one::<String>("level").and_then(|level| level.parse().ok());
    let filter = LogFilter { level, limit: matches.get_one("limit").copied() };
    let lines = store.logs(run.id, &filter)?;
    let text = if matches.get_flag("json") {
        pretty::pretty(&lines.iter().map(json::line).collect())
    } else if lines.is_empty() {
        history::nothing("log lines")
    } else {
        let paint = process.paint_of_stdout();
        lines.iter().map(|line| render(line, paint)).collect()
    };
    process.print(&text)?;
    Ok(Exit::Done)
}

/// `2026-11-23 09:30:12.123 INFO  load-1 | loaded`.
fn render(line: &LogRecord, paint: Paint) -> String {
    let milliseconds = line.at.subsec_millisecond();
    let level = format!("{:5}", line.level.as_str());
    let level = match line.level {
        Level::ERROR => paint.red(&level),
        Level::WARN => paint.yellow(&level),
        Level::INFO => paint.green(&level),
        _ => paint.dim(&level),
    };
    let time = paint.dim(&format!("{}.{milliseconds:03}", time::shown(line.at)));
    format!("{time} {level} {} | {}\n", paint.bold(&clean(&line.run_name)), clean(&line.message))
}
