//! The parameters of a flow on the command line: pure, apart from `secret` and
//! the file behind `--params @file`.

mod given;
mod kind;
mod option;
mod range;
mod schema;
mod secret;

use clap::ArgMatches;
use serde_json::{Map, Value};

use super::exit::Failure;
use super::process::Process;
use crate::definition::Definition;
use crate::registry::Registered;

pub(super) use kind::Kind;

/// The parameters of one flow.
#[derive(Debug)]
pub(super) struct Parameters {
    pub(super) flow: &'static Definition,
    pub(super) list: Vec<Parameter>,
}

/// One parameter of a flow, as its JSON Schema describes it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Parameter {
    /// As it stands in JSON.
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) required: bool,
    pub(super) default: Option<Value>,
    pub(super) description: String,
    pub(super) secret: bool,
}

impl Parameters {
    /// Those of a flow; `None` if it cannot be started by name.
    pub(super) fn of(flow: &Registered) -> Option<Self> {
        let list = schema::read(&flow.schema()?, flow.definition.parameters);
        Some(Parameters { flow: flow.definition, list })
    }

    /// Those that are options.
    pub(super) fn options(&self) -> impl Iterator<Item = &Parameter> {
        self.list.iter().filter(|parameter| !parameter.secret)
    }

    /// Those that are not.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &Parameter> {
        self.list.iter().filter(|parameter| parameter.secret)
    }

    /// The options for clap. Its answer to one for a secret is an error.
    pub(super) fn arguments(&self) -> impl Iterator<Item = clap::Arg> {
        self.list.iter().map(option::argument)
    }

    /// The JSON to start the flow with: `--params`, then the options, then the secrets.
    pub(super) fn collect(
        &self,
        matches: &ArgMatches,
        params: Option<&str>,
        process: &Process,
    ) -> Result<Value, Failure> {
        for parameter in self.secrets() {
            if option::is_given(parameter, matches) {
                return Err(Failure::misused(secret::not_as_an_option(parameter)));
            }
        }
        let mut values = match params {
            Some(params) => given::read(params, self).map_err(Failure::misused)?,
            None => Map::new(),
        };
        for parameter in self.options() {
            if let Some(value) = option::value(parameter, matches) {
                values.insert(parameter.name.clone(), value);
            }
        }
        // Nobody is asked for a secret if the flow cannot be started anyhow.
        let missing = self.options().filter(|option| option.required && !values.contains_key(&option.name));
        let missing: Vec<_> = missing.map(|parameter| format!("`{}`", parameter.option())).collect();
        if !missing.is_empty() {
            let flow = self.flow.name;
            let message = format!("flow `{flow}` needs {}; `--help` tells more", missing.join(", "));
            return Err(Failure::misused(message));
        }
        for parameter in self.secrets() {
            if !values.contains_key(&parameter.name)
                && let Some(value) = secret::read(parameter, process)?
            {
                values.insert(parameter.name.clone(), value);
            }
        }
        Ok(Value::Object(values))
    }
}

impl Parameters {
    /// The JSON that takes the place of what was recorded: `--params`, and the secrets, which never are.
    pub(super) fn given(
        &self,
        params: Option<&str>,
        process: &Process,
    ) -> Result<Map<String, Value>, Failure> {
        let mut values = match params {
            Some(params) => given::read(params, self).map_err(Failure::misused)?,
            None => Map::new(),
        };
        for parameter in self.secrets() {
            if !values.contains_key(&parameter.name)
                && let Some(value) = secret::read(parameter, process)?
            {
                values.insert(parameter.name.clone(), value);
            }
        }
        Ok(values)
    }
}

impl Parameter {
    /// The long name of the option: `nightscout-url`.
    pub(super) fn long(&self) -> String {
        self.name.replace('_', "-")
    }

    /// The option and its value: `--nightscout-url <NIGHTSCOUT_URL>`.
    pub(super) fn option(&self) -> String {
        let long = self.long();
        match self.kind {
            Kind::Boolean => format!("--{long}[=true|false]"),
            _ => format!("--{long} <{}>", self.value_name()),
        }
    }

    /// What stands for the value in help: `NIGHTSCOUT_URL`.
    pub(super) fn value_name(&self) -> String {
        self.name.replace('-', "_").to_uppercase()
    }

    /// The variable that a secret comes from: `AUTOTUNE_API_SECRET`.
    pub(super) fn variable(&self) -> String {
        format!("AUTOTUNE_{}", self.value_name())
    }

    /// In short, as usage lines do: `url`, `[days=7]`.
    pub(super) fn short(&self) -> String {
        let name = &self.name;
        match self.shown_default() {
            _ if self.required => name.clone(),
            Some(default) => format!("[{name}={default}]"),
            None => format!("[{name}]"),
        }
    }

    /// The default, as it is typed; `None` if it says nothing that would not be expected.
    pub(super) fn shown_default(&self) -> Option<String> {
        match self.default.as_ref()? {
            _ if self.secret => None,
            Value::Null | Value::Bool(false) => None,
            Value::Array(values) if values.is_empty() => None,
            Value::Object(values) if values.is_empty() => None,
            Value::String(text) if text.is_empty() => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }
}
