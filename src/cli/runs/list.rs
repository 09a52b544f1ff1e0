//! `runs ls`: the latest runs.

use autotune_runtime::embedded::{RunFilter, RunRecord, StateFilter, Store, Waiting, WaitingRuns};
use clap::{Arg, ArgAction, ArgMatches, Command};
use jiff::Timestamp;

use super::{deployment_of, json, json_option, limit};
use crate::cli::exit::{Exit, Failure};
use crate::cli::flows::json as pretty;
use crate::cli::history::{self, short};
use crate::cli::process::Process;
use crate::cli::table::Table;
use crate::cli::time;
use crate::definition::Kind;
use crate::duration::Rounded;
use crate::{StateName, StateType};

/// The command.
pub(super) fn command() -> Command {
    let option = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
    };
    Command::new("ls").about("List the latest runs").args([
        option("flow", "NAME", "Only runs of this flow").conflicts_with("task"),
        option("task", "NAME", "Only runs of this task"),
        option("deployment", "NAME", "Only runs of this deployment: FLOW/NAME").conflicts_with("task"),
        option("name", "NAME", "Only runs of this name; * stands for anything, as in 'nightly-*'"),
        option("in", "ID", "Only what this run called"),
        option("state", "STATE", "Only runs in this state: completed, failed, cached, ..")
            .value_parser(state),
        option("since", "TIME", "Only runs that started since: 2h, 30d, 2026-11-23")
            .value_parser(time::parse),
        option("until", "TIME", "Only runs that started before").value_parser(time::parse),
        flag("scheduled", "Only runs that are to begin later, the next first")
            .conflicts_with_all(["state", "since", "until"]),
        limit("20"),
        flag("all", "Also tasks that flows called; --task and --in show them without it").short('a'),
        json_option(),
    ])
}

/// Does it.
pub(super) fn answer(matches: &ArgMatches, process: &Process) -> Result<Exit, Failure> {
    let Some(store) = history::open(process)? else {
        let text = if matches.get_flag("json") { "[]\n".to_owned() } else { history::nothing("runs") };
        process.print(&text)?;
        return Ok(Exit::Done);
    };
    let filter = filter(&store, matches)?;
    let runs = store.runs(&filter)?;
    let text = if matches.get_flag("json") {
        pretty::pretty(&runs.iter().map(json::run).collect())
    } else {
        let table = if runs.is_empty() {
            history::nothing("runs")
        } else {
            table(&runs).render(process.paint_of_stdout(), process.width())
        };
        let hidden = if filter.waiting == Waiting::Hidden { store.waiting(&filter)? } else { <_>::default() };
        table + &footer(hidden)
    };
    process.print(&text)?;
    Ok(Exit::Done)
}

fn filter(store: &Store, matches: &ArgMatches) -> Result<RunFilter, Failure> {
    let text = |name| matches.get_one::<String>(name).cloned();
    let root = match text("in") {
        Some(id) => Some(history::found(store, &id)?.root),
        None => None,
    };
    let mut filter = RunFilter::all();
    filter.roots_only = !matches.get_flag("all") && text("task").is_none() && root.is_none();
    filter.definition =
        text("flow").map(|name| (Kind::Flow, name)).or(text("task").map(|name| (Kind::Task, name)));
    filter.root = root;
    filter.deployment = deployment_of(store, matches)?;
    filter.name = text("name");
    filter.state = matches.get_one("state").cloned();
    filter.waiting = match &filter.state {
        _ if matches.get_flag("scheduled") => Waiting::Only,
        // Who asks for a state means all that are in it.
        Some(_) => Waiting::Shown,
        None => Waiting::Hidden,
    };
    filter.since = matches.get_one::<Timestamp>("since").copied();
    filter.until = matches.get_one::<Timestamp>("until").copied();
    filter.limit = matches.get_one("limit").copied();
    Ok(filter)
}

/// What is said of runs that are not in the table because they are to begin later.
fn footer(hidden: WaitingRuns) -> String {
    let are = match hidden.runs {
        0 => return String::new(),
        1 => "1 run is".to_owned(),
        runs => format!("{runs} runs are"),
    };
    let late = if hidden.late > 0 { format!(" ({} late)", hidden.late) } else { String::new() };
    let next = hidden.next.map(|next| format!(", the next for {}", time::shown(next))).unwrap_or_default();
    format!("{are} scheduled{late}{next}; `--scheduled` shows them\n")
}

fn table(runs: &[RunRecord]) -> Table<8> {
    let mut table = Table::new(["ID", "NAME", "OF", "STATE", "DUE", "STARTED", "TOOK", "MESSAGE"]);
    for run in runs {
        table.row([
            short(run.root, run.sequence),
            history::line(&run.name),
            run.definition.clone(),
            run.state_name.clone(),
            run.due.map(time::shown).unwrap_or_default(),
            run.started.map(time::shown).unwrap_or_default(),
            run.took().map(|took| Rounded(took).to_string()).unwrap_or_default(),
            run.message.as_deref().map(history::line).unwrap_or_default(),
        ]);
    }
    table
}

/// A state, by the name of its type or by its own.
fn state(text: &str) -> Result<StateFilter, String> {
    let is_meant = |name: &&str| name.replace('_', "").eq_ignore_ascii_case(&text.replace(['-', '_'], ""));
    if let Some(of) = StateType::ALL.into_iter().find(|of| is_meant(&of.as_str())) {
        return Ok(StateFilter::Type(of));
    }
    let name = names().find(is_meant);
    name.map(|name| StateFilter::Name(name.to_owned())).ok_or_else(|| {
        let names: Vec<_> = names().collect();
        format!("the states are {}", names.join(", "))
    })
}

fn names() -> impl Iterator<Item = &'static str> {
    StateName::ALL.into_iter().map(StateName::as_str)
}
