//! `deployments ls`: all of them.

use clap::{Arg, ArgMatches, Command};

use super::json;
use crate::cli::exit::{Exit, Failure};
use crate::cli::flows::json as pretty;
use crate::cli::process::Process;
use crate::cli::runs::json_option;
use crate::cli::table::Table;
use crate::cli::{history, orchestrator, time};
use crate::deployment::Deployment;

/// The command.
pub(super) fn command() -> Command {
    let flow = Arg::new("flow").long("flow").value_name("NAME").help("Only those of this flow");
    Command::new("ls").about("List the deployments").args([flow, json_option()])
}

/// Does it.
pub(super) fn answer(matches: &ArgMatches, process: &Process) -> Result<Exit, Failure> {
    let orchestrator = orchestrator::open(process)?;
    let mut deployments = orchestrator::wait(|| orchestrator.deployments())?;
    if let Some(flow) = matches.get_one::<String>("flow") {
        deployments.retain(|deployment| deployment.spec.flow == *flow);
    }
    let text = if matches.get_flag("json") {
        pretty::pretty(&deployments.iter().map(json::deployment).collect())
    } else if deployments.is_empty() {
        history::nothing("deployments")
    } else {
        table(&deployments).render(process.paint_of_stdout(), process.width())
    };
    process.print(&text)?;
    Ok(Exit::Done)
}

/// What runs when, and next.
pub(in crate::cli) fn table(deployments: &[Deployment]) -> Table<4> {
    let mut table = Table::new(["NAME", "SCHEDULES", "QUEUE", "NEXT RUN"]);
    for deployment in deployments {
        let spec = &deployment.spec;
        table.row([
            deployment.full_name(),
            schedules(deployment).join(", "),
            format!("{}/{}", spec.work_pool, spec.work_queue),
            match deployment.next {
                _ if deployment.is_paused() => "paused".to_owned(),
                Some(next) => time::shown(next),
                None => String::new(),
            },
        ]);
    }
    table
}

/// The schedules of a deployment, as people read them.
pub(super) fn schedules(deployment: &Deployment) -> Vec<String> {
    let shown = |scheduled: &crate::deployment::DeploymentSchedule| {
        let rest = if scheduled.active { "" } else { ", inactive" };
        format!("{}{rest}", scheduled.schedule)
    };
    deployment.spec.schedules.iter().map(shown).collect()
}
