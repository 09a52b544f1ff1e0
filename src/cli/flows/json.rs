//! Flows for other programs.

use serde_json::{Value, json};

use crate::Registry;
use crate::definition::Definition;
use crate::registry::Registered;

/// All flows: an array.
pub(super) fn all(registry: &Registry) -> String {
    pretty(&registry.flows().map(describe).collect())
}

/// One flow: an object.
pub(super) fn one(flow: &Registered) -> String {
    pretty(&describe(flow))
}

/// JSON as people and programs read it.
pub(in crate::cli) fn pretty(json: &Value) -> String {
    format!("{json:#}\n")
}

/// What the attribute says of a task or flow.
pub(in crate::cli) fn definition(definition: &Definition) -> Value {
    let parameter = |parameter: &crate::definition::Parameter| json!({ "name": parameter.name, "type": parameter.type_name, "secret": parameter.secret });
    json!({
        "name": definition.name,
        "description": definition.description,
        "version": definition.version,
        "tags": definition.tags,
        "module": definition.module,
        "file": definition.file,
        "line": definition.line,
        "retries": definition.retries,
        "timeout_seconds": definition.timeout.map(|timeout| timeout.as_secs_f64()),
        "parameters": definition.parameters.iter().map(parameter).collect::<Vec<_>>(),
    })
}

fn describe(flow: &Registered) -> Value {
    let mut description = definition(flow.definition);
    description["schema"] = flow.schema().unwrap_or_default();
    description["not_startable"] = flow.refusal().map(|why| why.to_string()).into();
    description
}
