//! `limits`: how many may do something at a time, or how often, over all processes.

use clap::{Arg, ArgMatches, Command, value_parser};
use serde_json::{Value, json};

use super::exit::{Exit, Failure};
use super::flows::json as pretty;
use super::process::Process;
use super::runs::json_option;
use super::table::Table;
use super::{history, orchestrator};
use crate::limit_record::{LimitPatch, LimitRecord, NewLimit};
use crate::orchestrator::OrchestratorError;

/// The command.
pub(super) fn command() -> Command {
    let name = || Arg::new("name").value_name("NAME").required(true).help("The limit");
    let one = |command: &'static str, about: &'static str| Command::new(command).about(about).arg(name());
    Command::new("limits")
        .about("How many may do something at a time, in all processes: ls, set, pause, resume, delete")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommands([
            Command::new("ls")
                .about("List the limits, and how many of their slots are taken")
                .arg(json_option()),
            Command::new("set").about("Make a limit, or change it; the slots that are taken stay so").args([
                name().help("What `concurrency` is asked for; `tag:x` is for the runs with the tag x"),
                Arg::new("slots")
                    .value_name("SLOTS")
                    .required(true)
                    .value_parser(value_parser!(u32))
                    .help("How many there may be at once"),
                Arg::new("per-second")
                    .long("per-second")
                    .value_name("NUMBER")
                    .value_parser(value_parser!(f64))
                    .help("How many slots come back by themselves each second, for `rate_limit`"),
            ]),
            one("pause", "Let it limit nothing"),
            one("resume", "Let it hold again"),
            one("delete", "Remove a limit; what waits for it goes on"),
        ])
}

/// Does it.
pub(super) fn answer(matches: &ArgMatches, process: &Process) -> Result<Exit, Failure> {
    let text = match matches.subcommand() {
        Some(("set", matches)) => set(matches, process)?,
        Some(("pause", matches)) => pause(true, matches, process)?,
        Some(("resume", matches)) => pause(false, matches, process)?,
        Some(("delete", matches)) => delete(matches, process)?,
        Some((_, matches)) => list(matches, process)?,
        None => return Err(Failure::misused("what of the limits? write ls, set, pause, resume or delete")),
    };
    process.print(&text)?;
    Ok(Exit::Done)
}

fn name(matches: &ArgMatches) -> &str {
    matches.get_one::<String>("name").map_or("", String::as_str)
}

fn set(matches: &ArgMatches, process: &Process) -> Result<String, Failure> {
    let mut limit = NewLimit::new(name(matches), matches.get_one("slots").copied().unwrap_or_default());
    if let Some(&per_second) = matches.get_one::<f64>("per-second") {
        if per_second.is_nan() || per_second <= 0.0 {
            return Err(Failure::misused(format!(
                "`--per-second {per_second}`: slots would never come back; write a number above 0, or leave it out"
            )));
        }
        limit.slot_decay_per_second = per_second;
    }
    let orchestrator = orchestrator::open(process)?;
    let set = orchestrator::wait(|| async {
        // One that is paused stays so.
        let known = orchestrator.limits().await?.into_iter().find(|known| known.spec.name == limit.name);
        limit.active = known.is_none_or(|known| known.spec.active);
        orchestrator.set_limit(limit).await
    })?;
    let (spec, per_second) = (&set.spec, set.spec.slot_decay_per_second);
    let rate =
        if per_second > 0.0 { format!(", and {per_second} come back each second") } else { String::new() };
    let rest = if spec.active { "" } else { "; it is paused" };
    Ok(format!(
        "{} has {} {}{rate}{rest}.\n",
        spec.name,
        spec.limit,
        if spec.limit == 1 { "slot" } else { "slots" }
    ))
}

fn pause(is_paused: bool, matches: &ArgMatches, process: &Process) -> Result<String, Failure> {
    let patch = LimitPatch { active: Some(!is_paused), ..LimitPatch::default() };
    let orchestrator = orchestrator::open(process)?;
    let changed = orchestrator::wait(|| orchestrator.change_limit(name(matches), patch))?;
    let word = if is_paused { "limits nothing" } else { "holds again" };
    Ok(format!("{} {word}.\n", changed.spec.name))
}

fn delete(matches: &ArgMatches, process: &Process) -> Result<String, Failure> {
    let name = name(matches);
    let orchestrator = orchestrator::open(process)?;
    orchestrator::wait(|| async {
        if orchestrator.delete_limit(name).await? {
            return Ok(());
        }
        let known = orchestrator.limits().await?.into_iter().map(|limit| limit.spec.name).collect();
        Err(OrchestratorError::NotFound { kind: "limit", name: name.to_owned(), known })
    })?;
    Ok(format!("{name} is removed.\n"))
}

fn list(matches: &ArgMatches, process: &Process) -> Result<String, Failure> {
    let orchestrator = orchestrator::open(process)?;
    let limits = orchestrator::wait(|| orchestrator.limits())?;
    if matches.get_flag("json") {
        return Ok(pretty::pretty(&limits.iter().map(document).collect()));
    }
    if limits.is_empty() {
        return Ok(history::nothing("limits"));
    }
    let mut table = Table::new(["NAME", "SLOTS", "TAKEN", "PER SECOND", "PAUSED"]);
    for limit in &limits {
        let (spec, per_second) = (&limit.spec, limit.spec.slot_decay_per_second);
        table.row([
            history::line(&spec.name),
            spec.limit.to_string(),
            limit.taken.to_string(),
            if per_second > 0.0 { per_second.to_string() } else { String::new() },
            if spec.active { String::new() } else { "paused".to_owned() },
        ]);
    }
    Ok(table.render(process.paint_of_stdout(), process.width()))
}

fn document(limit: &LimitRecord) -> Value {
    json!({
        "name": limit.spec.name,
        "limit": limit.spec.limit,
        "taken": limit.taken,
        "slot_decay_per_second": limit.spec.slot_decay_per_second,
        "active": limit.spec.active,
    })
}
