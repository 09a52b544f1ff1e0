//! `artifacts`: what runs have shown to people.

use autotune_runtime::embedded::{ArtifactFilter, ArtifactRecord};
use clap::{Arg, ArgMatches, Command};
use serde_json::{Value, json};

use super::exit::{Exit, Failure};
use super::flows::json::pretty;
use super::history::{self, short};
use super::process::Process;
use super::runs::{json_option, limit};
use super::table::Table;
use super::time;

/// The command.
pub(super) fn command() -> Command {
    let option = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    let list = Command::new("ls").about("List the latest artifacts").args([
        option("run", "ID", "Only those of this run"),
        option("key", "KEY", "Only those of this key"),
        limit("20"),
        json_option(),
    ]);
    Command::new("artifacts")
        .about("Show what runs have made for people to see: ls")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(list)
}

/// Does it.
pub(super) fn answer(matches: &ArgMatches, process: &Process) -> Result<Exit, Failure> {
    let matches = matches.subcommand().map_or(matches, |(_, matches)| matches);
    let artifacts = match history::open(process)? {
        Some(store) => {
            let run = match matches.get_one::<String>("run") {
                Some(id) => Some(history::found(&store, id)?.id),
                None => None,
            };
            let (key, limit) = (matches.get_one("key").cloned(), matches.get_one("limit").copied());
            store.artifacts(&ArtifactFilter { run, key, limit })?
        }
        None => Vec::new(),
    };
    let text = if matches.get_flag("json") {
        pretty(&artifacts.iter().map(document).collect())
    } else if artifacts.is_empty() {
        history::nothing("artifacts")
    } else {
        table(&artifacts).render(process.paint_of_stdout(), process.width())
    };
    process.print(&text)?;
    Ok(Exit::Done)
}

fn table(artifacts: &[ArtifactRecord]) -> Table<6> {
    let mut table = Table::new(["RUN", "MADE", "KIND", "KEY", "DESCRIPTION", "DATA"]);
    for artifact in artifacts {
        let (root, sequence) = artifact.call;
        let text = match &artifact.data {
            Value::String(text) => text.clone(),
            Value::Array(rows) => format!("{} rows", rows.len()),
            other => other.to_string(),
        };
        table.row([
            short(root, sequence),
            time::shown(artifact.at),
            artifact.kind.clone(),
            artifact.key.clone().unwrap_or_default(),
            artifact.description.as_deref().map(history::line).unwrap_or_default(),
            history::line(&text),
        ]);
    }
    table
}

fn document(artifact: &ArtifactRecord) -> Value {
    json!({
        "run_id": artifact.run.to_string(),
        "created": artifact.at.to_string(),
        "type": artifact.kind,
        "key": artifact.key,
        "description": artifact.description,
        "data": artifact.data,
    })
}
