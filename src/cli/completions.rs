//! `completions`: what lets a shell complete the commands of the program.

use clap::{Arg, ArgMatches, Command, value_parser};
use clap_complete::Shell;

use super::exit::{Exit, Failure};
use super::process::Process;

/// The command.
pub(super) fn command(program: &str) -> Command {
    let shell = Arg::new("shell")
        .value_name("SHELL")
        .required(true)
        .value_parser(value_parser!(Shell))
        .help("The shell that reads it");
    Command::new("completions")
        .about("Print the script that lets a shell complete commands, flows and options")
        .arg(shell)
        .after_help(how_to_install(program))
}

/// Does it.
pub(super) fn answer(
    tree: &mut Command,
    program: &str,
    matches: &ArgMatches,
    process: &Process,
) -> Result<Exit, Failure> {
    let Some(&shell) = matches.get_one::<Shell>("shell") else {
        return Err(Failure::misused("for which shell? write bash, elvish, fish, powershell or zsh"));
    };
    let mut script = Vec::new();
    clap_complete::generate(shell, tree, program, &mut script);
    process.print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}

fn how_to_install(program: &str) -> String {
    let lines = [
        (
            "bash",
            format!("{program} completions bash > ~/.local/share/bash-completion/completions/{program}"),
        ),
        ("elvish", format!("{program} completions elvish >> ~/.config/elvish/rc.elv")),
        ("fish", format!("{program} completions fish > ~/.config/fish/completions/{program}.fish")),
        ("powershell", format!("{program} completions powershell >> $PROFILE")),
        ("zsh", format!("{program} completions zsh > ~/.zfunc/_{program}")),
    ];
    let lines = lines.map(|(shell, line)| format!("\n  {shell:10}  {line}"));
    format!(
        "Once, and again with each new version:{}\n\n~/.zfunc must be in zsh's `fpath` before `compinit`.",
        lines.concat()
    )
}
