//! Several parameters at once: `--params '{"days":3}'` or `--params @file.json`.

use serde_json::{Map, Value};

use super::{Parameters, secret};

/// The parameters in the text, or in the file that it names.
pub(super) fn read(params: &str, parameters: &Parameters) -> Result<Map<String, Value>, String> {
    let file = params.strip_prefix('@');
    let text = match file {
        Some(path) => {
            std::fs::read_to_string(path).map_err(|error| format!("`--params`: {path}: {error}"))?
        }
        None => params.to_owned(),
    };
    let json = serde_json::from_str(&text).map_err(|error| format!("`--params` is not JSON: {error}"))?;
    let Value::Object(values) = json else {
        return Err("`--params` is not a JSON object: write '{\"parameter\": value}'".to_owned());
    };
    for (name, value) in &values {
        let Some(parameter) = parameters.list.iter().find(|parameter| parameter.name == *name) else {
            let known: Vec<_> = parameters.list.iter().map(|parameter| parameter.name.as_str()).collect();
            let flow = parameters.flow.name;
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            return Err(format!("`--params`: flow `{flow}` has no parameter `{name}`; it has {known}"));
        };
        // A file is not seen by others as the command line is.
        if parameter.secret && file.is_none() {
            return Err(secret::not_as_an_option(parameter));
        }
        if !parameter.secret {
            parameter
                .kind
                .check(value)
                .map_err(|message| format!("`--params`: parameter `{name}`: {message}"))?;
        }
    }
    Ok(values)
}
