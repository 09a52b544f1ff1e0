//! JSON parameters to typed ones, with an error that names the place.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::StartError;
use crate::definition::Definition;
use crate::flow::FlowParameters;

pub(super) fn parameters<P: FlowParameters + DeserializeOwned>(json: Value) -> Result<P, StartError> {
    let definition = P::DEFINITION;
    serde_path_to_error::deserialize(json).map_err(|error| {
        let path = match error.path().to_string() {
            path if path == "." => String::new(),
            path => path,
        };
        let message = if is_secret(definition, &path) {
            "not a valid value; it is not shown, because the parameter is secret".to_owned()
        } else {
            error.into_inner().to_string()
        };
        StartError::Parameter { flow: definition.name, path, message }
    })
}

fn is_secret(definition: &Definition, path: &str) -> bool {
    let parameter = path.split(['.', '[']).next().unwrap_or_default();
    definition.parameters.iter().any(|known| known.secret && known.name == parameter)
}
