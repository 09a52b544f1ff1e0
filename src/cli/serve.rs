//! `serve` and `worker`: runs what is scheduled, until the program is told to stop.

use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use tokio::runtime::Builder;

use super::console::{Console, Verbosity};
use super::deployments::{all, none_declared, table};
use super::exit::{Exit, Failure};
use super::process::Process;
use super::{history, orchestrator};
use crate::Registry;
use crate::deploy::FlowDeployment;
use crate::work_pool::DEFAULT;
use crate::worker::WorkerOptions;

/// The command `serve`.
pub(super) fn serve_command() -> Command {
    Command::new("serve")
        .about("Apply the deployments of this program, and run them by their schedules")
        .args(own())
        .args(metrics_option())
}

/// The command `worker`.
pub(super) fn worker_command() -> Command {
    Command::new("worker")
        .about("Run what is scheduled of the flows of this program")
        .args(own())
        .args(metrics_option())
        .args([
            Arg::new("pool")
                .long("pool")
                .value_name("POOL")
                .default_value(DEFAULT)
                .help("The pool that it works for"),
            Arg::new("queue")
                .long("queue")
                .value_name("QUEUE")
                .action(ArgAction::Append)
                .help("Only runs of this queue [repeatable]"),
            Arg::new("name").long("name").value_name("NAME").help("Its name: no other that lives has it"),
        ])
}

fn own() -> [Arg; 4] {
    let number = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    [
        number("limit", "NUMBER", "At most so many runs at once")
            .value_parser(value_parser!(u32).range(1..))
            .default_value("10"),
        number("poll", "SECONDS", "How often to ask for runs that somebody else has made")
            .value_parser(value_parser!(u64).range(1..))
            .default_value("2"),
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
    ]
}

/// The option `--metrics`, where the program can serve numbers.
fn metrics_option() -> Option<Arg> {
    #[cfg(feature = "prometheus")]
    return Some(
        Arg::new("metrics")
            .long("metrics")
            .value_name("ADDRESS")
            .value_parser(address)
            .help("Serve numbers about runs and queues for Prometheus: 127.0.0.1:9464"),
    );
    #[cfg(not(feature = "prometheus"))]
    None
}

#[cfg(feature = "prometheus")]
fn address(text: &str) -> Result<std::net::SocketAddr, String> {
    text.parse().map_err(|_| "write an IP address and a port, as in 127.0.0.1:9464".to_owned())
}

/// Serves numbers, if that is wanted: before anything is counted.
#[cfg(feature = "prometheus")]
fn serve_metrics(matches: &ArgMatches, process: &Process) -> Result<(), Failure> {
    let Some(&address) = matches.get_one("metrics") else { return Ok(()) };
    crate::prometheus::listen(address).map_err(|error| Failure::misused(error.to_string()))?;
    process.tell(&format!("Numbers are at http://{address}/metrics\n"));
    Ok(())
}

/// Does `serve`.
pub(super) fn serve(
    registry: &Registry,
    declared: &[FlowDeployment],
    matches: &ArgMatches,
    process: &Process,
) -> Result<Exit, Failure> {
    if declared.is_empty() {
        return Err(none_declared());
    }
    start(registry, declared, options(matches), matches, process)
}

/// Does `worker`.
pub(super) fn work(
    registry: &Registry,
    declared: &[FlowDeployment],
    matches: &ArgMatches,
    process: &Process,
) -> Result<Exit, Failure> {
    let mut options = options(matches);
    if let Some(pool) = matches.get_one::<String>("pool") {
        options.pool.clone_from(pool);
    }
    options.queues = matches.get_many::<String>("queue").into_iter().flatten().cloned().collect();
    if let Some(name) = matches.get_one::<String>("name") {
        options.name.clone_from(name);
    }
    // It runs deployments of others too, and applies none.
    declared.iter().for_each(FlowDeployment::watch);
    let flows = declared.iter().fold(copy(registry), |flows, deployment| flows.with(deployment.flow()));
    start(&flows, &[], options, matches, process)
}

fn options(matches: &ArgMatches) -> WorkerOptions {
    let mut options = WorkerOptions::default();
    if let Some(limit) = matches.get_one("limit") {
        options.limit = *limit;
    }
    if let Some(seconds) = matches.get_one("poll") {
        options.poll = Duration::from_secs(*seconds);
    }
    options
}

fn copy(registry: &Registry) -> Registry {
    registry.flows().fold(Registry::new(), |copy, flow| copy.with(*flow))
}

fn start(
    registry: &Registry,
    declared: &[FlowDeployment],
    options: WorkerOptions,
    matches: &ArgMatches,
    process: &Process,
) -> Result<Exit, Failure> {
    #[cfg(feature = "prometheus")]
    serve_metrics(matches, process)?;
    let history = history::record(process);
    let orchestrator = orchestrator::open(process)?;
    let applied = orchestrator::wait(|| all(declared, &*orchestrator))?;
    if applied.is_empty() {
        process.tell(&format!("Working as {}; Ctrl-C ends it when its runs have ended.\n", options.name));
    } else {
        process.tell(&table(&applied).render(process.paint_of_stderr(), process.width()));
        process.tell("Serving; Ctrl-C ends it when its runs have ended.\n");
    }
    let verbosity = Verbosity { more: matches.get_count("verbose"), less: matches.get_count("quiet") };
    let console = Console::open(process, verbosity, history.recording())?;
    let registry = declared.iter().fold(copy(registry), |flows, deployment| flows.with(deployment.flow()));
    let runtime = Builder::new_multi_thread().enable_all().on_thread_start(console.on_thread_start()).build();
    let runtime = runtime
        .map_err(|error| Failure::Told(Exit::Failed, format!("the runtime cannot be started: {error}")))?;
    let ended = console.within(|| runtime.block_on(crate::serve::work(orchestrator, registry, options)));
    drop(runtime);
    console.close();
    history.tell_losses(process);
    let suspended = match ended.suspended {
        0 => String::new(),
        suspended => format!(", {suspended} wait to be resumed"),
    };
    process.tell(&format!("{} runs completed, {} did not{suspended}.\n", ended.completed, ended.others));
    Ok(Exit::Done)
}
