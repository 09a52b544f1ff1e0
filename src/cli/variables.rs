//! `variables`: JSON values by name, that runs read.

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::{Map, Value};

use super::exit::{Exit, Failure};
use super::flows::json as pretty;
use super::process::Process;
use super::runs::json_option;
use super::table::Table;
use super::{history, orchestrator};
use crate::variables::{Name, StoreError};

/// The command.
pub(super) fn command() -> Command {
    let name = || Arg::new("name").value_name("NAME").required(true).help("The variable");
    Command::new("variables")
        .about("Values by name, that runs read: ls, get, set, unset")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommands([
            Command::new("ls").about("List the variables").arg(json_option()),
            Command::new("get").about("Print the value of a variable, as JSON").arg(name()),
            Command::new("set").about("Keep a value under a name").args([
                name(),
                Arg::new("value").value_name("VALUE").required(true).help("JSON; what is none is text"),
                Arg::new("overwrite")
                    .long("overwrite")
                    .action(ArgAction::SetTrue)
                    .help("Replace the value that it has"),
            ]),
            Command::new("unset").about("Remove a variable").arg(name()),
        ])
}

/// Does it.
pub(super) fn answer(matches: &ArgMatches, process: &Process) -> Result<Exit, Failure> {
    let text = match matches.subcommand() {
        Some(("get", matches)) => get(matches, process)?,
        Some(("set", matches)) => set(matches, process)?,
        Some(("unset", matches)) => unset(matches, process)?,
        Some((_, matches)) => list(matches, process)?,
        None => return Err(Failure::misused("what of the variables? write ls, get, set or unset")),
    };
    process.print(&text)?;
    Ok(Exit::Done)
}

fn name(matches: &ArgMatches) -> Result<Name, Failure> {
    let name = matches.get_one::<String>("name").map_or("", String::as_str);
    name.parse().map_err(|error: crate::variables::InvalidName| Failure::misused(error.to_string()))
}

fn unknown(name: &Name) -> Failure {
    Failure::misused(format!("there is no variable `{name}`; `variables ls` shows those there are"))
}

fn get(matches: &ArgMatches, process: &Process) -> Result<String, Failure> {
    let name = name(matches)?;
    let value = orchestrator::open(process)?.variables().read(&name)?.ok_or_else(|| unknown(&name))?;
    Ok(pretty::pretty(&value))
}

fn set(matches: &ArgMatches, process: &Process) -> Result<String, Failure> {
    let name = name(matches)?;
    let text = matches.get_one::<String>("value").map_or("", String::as_str);
    let value: Value = serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
    let store = orchestrator::open(process)?.variables();
    if matches.get_flag("overwrite") {
        store.overwrite(&name, value)?;
    } else if !store.insert(&name, value)? {
        return Err(Failure::misused(format!(
            "variable `{name}` exists already; `--overwrite` replaces its value"
        )));
    }
    Ok(format!("{name} is set.\n"))
}

fn unset(matches: &ArgMatches, process: &Process) -> Result<String, Failure> {
    let name = name(matches)?;
    if orchestrator::open(process)?.variables().remove(&name)? {
        Ok(format!("{name} is removed.\n"))
    } else {
        Err(unknown(&name))
    }
}

fn list(matches: &ArgMatches, process: &Process) -> Result<String, Failure> {
    let store = orchestrator::open(process)?.variables();
    let mut names = store.names()?;
    names.sort_unstable();
    let mut values = Map::new();
    for name in names {
        if let Some(value) = store.read(&name)? {
            values.insert(name.to_string(), value);
        }
    }
    if matches.get_flag("json") {
        return Ok(pretty::pretty(&Value::Object(values)));
    }
    if values.is_empty() {
        return Ok(history::nothing("variables"));
    }
    let mut table = Table::new(["NAME", "VALUE"]);
    for (name, value) in &values {
        table.row([name.clone(), history::line(&value.to_string())]);
    }
    Ok(table.render(process.paint_of_stdout(), process.width()))
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Failure::Told(Exit::Failed, format!("the variables cannot be read or kept: {error}"))
    }
}
