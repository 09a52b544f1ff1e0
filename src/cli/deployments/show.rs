//! `deployments show`: one of them.

use clap::{ArgMatches, Command};

use super::{json, list, name, name_argument};
use crate::cli::exit::{Exit, Failure};
use crate::cli::flows::json as pretty;
use crate::cli::paint::Paint;
use crate::cli::process::Process;
use crate::cli::runs::json_option;
use crate::cli::{history, orchestrator, time};
use crate::deployment::Deployment;

/// The command.
pub(super) fn command() -> Command {
    Command::new("show").about("Show a deployment").args([name_argument(), json_option()])
}

/// Does it.
pub(super) fn answer(matches: &ArgMatches, process: &Process) -> Result<Exit, Failure> {
    let orchestrator = orchestrator::open(process)?;
    let deployment = orchestrator::wait(|| orchestrator.deployment_named(name(matches)))?;
    let text = if matches.get_flag("json") {
        pretty::pretty(&json::deployment(&deployment))
    } else {
        page(&deployment, process.paint_of_stdout())
    };
    process.print(&text)?;
    Ok(Exit::Done)
}

fn page(deployment: &Deployment, paint: Paint) -> String {
    let spec = &deployment.spec;
    let version = spec.version.as_deref().map(|version| format!(" {version}")).unwrap_or_default();
    let mut text = format!("{}{}\n", paint.bold(&deployment.full_name()), paint.dim(&version));
    let mut line = |label: &str, value: String| {
        if !value.is_empty() {
            text += &paint.dim(&format!("{label:11} "));
            text += &value;
            text.push('\n');
        }
    };
    line("about", history::line(&spec.description));
    line("id", deployment.id.to_string());
    for schedule in list::schedules(deployment) {
        line("schedule", schedule);
    }
    line(
        "next run",
        deployment.next.filter(|_| !deployment.is_paused()).map(time::shown).unwrap_or_default(),
    );
    line("paused", if deployment.is_paused() { "yes".to_owned() } else { String::new() });
    line("queue", format!("{}/{}", spec.work_pool, spec.work_queue));
    line("at once", spec.concurrency.map(|concurrency| concurrency.limit.to_string()).unwrap_or_default());
    line("tags", spec.tags.join(", "));
    for (name, value) in &spec.parameters {
        line("parameter", history::line(&format!("{name} = {value}")));
    }
    text
}
