//! What a server answered in place of data, in words: straight from the server, or saved in a file.

use serde_json::{Map, Value};

/// Whether an object is a server's way to say no.
///
/// Nightscout's own state has a `status` as well, which is `"ok"`.
pub(crate) fn is_error_answer(fields: &Map<String, Value>) -> bool {
    let status = fields.get("status").and_then(Value::as_u64);
    fields.contains_key("error") || fields.contains_key("message") || status.is_some_and(|code| code >= 400)
}

/// What an error message says.
pub(crate) fn error_message(fields: &Map<String, Value>) -> String {
    let words: Vec<String> = ["status", "error", "message", "description"]
        .iter()
        .filter_map(|name| fields.get(*name))
        .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        .collect();
    words.join(" ")
}

/// What a value is, without showing it.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(fields) if is_error_answer(fields) => "an error message",
        Value::Object(_) => "an object",
    }
}
