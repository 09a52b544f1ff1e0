//! `deployments`: what runs when, and runs of it by hand.

mod apply;
mod json;
mod list;
mod run;
mod show;

use clap::{Arg, ArgMatches, Command};

pub(super) use apply::{all, none_declared};
pub(super) use list::table;

use super::exit::{Exit, Failure};
use super::orchestrator;
use super::process::Process;
use crate::Registry;
use crate::deploy::FlowDeployment;
use crate::deployment::DeploymentPatch;

/// The command.
pub(super) fn command() -> Command {
    let one = |name: &'static str, about: &'static str| Command::new(name).about(about).arg(name_argument());
    Command::new("deployments")
        .about("What runs when: ls, show, apply, run, pause, resume, delete")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommands([
            list::command(),
            show::command(),
            apply::command(),
            run::command(),
            one("pause", "Let its schedules rest; runs that they have made ahead are removed"),
            one("resume", "Let its schedules make runs again"),
            one("delete", "Remove a deployment; its runs stay"),
        ])
}

/// Does it.
pub(super) fn answer(
    registry: &Registry,
    declared: &[FlowDeployment],
    matches: &ArgMatches,
    process: &Process,
) -> Result<Exit, Failure> {
    match matches.subcommand() {
        Some(("show", matches)) => show::answer(matches, process),
        Some(("apply", matches)) => apply::answer(declared, matches, process),
        Some(("run", matches)) => run::answer(registry, matches, process),
        Some(("pause", matches)) => pause(true, matches, process),
        Some(("resume", matches)) => pause(false, matches, process),
        Some(("delete", matches)) => delete(matches, process),
        Some((_, matches)) => list::answer(matches, process),
        None => Err(Failure::misused(
            "what of the deployments? write ls, show, apply, run, pause, resume or delete",
        )),
    }
}

/// The deployment that a command is about.
fn name_argument() -> Arg {
    Arg::new("name").value_name("NAME").required(true).help("FLOW/NAME, or NAME alone where one flow has it")
}

fn name(matches: &ArgMatches) -> &str {
    matches.get_one::<String>("name").map_or("", String::as_str)
}

fn pause(is_paused: bool, matches: &ArgMatches, process: &Process) -> Result<Exit, Failure> {
    let orchestrator = orchestrator::open(process)?;
    let changed = orchestrator::wait(|| async {
        let deployment = orchestrator.deployment_named(name(matches)).await?;
        let patch = DeploymentPatch { paused: Some(is_paused), ..DeploymentPatch::default() };
        orchestrator.change_deployment(deployment.id, patch).await
    })?;
    let word = if is_paused { "is paused" } else { "runs by its schedules again" };
    process.print(&format!("{} {word}.\n", changed.full_name()))?;
    Ok(Exit::Done)
}

fn delete(matches: &ArgMatches, process: &Process) -> Result<Exit, Failure> {
    let orchestrator = orchestrator::open(process)?;
    let removed = orchestrator::wait(|| async {
        let deployment = orchestrator.deployment_named(name(matches)).await?;
        orchestrator.delete_deployment(deployment.id).await.map(|_| deployment)
    })?;
    process.print(&format!("{} is removed; its runs stay.\n", removed.full_name()))?;
    Ok(Exit::Done)
}
