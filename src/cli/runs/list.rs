//! `runs ls`: the latest runs.

use autotune_runtime::embedded::{RunFilter, RunRecord, StateFilter};
use clap::{Arg, ArgAction, ArgMatches, Command};
use jiff::Timestamp;

use super::{json, json_option, limit};
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
    Command::new("ls").about("List the latest runs").args([
        option("flow", "NAME", "Only runs of this flow").conflicts_with("task"),
        option("task", "NAME", "Only runs of this task"),
        option("in", "ID", "Only what this run called"),
        option("state", "STATE", "Only runs in this state: completed, failed, cached, ..")
            .value_parser(state),
        option("since", "TIME", "Only runs that started since: 2h, 30d, 2026-11-23")
            .value_parser(time::parse),
        option("until", "TIME", "Only runs that started before").value_parser(time::parse),
        limit("20"),
        Arg::new("all")
            .long("all")
            .short('a')
            .action(ArgAction::SetTrue)
            .help("Also tasks that flows called; --task and --in show them without it"),
        json_option(),
    ])
}

/// Does it.
pub(super) fn answer(matches: &ArgMatches, process: &Process) -> Result<Exit, Failure> {
    let Some(store) = history::open(process)? else {
        return nothing(matches, process);
    };
    let text = |name| matches.get_one::<String>(name).cloned();
    let root = match text("in") {
        Some(id) => Some(history::found(&store, &id)?.root),
        None => None,
    };
    let mut filter = RunFilter::all();
    filter.roots_only = !matches.get_flag("all") && text("task").is_none() && root.is_none();
    filter.definition =
        text("flow").map(|name| (Kind::Flow, name)).or(text("task").map(|name| (Kind::Task, name)));
    filter.root = root;
    filter.state = matches.get_one("state").cloned();
    filter.since = matches.get_one::<Timestamp>("since").copied();
    filter.until = matches.get_one::<Timestamp>("until").copied();
    filter.limit = matches.get_one("limit").copied();
    let runs = store.runs(&filter)?;
    if matches.get_flag("json") {
        process.print(&pretty::pretty(&runs.iter().map(json::run).collect()))?;
    } else if runs.is_empty() {
        return nothing(matches, process);
    } else {
        process.print(&table(&runs).render(process.paint_of_stdout(), process.width()))?;
    }
    Ok(Exit::Done)
}

fn nothing(matches: &ArgMatches, process: &Process) -> Result<Exit, Failure> {
    let text = if matches.get_flag("json") { "[]\n".to_owned() } else { history::nothing("runs") };
    process.print(&text)?;
    Ok(Exit::Done)
}

fn table(runs: &[RunRecord]) -> Table<7> {
    let mut table = Table::new(["ID", "NAME", "OF", "STATE", "STARTED", "TOOK", "MESSAGE"]);
    for run in runs {
        table.row([
            short(run.root, run.sequence),
            history::line(&run.name),
            run.definition.clone(),
            run.state_name.clone(),
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
