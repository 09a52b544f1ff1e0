//! The program `autotune`: the flows of this crate, and oref0's own commands.

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use autotune::cli::Cli;
use autotune::cli::clap::{Arg, ArgMatches, Command, value_parser};
use autotune_tasks::oref0::Zone;
use autotune_tasks::oref0_command::{self, Host};

fn main() -> ExitCode {
    Cli::new()
        .name("autotune")
        .about("Tunes insulin pump profiles. Not medical advice: review every change with a clinician.")
        .version(env!("CARGO_PKG_VERSION"))
        .deployments(autotune_tasks::deployments::deployments)
        .command(
            reference_command(
                "oref0-autotune-prep",
                "Sort a day's readings, as oref0's command of this name",
            ),
            |matches| run_reference_command(matches, oref0_command::prep),
        )
        .command(
            reference_command("oref0-autotune-core", "Tune a profile, as oref0's command of this name"),
            |matches| run_reference_command(matches, oref0_command::core),
        )
        .run()
}

/// A command that takes the arguments of the reference's own, whatever they look like.
fn reference_command(name: &'static str, about: &'static str) -> Command {
    let arguments = Arg::new("arguments")
        .value_name("ARGUMENTS")
        .help("The arguments of oref0's own command; the time zone comes from TZ")
        .num_args(0..)
        .trailing_var_arg(true)
        .allow_hyphen_values(true)
        .value_parser(value_parser!(OsString));
    Command::new(name).about(about).arg(arguments)
}

type ReferenceCommand = fn(&Host<'_>, &mut dyn Write, &mut dyn Write) -> ExitCode;

fn run_reference_command(matches: &ArgMatches, command: ReferenceCommand) -> ExitCode {
    let arguments: Vec<OsString> =
        matches.get_many("arguments").map(|given| given.cloned().collect()).unwrap_or_default();
    // As node does, an unknown zone is that of UTC.
    let zone = std::env::var("TZ").ok().and_then(|name| Zone::named(&name).ok()).unwrap_or(Zone::UTC);
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of a date are far below 2^53")]
    let now = jiff::Timestamp::now().as_millisecond() as f64;
    let host = Host { arguments: &arguments, zone: &zone, now };
    command(&host, &mut io::stdout().lock(), &mut io::stderr().lock())
}
