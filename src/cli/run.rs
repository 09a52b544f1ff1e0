//! `run NAME`: starts a flow with the parameters of the command line.

mod arguments;
mod execute;
mod report;

use clap::{ArgMatches, Command};

use super::console::Console;
use super::exit::{Exit, Failure};
use super::history;
use super::parameters::Parameters;
use super::process::Process;
use crate::Registry;
use arguments::{Chosen, Output};
use execute::Ended;

pub(super) use arguments::{quoted, usage};
pub(crate) use execute::received;
pub(super) use execute::to_the_end;

/// The command, with one of its own for each flow.
pub(super) fn command(registry: &Registry, program: &str) -> Command {
    Command::new("run")
        .about("Run a flow")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand_help_heading("Flows")
        .subcommand_value_name("FLOW")
        .override_usage(format!("{program} run FLOW [OPTIONS]"))
        .subcommands(registry.flows().map(|flow| match Parameters::of(flow) {
            Some(parameters) => arguments::command(&parameters, program),
            None => arguments::refused(flow.definition),
        }))
        .after_help(format!("'{program} run FLOW --help' shows the parameters of a flow."))
}

/// Does it.
pub(super) fn start(registry: &Registry, matches: &ArgMatches, process: &Process) -> Result<Exit, Failure> {
    let Some((name, matches)) = matches.subcommand() else {
        return Err(Failure::misused("which flow? `flows` shows them"));
    };
    let flow = registry.get(name).map_err(|error| Failure::misused(error.to_string()))?;
    let Some(parameters) = Parameters::of(flow) else {
        return Err(Failure::misused(flow.refusal().map(|why| why.to_string()).unwrap_or_default()));
    };
    let chosen = Chosen::of(matches);
    let values = parameters.collect(matches, chosen.params, process)?;
    let history = history::record(process);
    let console = Console::open(process, chosen.verbosity, history.recording())?;
    let start = || flow.start(values, chosen.options).map_err(|error| error.to_string());
    let ended = execute::to_the_end(start, &console);
    console.close();
    history.tell_losses(process);
    report::tell(name, ended?, chosen.output, process)
}

/// Says how a run ended that is not one of this command.
pub(super) fn tell(flow: &str, ended: Ended, json: bool, process: &Process) -> Result<Exit, Failure> {
    report::tell(flow, ended, if json { Output::Json } else { Output::Text }, process)
}
