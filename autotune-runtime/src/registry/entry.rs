//! What each attribute hands to the registry.

use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{StartError, parse};
use crate::call::StartOptions;
use crate::definition::Definition;
use crate::flow::{Field, FlowParameters, FlowRun};

/// A flow that is linked into the program.
#[derive(Debug)]
pub struct RegisteredFlow {
    /// The flow.
    pub definition: &'static Definition,
    /// How it is started, if it can be.
    pub entry: fn() -> Entry,
}

inventory::collect!(RegisteredFlow);

/// A task that is linked into the program.
#[derive(Debug)]
pub struct RegisteredTask(pub &'static Definition);

inventory::collect!(RegisteredTask);

/// Whether and how a flow is started by name.
#[derive(Debug, Clone, Copy)]
pub enum Entry {
    /// It can be started.
    Startable(StartableFlow),
    /// One of its parameters cannot come from JSON.
    Refused {
        /// The parameter; empty if the flow as a whole is the reason.
        parameter: &'static str,
        /// The parameter's type.
        type_name: &'static str,
    },
}

/// A flow that can be started from JSON.
#[derive(Debug, Clone, Copy)]
pub struct StartableFlow {
    pub(super) schema: fn() -> Value,
    pub(super) check: fn(Value) -> Result<(), StartError>,
    pub(super) start: fn(Value, StartOptions) -> Result<FlowRun, StartError>,
}

impl StartableFlow {
    pub(super) fn of<P: FlowParameters + DeserializeOwned + JsonSchema>() -> Self {
        StartableFlow {
            schema: || schemars::schema_for!(P).to_value(),
            check: |json| parse::parameters::<P>(json).map(drop),
            start: |json, options| {
                let parameters = parse::parameters::<P>(json)?;
                Ok(parameters.start(options))
            },
        }
    }
}

/// Stands for the parameters `P` of a flow.
#[derive(Debug)]
pub struct EntryOf<P>(PhantomData<fn() -> P>);

impl<P> EntryOf<P> {
    /// Of the type that the attribute names.
    #[expect(clippy::new_without_default, reason = "only the attribute makes one")]
    #[must_use]
    pub fn new() -> Self {
        EntryOf(PhantomData)
    }
}

impl<P> Clone for EntryOf<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for EntryOf<P> {}

/// Parameters that can come from JSON.
pub trait EntryStartable {
    #[doc(hidden)]
    fn entry(&self, fields: &[Field]) -> Entry;
}

impl<P: FlowParameters + DeserializeOwned + JsonSchema> EntryStartable for EntryOf<P> {
    fn entry(&self, _: &[Field]) -> Entry {
        Entry::Startable(StartableFlow::of::<P>())
    }
}

/// Parameters that cannot.
pub trait EntryRefused {
    #[doc(hidden)]
    fn entry(self, fields: &[Field]) -> Entry;
}

impl<P> EntryRefused for EntryOf<P> {
    fn entry(self, fields: &[Field]) -> Entry {
        let refused = fields.iter().find(|field| !field.from_json);
        let (parameter, type_name) = refused.map_or(("", ""), |field| (field.name, field.type_name));
        Entry::Refused { parameter, type_name }
    }
}
