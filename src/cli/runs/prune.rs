//! `runs prune`: removes what is old.

use clap::{Arg, ArgMatches, Command};
use jiff::Timestamp;

use crate::cli::exit::{Exit, Failure};
use crate::cli::history;
use crate::cli::process::Process;
use crate::cli::time;

/// The command.
pub(super) fn command() -> Command {
    Command::new("prune").about("Remove the history of old runs; those that have not ended stay").arg(
        Arg::new("older-than")
            .long("older-than")
            .value_name("TIME")
            .required(true)
            .value_parser(time::parse)
            .help("Runs that ended before: 30d ago, or 2026-11-23"),
    )
}

/// Does it.
pub(super) fn answer(matches: &ArgMatches, process: &Process) -> Result<Exit, Failure> {
    let before = matches.get_one::<Timestamp>("older-than").copied().unwrap_or(Timestamp::MIN);
    let pruned = match history::open(process)? {
        Some(store) => store.prune(before)?,
        None => 0,
    };
    let runs = if pruned == 1 { "run was" } else { "runs were" };
    process.print(&format!("{pruned} {runs} removed.\n"))?;
    Ok(Exit::Done)
}
