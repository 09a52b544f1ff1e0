//! One flow: what it is for, and its parameters.

use crate::cli::paint::Paint;
use crate::cli::parameters::{Parameter, Parameters};
use crate::cli::run;
use crate::cli::table::Table;
use crate::registry::Registered;
use serde_json::Value;

/// The page of one flow.
pub(super) fn render(flow: &Registered, program: &str, paint: Paint, width: Option<usize>) -> String {
    let definition = flow.definition;
    let mut text = paint.bold(definition.name);
    if let Some(version) = definition.version {
        text += &paint.dim(&format!(" {version}"));
    }
    text.push('\n');
    for line in definition.description.trim().lines() {
        text += line;
        text.push('\n');
    }
    match (Parameters::of(flow), flow.refusal()) {
        (Some(parameters), _) => {
            let table = table(&parameters).render(paint, width);
            let label = paint.dim("Run it:");
            [text, table, format!("{label} {program} {}\n", run::usage(&parameters))]
        }
        (None, why) => [text, String::new(), why.map(|why| format!("{why}\n")).unwrap_or_default()],
    }
    .iter()
    .filter(|part| !part.is_empty())
    .map(String::as_str)
    .collect::<Vec<_>>()
    .join("\n")
}

fn table(parameters: &Parameters) -> Table<4> {
    let mut table = Table::new(["PARAMETER", "TYPE", "DEFAULT", "DESCRIPTION"]);
    for parameter in &parameters.list {
        let description = parameter.description.replace('\n', " ");
        table.row([parameter.name.clone(), parameter.kind.words(), default(parameter), description]);
    }
    table
}

fn default(parameter: &Parameter) -> String {
    match &parameter.default {
        _ if parameter.secret => format!("secret, from {}", parameter.variable()),
        _ if parameter.required => "required".to_owned(),
        None | Some(Value::Null) => "none".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
