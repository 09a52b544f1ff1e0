//! The flows that a program can start by name, and the tasks that it has.

mod check;
mod entry;
mod parse;

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::call::StartOptions;
use crate::definition::Definition;
use crate::flow::{FlowFn, FlowParameters, FlowRun};

pub use entry::{
    Entry, EntryOf, EntryRefused, EntryStartable, RegisteredFlow, RegisteredTask, StartableFlow,
};

/// Flows by name.
///
/// [`Registry::discovered`] has every `#[flow]` that is linked into the program;
/// [`Registry::new`] is empty, and takes those that [`flow`](Registry::flow) is
/// given.
///
/// ```
/// # use autotune::{Registry, prelude::*};
/// # use serde_json::json;
/// #[flow]
/// async fn nightly(days: u32) -> u32 {
///     days * 24
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let registry = Registry::new().flow(nightly);
/// let outcome = registry.start("nightly", json!({ "days": 7 }))?.await;
/// assert_eq!(outcome.json, Some(json!(168)));
/// # Ok::<(), autotune::registry::StartError>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct Registry {
    flows: BTreeMap<&'static str, Registered>,
}

/// A flow of a registry.
#[derive(Debug, Clone, Copy)]
pub struct Registered {
    /// The flow.
    pub definition: &'static Definition,
    entry: Entry,
}

impl Registered {
    /// The JSON Schema of the parameters; `None` if the flow cannot be started by name.
    #[must_use]
    pub fn schema(&self) -> Option<Value> {
        match self.entry {
            Entry::Startable(flow) => Some((flow.schema)()),
            Entry::Refused { .. } => None,
        }
    }

    /// Why the flow cannot be started by name; `None` if it can.
    #[must_use]
    pub fn refusal(&self) -> Option<StartError> {
        match self.entry {
            Entry::Startable(_) => None,
            Entry::Refused { parameter, type_name } => {
                Some(StartError::NotStartable { flow: self.definition.name, parameter, type_name })
            }
        }
    }

    /// Starts the flow with JSON parameters.
    pub fn start(&self, parameters: Value, options: StartOptions) -> Result<FlowRun, StartError> {
        match self.entry {
            Entry::Startable(flow) => (flow.start)(parameters, options),
            Entry::Refused { parameter, type_name } => {
                Err(StartError::NotStartable { flow: self.definition.name, parameter, type_name })
            }
        }
    }
}

impl Registry {
    /// A registry without flows.
    #[must_use]
    pub fn new() -> Self {
        Registry::default()
    }

    /// All flows of the program, and of the libraries linked into it.
    ///
    /// A library of which the program mentions nothing is not linked; `extern
    /// crate flows as _;` mentions it. Of two flows with one name, the one whose
    /// module comes first in the alphabet is kept: [`duplicates`] lists such names.
    ///
    /// [`duplicates`]: Registry::duplicates
    #[must_use]
    pub fn discovered() -> Self {
        let mut registry = Registry::new();
        for flow in linked_flows() {
            registry.flows.entry(flow.definition.name).or_insert_with(|| Registered::of(flow));
        }
        registry
    }

    /// The names that more than one flow of the program has.
    #[must_use]
    pub fn duplicates() -> Vec<&'static str> {
        let mut names: Vec<_> = linked_flows().iter().map(|flow| flow.definition.name).collect();
        names.sort_unstable();
        let mut duplicates: Vec<_> =
            names.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        duplicates.dedup();
        duplicates
    }

    /// The tasks of the program, by module and name.
    #[must_use]
    pub fn tasks() -> Vec<&'static Definition> {
        let mut tasks: Vec<_> = inventory::iter::<RegisteredTask>.into_iter().map(|task| task.0).collect();
        tasks.sort_unstable_by_key(|task| (task.module, task.name, task.line));
        tasks
    }

    /// Adds a flow. One that cannot be started by name does not compile here.
    #[must_use]
    pub fn flow<Arguments, F>(mut self, _: F) -> Self
    where
        F: FlowFn<Arguments>,
        F::Parameters: FlowParameters + DeserializeOwned + JsonSchema,
    {
        let flow = Registered::of_parameters::<F::Parameters>();
        self.flows.insert(flow.definition.name, flow);
        self
    }

    /// Adds a flow that another registry has.
    #[must_use]
    pub fn with(mut self, flow: Registered) -> Self {
        self.flows.insert(flow.definition.name, flow);
        self
    }

    /// The flows, by name.
    pub fn flows(&self) -> impl Iterator<Item = &Registered> {
        self.flows.values()
    }

    /// The flow of this name.
    pub fn get(&self, name: &str) -> Result<&Registered, StartError> {
        self.flows.get(name).ok_or_else(|| StartError::Unknown {
            name: name.to_owned(),
            known: self.flows.keys().map(ToString::to_string).collect(),
        })
    }

    /// Starts the flow of this name with JSON parameters.
    pub fn start(&self, name: &str, parameters: Value) -> Result<FlowRun, StartError> {
        self.get(name)?.start(parameters, StartOptions::default())
    }
}

impl Registered {
    pub(crate) fn of_parameters<P: FlowParameters + DeserializeOwned + JsonSchema>() -> Self {
        Registered { definition: P::DEFINITION, entry: Entry::Startable(StartableFlow::of::<P>()) }
    }

    fn of(flow: &RegisteredFlow) -> Self {
        Registered { definition: flow.definition, entry: (flow.entry)() }
    }
}

fn linked_flows() -> Vec<&'static RegisteredFlow> {
    let mut flows: Vec<_> = inventory::iter::<RegisteredFlow>.into_iter().collect();
    flows.sort_unstable_by_key(|flow| (flow.definition.module, flow.definition.line));
    flows
}

/// Why a flow was not started.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StartError {
    /// No flow has this name.
    Unknown {
        /// The name that was asked for.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// The flow has a parameter that cannot come from JSON.
    NotStartable {
        /// The flow.
        flow: &'static str,
        /// The parameter; empty if the function as a whole is the reason.
        parameter: &'static str,
        /// The parameter's type.
        type_name: &'static str,
    },
    /// A parameter is missing, unknown or not of its type.
    Parameter {
        /// The flow.
        flow: &'static str,
        /// The parameter, and the way to the place in it; empty if it is about all of them.
        path: String,
        /// What is wrong, and what to write instead. Of a secret, never its value.
        message: String,
    },
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::Unknown { name, known } if known.is_empty() => {
                write!(f, "there is no flow `{name}`: this program has none")
            }
            StartError::Unknown { name, known } => {
                write!(f, "there is no flow `{name}`; this program has {}", known.join(", "))
            }
            StartError::NotStartable { flow, parameter: "", .. } => {
                write!(f, "flow `{flow}` is generic and can only be called from code")
            }
            StartError::NotStartable { flow, parameter, type_name } => write!(
                f,
                "flow `{flow}` can only be called from code: its parameter `{parameter}` is of type `{type_name}`, \
                 which cannot be read from JSON"
            ),
            StartError::Parameter { flow, path, message } if path.is_empty() => {
                write!(f, "parameters of flow `{flow}`: {message}")
            }
            StartError::Parameter { flow, path, message } => {
                write!(f, "parameter `{path}` of flow `{flow}`: {message}")
            }
        }
    }
}

impl std::error::Error for StartError {}
