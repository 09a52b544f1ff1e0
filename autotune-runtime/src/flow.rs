//! Flows that are started from JSON: their parameters as one type, and their
//! output as text and JSON.

mod capture;
mod output;

use std::pin::Pin;

use serde_json::Value;

use crate::body::TaskBody;
use crate::call::{FlowCall, StartOptions};
use crate::definition::Definition;
use crate::output::Probe;
use crate::state::{State, StateName};

pub use capture::{CaptureDebug, CaptureJson, CaptureName, Captured, parameters, redacted};
pub use output::{
    OutputOpaqueJson, OutputOpaqueText, OutputPlainJson, OutputPlainText, OutputResultJson, OutputResultText,
};

/// The parameters of a flow as one value. Written by `#[flow]`.
///
/// With the option `params = Name` the type has a name that the program can use.
#[diagnostic::on_unimplemented(
    message = "this flow cannot be started by name",
    label = "it is generic, a method, or borrows other than `&str`, `&[T]` or `&T`"
)]
pub trait FlowParameters: Sized {
    /// The flow.
    const DEFINITION: &'static Definition;

    /// Calls the flow with these parameters.
    fn start(self, options: StartOptions) -> FlowRun;
}

/// A flow run that was started by name.
///
/// Not `Send`, because a flow need not be.
pub type FlowRun = Pin<Box<dyn Future<Output = FlowOutcome>>>;

/// How a flow run that was started by name ended.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FlowOutcome {
    /// The name of the last state.
    pub state: StateName,
    /// The error or panic, where there is one.
    pub message: Option<String>,
    /// What the flow returned, where its type is `Serialize`.
    pub json: Option<Value>,
    /// What the flow returned, where its type is `Display`.
    pub text: Option<String>,
}

impl FlowOutcome {
    /// Whether the run has a result.
    #[must_use]
    pub fn is_completed(&self) -> bool {
        self.state.state_type() == crate::state::StateType::Completed
    }
}

/// The outcome of a flow run: what it returned, in the forms that its type has.
pub fn outcome<R>(
    state: &State<R>,
    json: impl FnOnce(&R) -> Option<Value>,
    text: impl FnOnce(&R) -> Option<String>,
) -> FlowOutcome {
    let output = if state.is_completed() { state.result() } else { None };
    FlowOutcome {
        state: state.name(),
        message: state.message().map(ToOwned::to_owned),
        json: output.and_then(json),
        text: output.and_then(text),
    }
}

/// A function made by `#[flow]`.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a `#[flow]` function")]
pub trait FlowFn<Arguments> {
    /// The flow's parameters as one type.
    type Parameters;
}

macro_rules! flow_functions {
    ($(($($argument:ident),*))*) => {
        $(
            impl<F, B: TaskBody, P, $($argument),*> FlowFn<($($argument,)*)> for F
            where
                F: Fn($($argument),*) -> FlowCall<B, P>,
            {
                type Parameters = P;
            }
        )*
    };
}

// As many as the options of a large program: rustc has no way to say "any number".
flow_functions! {
    () (A1) (A1, A2) (A1, A2, A3) (A1, A2, A3, A4) (A1, A2, A3, A4, A5) (A1, A2, A3, A4, A5, A6)
    (A1, A2, A3, A4, A5, A6, A7) (A1, A2, A3, A4, A5, A6, A7, A8) (A1, A2, A3, A4, A5, A6, A7, A8, A9)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10) (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14, A15)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14, A15, A16)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14, A15, A16, A17)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14, A15, A16, A17, A18)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14, A15, A16, A17, A18, A19)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14, A15, A16, A17, A18, A19, A20)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14, A15, A16, A17, A18, A19, A20, A21)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14, A15, A16, A17, A18, A19, A20, A21, A22)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14, A15, A16, A17, A18, A19, A20, A21, A22, A23)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14, A15, A16, A17, A18, A19, A20, A21, A22,
     A23, A24)
}

/// A parameter, and whether its type can be read from JSON.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The parameter's name.
    pub name: &'static str,
    /// Its type, as written.
    pub type_name: &'static str,
    /// Whether the type is `Deserialize` and `JsonSchema`.
    pub from_json: bool,
}

/// A parameter type that can be read from JSON.
pub trait FieldFromJson {
    #[doc(hidden)]
    fn reads_json(&self) -> bool;
}

impl<T: serde::de::DeserializeOwned + schemars::JsonSchema> FieldFromJson for Probe<T> {
    fn reads_json(&self) -> bool {
        true
    }
}

/// A parameter type that cannot.
pub trait FieldNotFromJson {
    #[doc(hidden)]
    fn reads_json(self) -> bool;
}

impl<T> FieldNotFromJson for Probe<T> {
    fn reads_json(self) -> bool {
        false
    }
}
