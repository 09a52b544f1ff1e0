//! Secret parameters: never stored with a run, but looked up where it runs.

use std::ffi::OsString;
use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::environment;
use crate::registry::Registered;

/// Finds a variable of the environment by its name.
#[derive(Clone)]
pub struct Lookup(Arc<Find>);

type Find = dyn Fn(&str) -> Option<OsString> + Send + Sync;

impl Lookup {
    /// That of a test, or of a program that keeps its secrets elsewhere.
    pub fn new(find: impl Fn(&str) -> Option<OsString> + Send + Sync + 'static) -> Self {
        Lookup(Arc::new(find))
    }
}

impl Default for Lookup {
    fn default() -> Self {
        Lookup::new(environment::read)
    }
}

impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lookup(..)")
    }
}

impl Lookup {
    /// The secret parameters of a flow. What is wrong is said without a value.
    pub(super) fn of(&self, flow: &Registered) -> Result<Map<String, Value>, String> {
        let mut found = Map::new();
        for (name, is_required) in flow.secrets() {
            let variable = environment::of_secret(&name);
            match (self.0)(&variable).filter(|text| !text.is_empty()) {
                Some(text) => {
                    let value = text.to_str().and_then(|text| read(flow, &name, text));
                    let wrong = || format!("the value in {variable} is not valid for `{name}`");
                    found.insert(name.clone(), value.ok_or_else(wrong)?);
                }
                None if is_required => {
                    return Err(format!(
                        "the secret `{name}` is missing: set the variable {variable} where the worker runs"
                    ));
                }
                None => {}
            }
        }
        Ok(found)
    }
}

/// The text itself, or the JSON in it where that is what the parameter is.
fn read(flow: &Registered, name: &str, text: &str) -> Option<Value> {
    let candidates = [Some(Value::from(text)), serde_json::from_str(text).ok()];
    candidates
        .into_iter()
        .flatten()
        .find(|value| flow.check_given(&Map::from_iter([(name.to_owned(), value.clone())])).is_ok())
}
