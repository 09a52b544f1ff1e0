//! The parameters of a flow run as they are recorded: JSON where the type has
//! it, else what `Debug` shows, else the name of the type.

use std::fmt::Debug;

use serde::Serialize;
use serde_json::{Map, Value};

/// A parameter to record.
#[derive(Debug)]
pub struct Captured<'a, T: ?Sized>(pub &'a T);

/// A parameter with `Serialize`.
pub trait CaptureJson {
    #[doc(hidden)]
    fn capture(&self) -> Value;
}

impl<T: Serialize + ?Sized> CaptureJson for &&Captured<'_, T> {
    fn capture(&self) -> Value {
        serde_json::to_value(self.0).unwrap_or_else(|_| type_name::<T>())
    }
}

/// A parameter with `Debug`.
pub trait CaptureDebug {
    #[doc(hidden)]
    fn capture(&self) -> Value;
}

impl<T: Debug + ?Sized> CaptureDebug for &Captured<'_, T> {
    fn capture(&self) -> Value {
        Value::String(format!("{:?}", self.0))
    }
}

/// A parameter with neither.
pub trait CaptureName {
    #[doc(hidden)]
    fn capture(&self) -> Value;
}

impl<T: ?Sized> CaptureName for Captured<'_, T> {
    fn capture(&self) -> Value {
        type_name::<T>()
    }
}

fn type_name<T: ?Sized>() -> Value {
    Value::String(format!("<{}>", std::any::type_name::<T>()))
}

/// What stands in place of a `#[secret]` parameter, as with Prefect.
#[must_use]
pub fn redacted() -> Value {
    Value::String("********".to_owned())
}

/// The captured parameters by name.
#[must_use]
pub fn parameters<const N: usize>(parameters: [(&str, Value); N]) -> Map<String, Value> {
    parameters.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
