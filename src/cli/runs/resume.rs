//! `runs resume`: goes on with a run that did not complete, waits in a pause, or is suspended.

use autotune_runtime::embedded::{RunRecord, Store};
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::id;
use crate::Registry;
use crate::StateType;
use crate::cli::console::{Console, Verbosity};
use crate::cli::exit::{Exit, Failure};
use crate::cli::history::{self, History};
use crate::cli::parameters::Parameters;
use crate::cli::process::Process;
use crate::cli::run;
use crate::definition::Kind;

/// The command.
pub(super) fn command() -> Command {
    Command::new("resume")
        .about("Go on with a run that crashed, failed or was cancelled, or that is paused or suspended")
        .args([
            id(),
            Arg::new("params")
                .long("params")
                .value_name("JSON")
                .help("Parameters in place of the recorded ones: '{\"days\": 3}', or @FILE"),
            Arg::new("input")
                .long("input")
                .value_name("JSON")
                .help("What the pause of a run asks for: '{\"approved\": true}'"),
            Arg::new("key").long("key").value_name("KEY").help("The pause, where the run waits in several"),
            super::json_option(),
            Arg::new("verbose")
                .long("verbose")
                .short('v')
                .action(ArgAction::Count)
                .help("Show more of what happens [repeatable]"),
            Arg::new("quiet")
                .long("quiet")
                .short('q')
                .action(ArgAction::Count)
                .help("Show less: only warnings; twice, only errors"),
        ])
}

/// Does it.
pub(super) fn answer(registry: &Registry, matches: &ArgMatches, process: &Process) -> Result<Exit, Failure> {
    let text = |name| matches.get_one::<String>(name).map(String::as_str);
    let (store, recorded) = history::find(process, text("id").unwrap_or_default())?;
    if recorded.state_type == StateType::Paused && recorded.sequence == 0 {
        return end_pause(&store, &recorded, matches, process);
    }
    if let Some(option) = ["input", "key"].into_iter().find(|option| text(option).is_some()) {
        return Err(Failure::misused(format!(
            "`--{option}` is for a run that is paused or suspended; {} is {}",
            history::line(&recorded.name),
            recorded.state_name
        )));
    }
    if recorded.kind != Kind::Flow {
        return Err(Failure::misused(format!("`{}` is a task; resume its flow run", recorded.name)));
    }
    let misused = |error: &dyn std::error::Error| Failure::misused(error.to_string());
    let flow = registry.get(&recorded.definition).map_err(|error| misused(&error))?;
    let Some(parameters) = Parameters::of(flow) else {
        return Err(Failure::misused(flow.refusal().map(|why| why.to_string()).unwrap_or_default()));
    };
    let given = parameters.given(text("params"), process)?;
    let verbosity = Verbosity { more: matches.get_count("verbose"), less: matches.get_count("quiet") };
    let history = history::record(process);
    let History::Stored(store) = &history else {
        return Err(Failure::misused("a run is resumed only where it is recorded"));
    };
    let console = Console::open(process, verbosity, history.recording())?;
    let start = || store.resume(registry, recorded.id, given).map_err(|error| error.to_string());
    let ended = run::to_the_end(start, &console);
    console.close();
    history.tell_losses(process);
    run::tell(&recorded.definition, ended?, matches.get_flag("json"), process)
}

/// Lets a run go on that waits in a pause, in whichever process it does, or in none.
fn end_pause(
    store: &Store,
    paused: &RunRecord,
    matches: &ArgMatches,
    process: &Process,
) -> Result<Exit, Failure> {
    let text = |name| matches.get_one::<String>(name).map(String::as_str);
    let input = text("input").map(serde_json::from_str).transpose();
    let input = input.map_err(|error| Failure::misused(format!("`--input` is not JSON: {error}")))?;
    let name = history::line(&paused.name);
    match store.resume_pause(paused.id, text("key"), input) {
        Ok(()) => {
            let how = match paused.state_name.as_str() {
                "Suspended" => "is Resuming: a worker goes on with it",
                _ => "goes on",
            };
            process.print(&format!("{name} {how}.\n"))?;
            Ok(Exit::Done)
        }
        Err(error) => Err(Failure::Told(Exit::Failed, format!("{name} does not go on: {error}"))),
    }
}
