//! All flows as a table, and those that cannot be run with the reason.

use crate::Registry;
use crate::cli::paint::Paint;
use crate::cli::parameters::{Parameter, Parameters};
use crate::cli::table::Table;
use crate::registry::StartError;

/// The listing.
pub(super) fn render(registry: &Registry, paint: Paint, width: Option<usize>) -> String {
    let mut table = Table::new(["NAME", "VERSION", "PARAMETERS", "DESCRIPTION"]);
    let mut refused = Table::new(["CALLED FROM CODE ONLY", "WHY"]);
    for flow in registry.flows() {
        let definition = flow.definition;
        let name = definition.name.to_owned();
        match (Parameters::of(flow), flow.refusal()) {
            (Some(parameters), _) => {
                let short: Vec<_> = parameters.list.iter().map(Parameter::short).collect();
                let version = definition.version.unwrap_or_default().to_owned();
                table.row([name, version, short.join(" "), first_line(definition.description).to_owned()]);
            }
            (None, why) => refused.row([name, why.map(reason).unwrap_or_default()]),
        }
    }
    match (table.is_empty(), refused.is_empty()) {
        (true, true) => "This program has no flows.\n".to_owned(),
        (false, true) => table.render(paint, width),
        (true, false) => refused.render(paint, width),
        (false, false) => format!("{}\n{}", table.render(paint, width), refused.render(paint, width)),
    }
}

/// The first line of a description.
pub(in crate::cli) fn first_line(description: &str) -> &str {
    description.trim().lines().next().unwrap_or_default()
}

fn reason(why: StartError) -> String {
    match why {
        StartError::NotStartable { parameter: "", .. } => "it is generic".to_owned(),
        StartError::NotStartable { parameter, type_name, .. } => {
            format!("`{parameter}: {type_name}` cannot be read from JSON")
        }
        other => other.to_string(),
    }
}
