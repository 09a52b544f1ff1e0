//! `deployments run`: a run of one, for now or a time; and its end, if somebody waits for it.

use autotune_runtime::flow_run::FlowRun;
use clap::{Arg, ArgAction, ArgMatches, Command};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{json, name, name_argument};
use crate::Registry;
use crate::cli::exit::{Exit, Failure};
use crate::cli::flows::json as pretty;
use crate::cli::process::Process;
use crate::cli::runs::{self, json_option};
use crate::cli::{history, orchestrator, time};
use crate::deployment::DeploymentRun;

/// The command.
pub(super) fn command() -> Command {
    let option = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    Command::new("run").about("Have a worker run a deployment").args([
        name_argument(),
        option("params", "JSON", "Parameters, before those of the deployment: '{\"days\": 3}'"),
        option("at", "TIME", "When: 2026-11-23T09:30; now if left out").value_parser(time::parse),
        option("run-name", "NAME", "Name the run"),
        option("tag", "TAG", "Tag the run [repeatable]").action(ArgAction::Append),
        Arg::new("watch").long("watch").action(ArgAction::SetTrue).help(
            "Follow the run until it ends, as `runs watch` does; it ends as the run does, and a worker has to be there",
        ),
        json_option(),
    ])
}

/// Does it.
pub(super) fn answer(registry: &Registry, matches: &ArgMatches, process: &Process) -> Result<Exit, Failure> {
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let run = DeploymentRun {
        parameters: text("params").map_or(Ok(Map::new()), |params| read(&params))?,
        name: text("run-name"),
        tags: matches.get_many::<String>("tag").into_iter().flatten().cloned().collect(),
        due: matches.get_one::<Timestamp>("at").copied(),
        idempotency_key: None,
    };
    let orchestrator = orchestrator::open(process)?;
    let deployment = orchestrator::wait(|| orchestrator.deployment_named(name(matches)))?;
    // A program that does not have the flow leaves the question to the worker.
    if let Ok(flow) = registry.get(&deployment.spec.flow) {
        if let Some(secret) = run.parameters.keys().find(|name| flow.is_secret(name)) {
            return Err(Failure::misused(format!(
                "parameter `{secret}` is secret, and is not stored with a run: the worker takes it from its environment"
            )));
        }
        let mut parameters = deployment.spec.parameters.clone();
        parameters.extend(run.parameters.clone());
        flow.check(&parameters).map_err(|error| Failure::misused(error.to_string()))?;
    }
    let made = orchestrator::wait(|| orchestrator.run_deployment(deployment.id, run))?;
    if matches.get_flag("watch") {
        process.tell(&scheduled(&made));
        return runs::watch(&made.id.to_string(), matches, process);
    }
    let text = if matches.get_flag("json") { pretty::pretty(&json::run(&made)) } else { scheduled(&made) };
    process.print(&text)?;
    Ok(Exit::Done)
}

fn scheduled(run: &FlowRun) -> String {
    let (id, expected) = (history::short(run.id, 0), time::shown(run.expected));
    format!("{} ({id}) is scheduled for {expected}.\n", run.name)
}

fn read(params: &str) -> Result<Map<String, Value>, Failure> {
    match serde_json::from_str(params) {
        Ok(Value::Object(parameters)) => Ok(parameters),
        Ok(_) => Err(Failure::misused("`--params` is not a JSON object: write '{\"parameter\": value}'")),
        Err(error) => Err(Failure::misused(format!("`--params` is not JSON: {error}"))),
    }
}
