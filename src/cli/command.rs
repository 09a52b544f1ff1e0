//! The commands of the program, for clap.

use clap::{Arg, ArgAction, Command};

use super::{
    Cli, artifacts, completions, db, deployments, flows, limits, queues, run, runs, serve, tasks, variables,
    workers,
};
use crate::Registry;

/// Without the terminal's width, help is as wide as this.
const HELP_WIDTH: usize = 100;

/// The program with all its commands.
pub(super) fn tree(cli: &Cli, registry: &Registry, program: &str) -> Command {
    let built_with = || format!("(autotune {})", env!("CARGO_PKG_VERSION"));
    let about = cli.about.clone().unwrap_or_else(|| "Runs the flows of this program".to_owned());
    let width = cli.process.width().unwrap_or(HELP_WIDTH);
    let mut tree = Command::new(program.to_owned())
        .bin_name(program)
        .about(about)
        .version(cli.version.clone().unwrap_or_else(built_with))
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .arg(
            Arg::new("version")
                .long("version")
                .short('V')
                .action(ArgAction::Version)
                .help("Print the version"),
        )
        .term_width(width.min(HELP_WIDTH))
        .after_help(examples(registry, program));
    let ours = [
        run::command(registry, program),
        flows::command(),
        tasks::command(),
        runs::command(),
        deployments::command(),
        serve::serve_command(),
        serve::worker_command(),
        queues::command(),
        workers::command(),
        limits::command(),
        variables::command(),
        artifacts::command(),
        db::command(),
        completions::command(program),
    ];
    for ours in ours {
        if !cli.commands.iter().any(|(command, _)| command.get_name() == ours.get_name()) {
            tree = tree.subcommand(ours);
        }
    }
    tree.subcommands(cli.commands.iter().map(|(command, _)| command.clone()))
}

fn examples(registry: &Registry, program: &str) -> String {
    let startable = registry.flows().find(|flow| flow.refusal().is_none());
    let name = startable.map_or("NAME", |flow| flow.definition.name);
    let word = run::quoted(name);
    let lines = [
        (format!("{program} flows"), "what can be run"),
        (format!("{program} run {word} --help"), "what it takes"),
        (format!("{program} run {word} --json"), "its result, for another program"),
    ];
    let width = lines.iter().map(|(line, _)| line.len()).max().unwrap_or_default();
    let lines = lines.map(|(line, what)| format!("\n  {line:width$}  {what}"));
    format!("Examples:{}", lines.concat())
}
