//! `runs`: what has been run, and how it went.

mod cancel;
mod json;
mod list;
mod logs;
mod prune;
mod resume;
mod show;
mod stats;
mod tree;
mod watch;

use autotune_runtime::embedded::Store;
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::exit::{Exit, Failure};
use super::orchestrator;
use super::process::Process;
use crate::Registry;
use crate::deployment::DeploymentId;
use crate::orchestrator::Deployments;

pub(super) use watch::watch;

/// The command.
pub(super) fn command() -> Command {
    Command::new("runs")
        .about("Show what has been run, stop it, and go on with it: ls, show, watch, logs, stats, cancel, resume, prune")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommands([
            list::command(),
            show::command(),
            watch::command(),
            logs::command(),
            stats::command(),
            cancel::command(),
            resume::command(),
            prune::command(),
        ])
}

/// Does it.
pub(super) fn answer(registry: &Registry, matches: &ArgMatches, process: &Process) -> Result<Exit, Failure> {
    match matches.subcommand() {
        Some(("show", matches)) => show::answer(matches, process),
        Some(("watch", matches)) => watch::answer(matches, process),
        Some(("stats", matches)) => stats::answer(matches, process),
        Some(("logs", matches)) => logs::answer(matches, process),
        Some(("cancel", matches)) => cancel::answer(matches, process),
        Some(("resume", matches)) => resume::answer(registry, matches, process),
        Some(("prune", matches)) => prune::answer(matches, process),
        Some((_, matches)) => list::answer(matches, process),
        None => Err(Failure::misused(
            "what of the runs? write ls, show, watch, logs, stats, cancel, resume or prune",
        )),
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

/// The deployment that `--deployment` names.
fn deployment_of(store: &Store, matches: &ArgMatches) -> Result<Option<DeploymentId>, Failure> {
    let Some(name) = matches.get_one::<String>("deployment") else { return Ok(None) };
    let orchestrator = store.orchestrator();
    let deployment = orchestrator::wait(|| orchestrator.deployment_named(name))?;
    Ok(Some(deployment.id))
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
