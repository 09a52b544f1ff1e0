//! `runs show`: one run, and what it called.

use autotune_runtime::embedded::{RootRecord, RunRecord, StateRecord, Store};
use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::Value;

use super::{id, json, json_option, tree};
use crate::StateType;
use crate::cli::exit::{Exit, Failure};
use crate::cli::flows::json as pretty;
use crate::cli::history;
use crate::cli::paint::Paint;
use crate::cli::process::Process;
use crate::cli::time;
use crate::duration::Rounded;

/// How many calls are shown of a run that has more.
const FEW: u32 = 100;

/// The command.
pub(super) fn command() -> Command {
    Command::new("show").about("Show a run with what it called").args([
        id(),
        Arg::new("all")
            .long("all")
            .short('a')
            .action(ArgAction::SetTrue)
            .help("Show all calls, however many"),
        json_option(),
    ])
}

/// Does it.
pub(super) fn answer(matches: &ArgMatches, process: &Process) -> Result<Exit, Failure> {
    let written = matches.get_one::<String>("id").map_or("", String::as_str);
    let (store, run) = history::find(process, written)?;
    let limit = if matches.get_flag("all") { u32::MAX } else { FEW };
    let calls = tree::Calls::of(&store, &run, limit)?;
    let states = store.states(run.id)?;
    let root = if run.sequence == 0 { store.root(run.id)? } else { None };
    let text = if matches.get_flag("json") {
        pretty::pretty(&document(&run, root.as_ref(), &states, &calls))
    } else {
        page(&store, &run, root.as_ref(), &states, process.paint_of_stdout())?
            + &calls.render(&run, process.paint_of_stdout(), process.width())
    };
    process.print(&text)?;
    Ok(Exit::Done)
}

fn document(
    run: &RunRecord,
    root: Option<&RootRecord>,
    states: &[StateRecord],
    calls: &tree::Calls,
) -> Value {
    let mut document = json::run(run);
    document["states"] = states.iter().map(json::state).collect();
    document["calls"] = calls.all().map(json::run).collect();
    document["calls_left_out"] = calls.left_out.into();
    if let Some(Value::Object(more)) = root.map(json::root) {
        for (name, value) in more {
            document[name] = value;
        }
    }
    document
}

fn page(
    store: &Store,
    run: &RunRecord,
    root: Option<&RootRecord>,
    states: &[StateRecord],
    paint: Paint,
) -> Result<String, Failure> {
    let version = root.and_then(|root| root.version.as_deref()).map(|version| format!(" {version}"));
    let mut text = format!(
        "{} {}{}\n",
        paint.bold(&history::line(&run.name)),
        run.definition,
        paint.dim(&version.unwrap_or_default())
    );
    let mut line = |label: &str, value: String| {
        if !value.is_empty() {
            text += &paint.dim(&format!("{label:11} "));
            text += &value;
            text.push('\n');
        }
    };
    line("id", run.id.to_string());
    let took = run.took().map(|took| format!(" after {}", Rounded(took))).unwrap_or_default();
    let until = run.due.filter(|_| run.state_type == StateType::Paused);
    let until = until.map(|until| format!(" until {}", time::shown(until))).unwrap_or_default();
    line("state", format!("{}{took}{until}", tree::colored(run, paint)));
    line("message", run.message.as_deref().map(history::line).unwrap_or_default());
    line("started", run.started.map(time::shown).unwrap_or_default());
    if let Some(parent) = run.parent
        && let Some(caller) = store.run(parent)?
    {
        line(
            "called by",
            format!("{} ({})", history::line(&caller.name), history::short(caller.root, caller.sequence)),
        );
    }
    line("tags", run.tags.iter().map(|tag| history::line(tag)).collect::<Vec<_>>().join(", "));
    if let Some(root) = root {
        for (index, (name, value)) in root.parameters.iter().flatten().enumerate() {
            let label = if index == 0 { "parameters" } else { "" };
            line(label, history::line(&format!("{name} = {value}")));
        }
        line(
            "process",
            root.process.as_ref().map(|(program, pid)| format!("{program} ({pid})")).unwrap_or_default(),
        );
    }
    if states.len() > 1 {
        for (index, state) in states.iter().enumerate() {
            let label = if index == 0 { "states" } else { "" };
            line(label, format!("{} {}", time::shown(state.at), state.state_name));
        }
    }
    Ok(text)
}
