//! `tasks`: what the flows are made of.

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::exit::{Exit, Failure};
use super::flows::{first_line, json};
use super::process::Process;
use super::table::Table;
use crate::Registry;
use crate::definition::Definition;
use crate::duration::Exact;

/// The command.
pub(super) fn command() -> Command {
    let json = Arg::new("json").long("json").action(ArgAction::SetTrue);
    Command::new("tasks")
        .about("Show the tasks that the flows are made of")
        .arg(json.help("Print everything as JSON, for other programs"))
}

/// Does it.
pub(super) fn show(matches: &ArgMatches, process: &Process) -> Result<Exit, Failure> {
    let tasks = Registry::tasks();
    let text = if matches.get_flag("json") {
        json::pretty(&tasks.iter().map(|task| json::definition(task)).collect())
    } else if tasks.is_empty() {
        "This program has no tasks.\n".to_owned()
    } else {
        table(&tasks).render(process.paint_of_stdout(), process.width())
    };
    process.print(&text)?;
    Ok(Exit::Done)
}

fn table(tasks: &[&Definition]) -> Table<4> {
    let mut table = Table::new(["NAME", "MODULE", "OPTIONS", "DESCRIPTION"]);
    for task in tasks {
        let description = first_line(task.description).to_owned();
        table.row([task.name.to_owned(), task.module.to_owned(), options(task), description]);
    }
    table
}

fn options(task: &Definition) -> String {
    let retries = match task.retries {
        0 => None,
        1 => Some("1 retry".to_owned()),
        many => Some(format!("{many} retries")),
    };
    let timeout = task.timeout.map(|timeout| format!("timeout {}", Exact(timeout)));
    let expiration = task.cache_expiration.map(|expiration| format!("cached for {}", Exact(expiration)));
    let options: Vec<_> = [retries, timeout, expiration].into_iter().flatten().collect();
    options.join(", ")
}
