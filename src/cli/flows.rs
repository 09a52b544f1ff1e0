//! `flows`: what can be run, and what it takes.

mod detail;
pub(super) mod json;
mod list;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::exit::{Exit, Failure};
use super::process::Process;
use crate::Registry;
use crate::registry::Registered;

pub(super) use list::first_line;

/// The command.
pub(super) fn command() -> Command {
    let flag = |name: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue);
    Command::new("flows")
        .about("Show the flows, or what one of them takes")
        .arg(Arg::new("name").value_name("NAME").help("The flow to show; all of them if left out"))
        .arg(
            flag("schema")
                .requires("name")
                .conflicts_with("json")
                .help("Print the JSON Schema of its parameters"),
        )
        .arg(flag("json").help("Print everything as JSON, for other programs"))
}

/// Does it.
pub(super) fn show(
    registry: &Registry,
    program: &str,
    matches: &ArgMatches,
    process: &Process,
) -> Result<Exit, Failure> {
    let text = match matches.get_one::<String>("name") {
        Some(name) => {
            let flow = registry.get(name).map_err(|error| Failure::misused(error.to_string()))?;
            one(flow, program, matches, process)?
        }
        None if matches.get_flag("json") => json::all(registry),
        None => list::render(registry, process.paint_of_stdout(), process.width()),
    };
    process.print(&text)?;
    Ok(Exit::Done)
}

fn one(flow: &Registered, program: &str, matches: &ArgMatches, process: &Process) -> Result<String, Failure> {
    if matches.get_flag("json") {
        return Ok(json::one(flow));
    }
    if !matches.get_flag("schema") {
        return Ok(detail::render(flow, program, process.paint_of_stdout(), process.width()));
    }
    match (flow.schema(), flow.refusal()) {
        (Some(schema), _) => Ok(json::pretty(&schema)),
        (None, refusal) => Err(Failure::misused(refusal.map(|why| why.to_string()).unwrap_or_default())),
    }
}
