//! A parameter as an option, and what was given to it.

use clap::builder::{PossibleValuesParser, TypedValueParser, ValueParser};
use clap::{Arg, ArgAction, ArgMatches};
use serde_json::Value;

use super::kind::Choice;
use super::{Kind, Parameter};

/// The heading of parameters in help.
const HEADING: &str = "Parameters";

/// The option of a parameter. That of a secret takes anything, for an answer that does not show it.
pub(super) fn argument(parameter: &Parameter) -> Arg {
    let long = parameter.long();
    let mut argument = Arg::new(id(parameter)).long(long.clone()).help_heading(HEADING);
    if parameter.name != long {
        argument = argument.alias(parameter.name.clone());
    }
    if parameter.secret {
        return argument.hide(true).num_args(0..).allow_hyphen_values(true).action(ArgAction::Append);
    }
    let action = if matches!(parameter.kind, Kind::List(_)) { ArgAction::Append } else { ArgAction::Set };
    argument = argument
        .help(help(parameter))
        .action(action)
        .value_name(parameter.value_name())
        .value_parser(parser(parameter.kind.clone()))
        // The help says more of them.
        .hide_possible_values(true);
    match &parameter.kind {
        Kind::Boolean => argument
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .value_name("true|false"),
        Kind::Integer(_) | Kind::Number(_) | Kind::List(_) | Kind::Json => {
            argument.allow_negative_numbers(true)
        }
        Kind::Text | Kind::Choice(_) => argument,
    }
}

/// What was given; `None` if nothing was.
pub(super) fn value(parameter: &Parameter, matches: &ArgMatches) -> Option<Value> {
    let mut values = matches.get_many::<Value>(&id(parameter))?.cloned();
    match parameter.kind {
        Kind::List(_) => Some(Value::Array(values.collect())),
        _ => values.next_back(),
    }
}

/// Whether the option stands on the command line.
pub(super) fn is_given(parameter: &Parameter, matches: &ArgMatches) -> bool {
    matches.contains_id(&id(parameter))
}

/// Apart from the names of the command's own options.
fn id(parameter: &Parameter) -> String {
    format!("parameter {}", parameter.name)
}

fn parser(kind: Kind) -> ValueParser {
    match kind {
        Kind::Choice(choices) => {
            let texts = choices.into_iter().map(|choice| choice.text);
            ValueParser::new(PossibleValuesParser::new(texts).map(Value::String))
        }
        Kind::List(element) => parser(*element),
        kind => ValueParser::new(move |text: &str| kind.parse(text)),
    }
}

fn help(parameter: &Parameter) -> String {
    let mut parts = vec![parameter.description.replace('\n', " ")];
    match &parameter.kind {
        Kind::Integer(range) if !range.chosen().is_open() => parts.push(format!("[{}]", range.chosen())),
        Kind::Number(range) if !range.is_open() => parts.push(format!("[{range}]")),
        Kind::Choice(choices) => parts.push(format!("[{}]", described(choices))),
        Kind::List(_) => parts.push("[repeatable]".to_owned()),
        Kind::Json => parts.push("[JSON]".to_owned()),
        _ => {}
    }
    if parameter.required {
        parts.push("[required]".to_owned());
    } else if let Some(default) = parameter.shown_default() {
        parts.push(format!("[default: {default}]"));
    } else if parameter.kind == Kind::Boolean {
        parts.push("[default: false]".to_owned());
    } else {
        parts.push("[optional]".to_owned());
    }
    parts.retain(|part| !part.is_empty());
    parts.join(" ")
}

/// `fast: little data, slow`.
fn described(choices: &[Choice]) -> String {
    let choice = |Choice { text, description }: &Choice| match description.lines().next() {
        None => text.clone(),
        Some(line) => format!("{text}: {}", line.trim_end_matches('.')),
    };
    choices.iter().map(choice).collect::<Vec<_>>().join(", ")
}
