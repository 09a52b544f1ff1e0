//! Comparing what was stored with what was sent.

use serde_json::{Map, Value};

/// Fields of a record that are compared otherwise, or that servers fill in themselves.
const NOT_COMPARED: [&str; 3] = ["_id", "created_at", "store"];

/// The fields that a stored record does not have as they were sent.
///
/// Entries of the store are named by what they are, not by their names: this is shown
/// and logged.
pub(super) fn differences(sent: &Value, stored: &Value, own: &str) -> Vec<String> {
    let (Some(sent), Some(stored)) = (sent.as_object(), stored.as_object()) else {
        return vec!["everything".to_owned()];
    };
    let mut different = names_of(sent, stored, |name| NOT_COMPARED.contains(&name));
    let entries = |record: &Map<String, Value>| record.get("store").and_then(Value::as_object).cloned();
    let (sent, stored) = (entries(sent).unwrap_or_default(), entries(stored).unwrap_or_default());
    for name in names_of(&sent, &stored, |_| false) {
        let whose = if name == own { "the tuned entry" } else { "an entry of your own" };
        let fields = |store: &Map<String, Value>| store.get(&name).and_then(Value::as_object).cloned();
        match (fields(&sent), fields(&stored)) {
            (Some(sent), Some(stored)) => {
                let names = names_of(&sent, &stored, |_| false);
                different.extend(names.into_iter().map(|field| format!("`{field}` of {whose}")));
            }
            _ => different.push(format!("the presence of {whose}")),
        }
    }
    different.sort_unstable();
    different.dedup();
    different
}

/// The names of fields that are not the same; what the server adds is its own business.
fn names_of(
    sent: &Map<String, Value>,
    stored: &Map<String, Value>,
    skip: impl Fn(&str) -> bool,
) -> Vec<String> {
    let other = |(name, value): &(&String, &Value)| !skip(name) && stored.get(*name) != Some(value);
    sent.iter().filter(other).map(|(name, _)| name.clone()).collect()
}
