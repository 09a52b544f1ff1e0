//! What a deployment calls its flow with.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{DeployError, FlowDeployment};
use crate::environment;

impl FlowDeployment {
    /// Gives the flow a parameter, where a run does not say otherwise.
    ///
    /// A name that the flow does not have, a value that is not of the parameter's type or breaks its rules, and a
    /// secret are errors: secrets are never stored, and the worker takes them from the environment.
    pub fn parameter(self, name: &str, value: impl Serialize) -> Result<Self, DeployError> {
        let value = serde_json::to_value(value)
            .map_err(|error| self.flow.wrong(name, format!("it cannot be written as JSON: {error}")))?;
        self.with_parameters(Map::from_iter([(name.to_owned(), value)]))
    }

    /// Gives the flow several parameters at once: the fields of a value of the program's own, or a map.
    pub fn parameters(self, parameters: impl Serialize) -> Result<Self, DeployError> {
        match serde_json::to_value(parameters) {
            Ok(Value::Object(parameters)) => self.with_parameters(parameters),
            Ok(_) => Err(self.flow.wrong("", "they are not a JSON object: give a struct or a map").into()),
            Err(error) => Err(self.flow.wrong("", format!("they cannot be written as JSON: {error}")).into()),
        }
    }

    fn with_parameters(mut self, parameters: Map<String, Value>) -> Result<Self, DeployError> {
        if let Some(name) = parameters.keys().find(|name| self.flow.is_secret(name)) {
            let variable = environment::of_secret(name);
            let message = format!(
                "it is secret, and is not stored with a deployment: leave it out, and set {variable} where the worker runs"
            );
            return Err(self.flow.wrong(name, message).into());
        }
        self.flow.check_given(&parameters)?;
        self.spec.parameters.extend(parameters);
        Ok(self)
    }
}
