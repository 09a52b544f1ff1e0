//! `runs`: what has been run, and how it went.

mod cancel;
mod json;
mod list;
mod logs;
mod prune;
mod resume;
mod show;
mod tree;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::exit::{Exit, Failure};
use super::process::Process;
use crate::Registry;

/// The command.
pub(super) fn command() -> Command {
    Command::new("runs")
        .about("Show what has been run, stop it, and go on with it: ls, show, logs, cancel, resume, prune")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommands([
            list::command(),
            show::command(),
            logs::command(),
            cancel::command(),
            resume::command(),
            prune::command(),
        ])
}

/// Does it.
pub(super) fn answer(registry: &Registry, matches: &ArgMatches, process: &Process) -> Result<Exit, Failure> {
    match matches.subcommand() {
        Some(("show", matches)) => show::answer(matches, process),
        Some(("logs", matches)) => logs::answer(matches, process),
        Some(("cancel", matches)) => cancel::answer(matches, process),
        Some(("resume", matches)) => resume::answer(registry, matches, process),
        Some(("prune", matches)) => prune::answer(matches, process),
        Some((_, matches)) => list::answer(matches, process),
        None => Err(Failure::misused("what of the runs? write ls, show, logs, cancel, resume or prune")),
    }
}

/// The option `--json` of these commands.
pub(super) fn json_option() -> Arg {
    Arg::new("json").long("json").action(ArgAction::SetTrue).help("Print JSON, for other programs")
}

/// The run that a command is about.
fn id() -> Arg {
    Arg::new("id")
        .value_name("ID")
        .required(true)
        .help("The id of a run, its beginning or its end; of a task in it: ID.NUMBER")
}

/// A number of rows.
pub(super) fn limit(default: &'static str) -> Arg {
    Arg::new("limit")
        .long("limit")
        .short('n')
        .value_name("NUMBER")
        .value_parser(clap::value_parser!(u32).range(1..))
        .default_value(default)
        .help("At most so many")
}
