//! `workers`: who runs what is scheduled.

use clap::{ArgMatches, Command};
use serde_json::json;

use super::exit::{Exit, Failure};
use super::flows::json as pretty;
use super::process::Process;
use super::runs::json_option;
use super::table::Table;
use super::{history, orchestrator, time};

/// The command.
pub(super) fn command() -> Command {
    Command::new("workers")
        .about("Who runs what is scheduled: ls")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(Command::new("ls").about("List the workers of the last day").arg(json_option()))
}

/// Does it.
pub(super) fn answer(matches: &ArgMatches, process: &Process) -> Result<Exit, Failure> {
    let Some((_, matches)) = matches.subcommand() else {
        return Err(Failure::misused("what of the workers? write ls"));
    };
    let orchestrator = orchestrator::open(process)?;
    let workers = orchestrator::wait(|| orchestrator.workers())?;
    let state = |is_online: bool| if is_online { "online" } else { "offline" };
    let text = if matches.get_flag("json") {
        let document = |worker: &crate::worker_record::WorkerRecord| {
            json!({
                "name": worker.name,
                "pool": worker.pool,
                "status": state(worker.is_online),
                "last_heartbeat": worker.last_heartbeat.to_string(),
                "running": worker.running,
            })
        };
        pretty::pretty(&workers.iter().map(document).collect())
    } else if workers.is_empty() {
        history::nothing("workers")
    } else {
        let mut table = Table::new(["NAME", "POOL", "STATUS", "RUNNING", "LAST HEARD"]);
        for worker in &workers {
            table.row([
                worker.name.clone(),
                worker.pool.clone(),
                state(worker.is_online).to_owned(),
                worker.running.to_string(),
                time::shown(worker.last_heartbeat),
            ]);
        }
        table.render(process.paint_of_stdout(), process.width())
    };
    process.print(&text)?;
    Ok(Exit::Done)
}
