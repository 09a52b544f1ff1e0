//! `db`: the file of the history.

use clap::{ArgMatches, Command};

use super::exit::{Exit, Failure};
use super::history;
use super::process::Process;

/// The command.
pub(super) fn command() -> Command {
    Command::new("db")
        .about("The file of the history: path, vacuum")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(Command::new("path").about("Print where it is"))
        .subcommand(Command::new("vacuum").about("Give the space of removed runs back to the system"))
}

/// Does it.
pub(super) fn answer(matches: &ArgMatches, process: &Process) -> Result<Exit, Failure> {
    let text = match matches.subcommand_name() {
        Some("vacuum") => vacuum(process)?,
        _ => format!("{}\n", history::path(process)?.display()),
    };
    process.print(&text)?;
    Ok(Exit::Done)
}

fn vacuum(process: &Process) -> Result<String, Failure> {
    let Some(store) = history::open(process)? else {
        return Ok("Nothing is recorded yet.\n".to_owned());
    };
    let before = store.size();
    store.vacuum()?;
    Ok(format!("{} before, {} now.\n", size(before), size(store.size())))
}

/// `1.5 MB`.
fn size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match UNITS.into_iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
        None => format!("{bytes} bytes"),
    }
}
