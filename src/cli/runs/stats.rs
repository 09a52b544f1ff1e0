//! `runs stats`: how the runs of flows and deployments go over time.

use autotune_runtime::embedded::{FlowStats, StatsBy, StatsFilter};
use clap::{Arg, ArgMatches, Command};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{deployment_of, json_option};
use crate::cli::exit::{Exit, Failure};
use crate::cli::flows::json as pretty;
use crate::cli::history;
use crate::cli::paint::Paint;
use crate::cli::process::Process;
use crate::cli::table::Table;
use crate::cli::time;
use crate::duration::Rounded;

/// The command.
pub(super) fn command() -> Command {
    let option = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    Command::new("stats")
        .about("Show how often the flow runs that ended succeed, and how long they take")
        .args([
            option("by", "WHAT", "Count the runs of each flow, or of each deployment")
                .value_parser(["flow", "deployment"])
                .default_value("flow"),
            option("flow", "NAME", "Only runs of this flow"),
            option("deployment", "NAME", "Only runs of this deployment: FLOW/NAME"),
            option("since", "TIME", "Only runs that started since: 2h, 30d, 2026-11-23")
                .value_parser(time::parse)
                .default_value("30d"),
            json_option(),
        ])
        .after_help(
            "SUCCESS is the share that completed of those that completed, failed or crashed. MEDIAN and P95 are of \
             those that completed. IN A ROW is how many have failed or crashed since the last that completed, \
             whenever that was.",
        )
}

/// Does it.
pub(super) fn answer(matches: &ArgMatches, process: &Process) -> Result<Exit, Failure> {
    let is_by_deployment = matches.get_one::<String>("by").is_some_and(|by| by == "deployment");
    let stats = match history::open(process)? {
        Some(store) => store.stats(&StatsFilter {
            by: if is_by_deployment { StatsBy::Deployment } else { StatsBy::Flow },
            flow: matches.get_one::<String>("flow").cloned(),
            deployment: deployment_of(&store, matches)?,
            since: matches.get_one::<Timestamp>("since").copied(),
        })?,
        None => Vec::new(),
    };
    let text = if matches.get_flag("json") {
        pretty::pretty(&stats.iter().map(document).collect())
    } else if stats.is_empty() {
        history::nothing("runs that have ended")
    } else {
        let paint = process.paint_of_stdout();
        table(&stats, paint).render(paint, process.width())
    };
    process.print(&text)?;
    Ok(Exit::Done)
}

fn table(stats: &[FlowStats], paint: Paint) -> Table<11> {
    let mut table = Table::new([
        "FLOW",
        "DEPLOYMENT",
        "RUNS",
        "COMPLETED",
        "FAILED",
        "CRASHED",
        "CANCELLED",
        "SUCCESS",
        "MEDIAN",
        "P95",
        "IN A ROW",
    ]);
    for of in stats {
        // What has not happened is left empty, and so is a column in which nothing has.
        let count = |runs: u64| if runs == 0 { String::new() } else { runs.to_string() };
        let took = |took: Option<std::time::Duration>| took.map(|took| Rounded(took).to_string());
        table.row([
            history::line(&of.flow),
            of.deployment.as_deref().map(history::line).unwrap_or_default(),
            of.ended().to_string(),
            count(of.completed),
            paint.red(&count(of.failed)),
            paint.red(&count(of.crashed)),
            count(of.cancelled),
            of.success_rate().map(percent).unwrap_or_default(),
            took(of.median).unwrap_or_default(),
            took(of.p95).unwrap_or_default(),
            paint.red(&count(of.failures_in_a_row)),
        ]);
    }
    table
}

/// `98.4 %`. Not everything is less than `100 %`, and something is more than `0 %`.
fn percent(rate: f64) -> String {
    let tenths = (rate * 1000.0).round();
    let tenths = if rate < 1.0 { tenths.min(999.0) } else { tenths };
    let tenths = if rate > 0.0 { tenths.max(1.0) } else { tenths };
    let percent = tenths / 10.0;
    if percent.fract() == 0.0 { format!("{percent:.0} %") } else { format!("{percent:.1} %") }
}

fn document(of: &FlowStats) -> Value {
    json!({
        "flow": of.flow,
        "deployment": of.deployment,
        "completed": of.completed,
        "failed": of.failed,
        "crashed": of.crashed,
        "cancelled": of.cancelled,
        "success_rate": of.success_rate(),
        "median_seconds": of.median.map(|took| took.as_secs_f64()),
        "p95_seconds": of.p95.map(|took| took.as_secs_f64()),
        "failures_in_a_row": of.failures_in_a_row,
    })
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn only_all_runs_are_a_hundred_percent_and_only_none_are_nothing() {
        let rates = [0.0, 0.000_1, 0.5, 0.984, 0.999_9, 1.0];
        assert_eq!(rates.map(percent), ["0 %", "0.1 %", "50 %", "98.4 %", "99.9 %", "100 %"]);
    }
}
