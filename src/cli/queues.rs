//! `queues`: the queues that workers take runs from.

use clap::{Arg, ArgMatches, Command, value_parser};
use serde_json::{Value, json};

use super::exit::{Exit, Failure};
use super::flows::json as pretty;
use super::process::Process;
use super::runs::json_option;
use super::table::Table;
use super::{history, orchestrator, time};
use crate::work_pool::{DEFAULT, NewWorkQueue, WorkQueue, WorkQueuePatch};

/// The command.
pub(super) fn command() -> Command {
    let pool = || Arg::new("pool").long("pool").value_name("POOL").help("The pool that it is in");
    let name = || Arg::new("name").value_name("NAME").required(true).help("The queue");
    let number = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name("NUMBER").value_parser(value_parser!(u32)).help(help)
    };
    let one = |command: &'static str, about: &'static str| {
        Command::new(command).about(about).args([name(), pool().default_value(DEFAULT)])
    };
    Command::new("queues")
        .about("The queues that workers take runs from: ls, create, pause, resume, delete")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommands([
            Command::new("ls").about("List the queues, by priority").args([pool(), json_option()]),
            one("create", "Make a queue").args([
                number("priority", "1 comes first; behind all others if left out"),
                number("limit", "How many of its runs there may be at once"),
            ]),
            one("pause", "Let its runs rest"),
            one("resume", "Let workers take its runs again"),
            one("delete", "Remove a queue"),
        ])
}

/// Does it.
pub(super) fn answer(matches: &ArgMatches, process: &Process) -> Result<Exit, Failure> {
    let text = match matches.subcommand() {
        Some(("create", matches)) => create(matches, process)?,
        Some(("pause", matches)) => pause(true, matches, process)?,
        Some(("resume", matches)) => pause(false, matches, process)?,
        Some(("delete", matches)) => delete(matches, process)?,
        Some((_, matches)) => list(matches, process)?,
        None => {
            return Err(Failure::misused("what of the queues? write ls, create, pause, resume or delete"));
        }
    };
    process.print(&text)?;
    Ok(Exit::Done)
}

fn named(matches: &ArgMatches) -> (&str, &str) {
    let text = |name| matches.get_one::<String>(name).map_or("", String::as_str);
    (text("pool"), text("name"))
}

fn create(matches: &ArgMatches, process: &Process) -> Result<String, Failure> {
    let (pool, name) = named(matches);
    let mut queue = NewWorkQueue::new(name);
    pool.clone_into(&mut queue.pool);
    queue.priority = matches.get_one("priority").copied();
    queue.concurrency_limit = matches.get_one("limit").copied();
    let orchestrator = orchestrator::open(process)?;
    let made = orchestrator::wait(|| orchestrator.create_work_queue(queue))?;
    Ok(format!("{}/{} has priority {}.\n", made.pool, made.name, made.priority))
}

fn pause(is_paused: bool, matches: &ArgMatches, process: &Process) -> Result<String, Failure> {
    let (pool, name) = named(matches);
    let patch = WorkQueuePatch { paused: Some(is_paused), ..WorkQueuePatch::default() };
    let orchestrator = orchestrator::open(process)?;
    orchestrator::wait(|| orchestrator.change_work_queue(pool, name, patch))?;
    let word = if is_paused { "is paused" } else { "is open again" };
    Ok(format!("{pool}/{name} {word}.\n"))
}

fn delete(matches: &ArgMatches, process: &Process) -> Result<String, Failure> {
    let (pool, name) = named(matches);
    let orchestrator = orchestrator::open(process)?;
    if orchestrator::wait(|| orchestrator.delete_work_queue(pool, name))? {
        Ok(format!("{pool}/{name} is removed.\n"))
    } else {
        Err(Failure::misused(format!(
            "there is no work queue `{pool}/{name}`; `queues ls` shows those there are"
        )))
    }
}

fn list(matches: &ArgMatches, process: &Process) -> Result<String, Failure> {
    let pool = matches.get_one::<String>("pool").map(String::as_str);
    let orchestrator = orchestrator::open(process)?;
    let queues = orchestrator::wait(|| orchestrator.work_queues(pool))?;
    if matches.get_flag("json") {
        return Ok(pretty::pretty(&queues.iter().map(document).collect()));
    }
    if queues.is_empty() {
        return Ok(history::nothing("queues"));
    }
    let mut table =
        Table::new(["POOL", "QUEUE", "PRIORITY", "LIMIT", "SCHEDULED", "RUNNING", "PAUSED", "LAST ASKED"]);
    for queue in &queues {
        table.row([
            queue.pool.clone(),
            queue.name.clone(),
            queue.priority.to_string(),
            queue.concurrency_limit.map(|limit| limit.to_string()).unwrap_or_default(),
            queue.scheduled.to_string(),
            queue.running.to_string(),
            if queue.paused { "paused".to_owned() } else { String::new() },
            queue.last_polled.map(time::shown).unwrap_or_default(),
        ]);
    }
    Ok(table.render(process.paint_of_stdout(), process.width()))
}

fn document(queue: &WorkQueue) -> Value {
    json!({
        "pool": queue.pool,
        "name": queue.name,
        "priority": queue.priority,
        "concurrency_limit": queue.concurrency_limit,
        "paused": queue.paused,
        "scheduled": queue.scheduled,
        "running": queue.running,
        "last_polled": queue.last_polled.map(|time| time.to_string()),
    })
}
