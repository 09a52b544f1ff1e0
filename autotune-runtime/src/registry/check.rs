//! Whether JSON parameters fit a flow, before it is started: all of them, or as
//! many as are known.

use serde_json::{Map, Value};

use super::{Entry, Registered, StartError};

impl Registered {
    /// Whether the flow can be started with these parameters. Secret ones may be missing.
    pub fn check(&self, parameters: &Map<String, Value>) -> Result<(), StartError> {
        self.check_given(parameters)?;
        match self.missing(parameters).first() {
            Some(missing) => Err(self.wrong("", format!("missing field `{missing}`"))),
            None => Ok(()),
        }
    }

    /// Whether these parameters fit, whatever the others will be.
    pub fn check_given(&self, parameters: &Map<String, Value>) -> Result<(), StartError> {
        let Entry::Startable(flow) = self.entry else {
            return self.refusal().map_or(Ok(()), Err);
        };
        let schema = (flow.schema)();
        let known = schema.get("properties").and_then(Value::as_object);
        for (name, value) in parameters {
            let Some(property) = known.and_then(|known| known.get(name)) else {
                let names: Vec<_> = known.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
                let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
                return Err(self.wrong(name, format!("there is no such parameter; the flow has {names}")));
            };
            if let Some(message) = broken_bound(property, value) {
                return Err(self.wrong(name, message));
            }
        }
        match (flow.check)(Value::Object(parameters.clone())) {
            // What is missing is looked for when everything has been read.
            Err(StartError::Parameter { path, message, .. })
                if path.is_empty() && message.starts_with("missing field") =>
            {
                Ok(())
            }
            other => other,
        }
    }

    /// The parameters that the flow cannot do without and that are not among these, secret ones aside.
    #[must_use]
    pub fn missing(&self, parameters: &Map<String, Value>) -> Vec<String> {
        let schema = self.schema().unwrap_or_default();
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        let required = required.filter_map(Value::as_str).map(ToOwned::to_owned);
        required.filter(|name| !parameters.contains_key(name) && !self.is_secret(name)).collect()
    }

    /// The names of the secret parameters, and whether the flow cannot do without.
    #[must_use]
    pub fn secrets(&self) -> Vec<(String, bool)> {
        let schema = self.schema().unwrap_or_default();
        let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        let names = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        names
            .filter(|(name, _)| self.is_secret(name))
            .map(|(name, _)| (name.clone(), required.iter().any(|required| required == name.as_str())))
            .collect()
    }

    /// Whether the value of a parameter must never be seen or stored.
    #[must_use]
    pub fn is_secret(&self, name: &str) -> bool {
        let is_declared =
            self.definition.parameters.iter().any(|declared| declared.secret && declared.name == name);
        // One that has another name in JSON is marked in the schema.
        let is_marked = || {
            let schema = self.schema().unwrap_or_default();
            schema["properties"][name]["writeOnly"] == Value::Bool(true)
        };
        is_declared || is_marked()
    }

    pub(crate) fn wrong(&self, parameter: &str, message: impl Into<String>) -> StartError {
        StartError::Parameter {
            flow: self.definition.name,
            path: parameter.to_owned(),
            message: message.into(),
        }
    }
}

/// What a value breaks of the bounds in its schema: those that `#[garde(..)]` leaves there.
fn broken_bound(schema: &Value, value: &Value) -> Option<String> {
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
    if let Some(number) = value.as_f64() {
        let shown = |key: &str| schema.get(key).cloned().unwrap_or_default();
        if bound("minimum").is_some_and(|least| number < least) {
            return Some(format!("lower than {}", shown("minimum")));
        }
        if bound("maximum").is_some_and(|most| number > most) {
            return Some(format!("greater than {}", shown("maximum")));
        }
    }
    let (size, least, most) = match value {
        Value::String(text) => (text.chars().count(), "minLength", "maxLength"),
        Value::Array(values) => (values.len(), "minItems", "maxItems"),
        _ => return None,
    };
    let bound = |key: &str| schema.get(key).and_then(Value::as_u64).map(|bound| (bound, size as u64));
    match (bound(least), bound(most)) {
        (Some((least, size)), _) if size < least => Some(format!("length is lower than {least}")),
        (_, Some((most, size))) if size > most => Some(format!("length is greater than {most}")),
        _ => None,
    }
}
