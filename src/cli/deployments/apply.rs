//! `deployments apply`: those that the program declares.

use clap::{ArgMatches, Command};

use super::{json, list};
use crate::cli::exit::{Exit, Failure};
use crate::cli::flows::json as pretty;
use crate::cli::orchestrator;
use crate::cli::process::Process;
use crate::cli::runs::json_option;
use crate::deploy::{DeployError, FlowDeployment};
use crate::deployment::Deployment;
use crate::orchestrator::Orchestrator;

/// The command.
pub(super) fn command() -> Command {
    Command::new("apply")
        .about("Make the deployments of this program, or bring them up to date")
        .arg(json_option())
}

/// Does it.
pub(super) fn answer(
    declared: &[FlowDeployment],
    matches: &ArgMatches,
    process: &Process,
) -> Result<Exit, Failure> {
    if declared.is_empty() {
        return Err(none_declared());
    }
    let orchestrator = orchestrator::open(process)?;
    let applied = orchestrator::wait(|| all(declared, &*orchestrator))?;
    let text = if matches.get_flag("json") {
        pretty::pretty(&applied.iter().map(json::deployment).collect())
    } else {
        list::table(&applied).render(process.paint_of_stdout(), process.width())
    };
    process.print(&text)?;
    Ok(Exit::Done)
}

/// Applies deployments, once each of them is seen to be right.
pub(in crate::cli) async fn all(
    declared: &[FlowDeployment],
    orchestrator: &dyn Orchestrator,
) -> Result<Vec<Deployment>, DeployError> {
    for deployment in declared {
        deployment.check()?;
    }
    let mut applied = Vec::new();
    for deployment in declared {
        applied.push(deployment.apply_to(orchestrator).await?);
    }
    Ok(applied)
}

/// The program has no deployments.
pub(in crate::cli) fn none_declared() -> Failure {
    Failure::misused("this program declares no deployments: give them to `Cli::new().deployments(..)`")
}
