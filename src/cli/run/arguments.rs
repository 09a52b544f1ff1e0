//! The command of one flow, for clap: an option for each parameter, and the
//! command's own.

use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::cli::console::Verbosity;
use crate::cli::flows::first_line;
use crate::cli::parameters::{Parameter, Parameters};
use crate::definition::Definition;
use autotune_runtime::call::StartOptions;

const PARAMS: &str = "params";
const NAME: &str = "run-name";
const TAG: &str = "tag";
const JSON: &str = "json";
const VERBOSE: &str = "verbose";
const QUIET: &str = "quiet";

/// The description in front, which may be of several lines; in lists stands the first.
const TEMPLATE: &str = "{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

/// The command of a flow.
pub(super) fn command(parameters: &Parameters, program: &str) -> Command {
    let flow = parameters.flow;
    let command = Command::new(flow.name)
        .about(first_line(flow.description))
        .before_help(flow.description.trim())
        .help_template(TEMPLATE)
        .override_usage(format!("{program} {} [OPTIONS]", usage(parameters)))
        .args(parameters.arguments())
        .args(own(parameters))
        .disable_help_flag(true);
    match secrets(parameters) {
        Some(secrets) => command.after_help(secrets),
        None => command,
    }
}

/// The command of a flow that cannot be run: not shown, and answered with the reason.
pub(super) fn refused(flow: &Definition) -> Command {
    let anything = Arg::new("anything").num_args(0..).allow_hyphen_values(true).trailing_var_arg(true);
    Command::new(flow.name).hide(true).arg(anything).disable_help_flag(true)
}

/// How the flow is run with what it needs: `run analysis --url <URL>`.
pub(in crate::cli) fn usage(parameters: &Parameters) -> String {
    let required = parameters.options().filter(|parameter| parameter.required);
    let words = ["run".to_owned(), quoted(parameters.flow.name)].into_iter();
    words.chain(required.map(Parameter::option)).collect::<Vec<_>>().join(" ")
}

/// A name as a shell takes it.
pub(in crate::cli) fn quoted(name: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./:@%+=,".contains(letter);
    if !name.is_empty() && name.chars().all(is_plain) {
        return name.to_owned();
    }
    format!("'{}'", name.replace('\'', r"'\''"))
}

/// What the command's own options say.
pub(super) struct Chosen<'a> {
    pub(super) params: Option<&'a str>,
    pub(super) options: StartOptions,
    pub(super) output: Output,
    pub(super) verbosity: Verbosity,
}

/// How the result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    /// As the flow's author meant it to be read.
    Text,
    /// One JSON document.
    Json,
}

impl<'a> Chosen<'a> {
    pub(super) fn of(matches: &'a ArgMatches) -> Self {
        let text = |name| matches.get_one::<String>(name);
        let tags = matches.get_many::<String>(TAG).into_iter().flatten().cloned();
        Chosen {
            params: text(PARAMS).map(String::as_str),
            options: StartOptions {
                name: text(NAME).cloned(),
                tags: tags.collect(),
                ..StartOptions::default()
            },
            output: if matches.get_flag(JSON) { Output::Json } else { Output::Text },
            verbosity: Verbosity { more: matches.get_count(VERBOSE), less: matches.get_count(QUIET) },
        }
    }
}

/// The command's own options. A parameter of the same name has the name, and the
/// option is then called `--cli-…`.
fn own(parameters: &Parameters) -> impl Iterator<Item = Arg> {
    let option = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    let flag = |name: &'static str, action: ArgAction, help: &'static str| {
        Arg::new(name).long(name).action(action).help(help)
    };
    let own = [
        option(PARAMS, "JSON", "Several parameters at once: '{\"days\": 3}', or @FILE"),
        option(NAME, "NAME", "Name this run"),
        option(TAG, "TAG", "Tag this run [repeatable]").action(ArgAction::Append),
        flag(JSON, ArgAction::SetTrue, "Print the result as JSON"),
        flag(VERBOSE, ArgAction::Count, "Show more of what happens [repeatable]").short('v'),
        flag(QUIET, ArgAction::Count, "Show less: only warnings; twice, only errors").short('q'),
        flag("help", ArgAction::Help, "Print help").short('h'),
    ];
    let own = own.map(|argument| argument.help_heading("Options"));
    own.map(|argument| match argument.get_long().filter(|long| is_taken(long, parameters)) {
        Some(long) => {
            let other = format!("cli-{long}");
            argument.long(other)
        }
        None => argument,
    })
    .into_iter()
}

fn is_taken(long: &str, parameters: &Parameters) -> bool {
    parameters.list.iter().any(|parameter| parameter.long() == long)
}

/// Where the secrets come from.
fn secrets(parameters: &Parameters) -> Option<String> {
    let variables: Vec<_> = parameters.secrets().map(|secret| (secret.variable(), secret)).collect();
    let width = variables.iter().map(|(variable, _)| variable.len()).max()?;
    let mut text = "Secrets, from the environment; a missing one is asked for:".to_owned();
    for (variable, secret) in variables {
        let optional = if secret.required { "" } else { "[optional]" };
        let description = secret.description.replace('\n', " ");
        let line = format!("\n  {variable:width$}  {description} {optional}");
        text += line.trim_end();
    }
    Some(text)
}
