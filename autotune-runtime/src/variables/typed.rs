//! JSON to types, with an error that says what was expected, and not what was found.

use std::any::type_name;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::VariableError;
use crate::name::Name;

pub(super) fn from_json<T: DeserializeOwned>(name: &Name, value: &Value) -> Result<T, VariableError> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let mut detail = match expected(&error.inner().to_string()) {
            Some(expected) => format!(": {expected}"),
            None => String::new(),
        };
        let place = error.path().to_string();
        if place != "." {
            detail += if detail.is_empty() { ", at " } else { " at " };
            detail += &place;
        }
        VariableError::Type { name: name.clone(), expected: type_name::<T>(), detail }
    })
}

/// JSON if it is such JSON, else text: `7` is a number and, where text is asked for, text.
pub(super) fn from_text<T: DeserializeOwned>(name: &Name, text: String) -> Result<T, VariableError> {
    match serde_json::from_str(&text) {
        Ok(value) => {
            from_json(name, &value).or_else(|error| from_json(name, &Value::String(text)).map_err(|_| error))
        }
        Err(_) => from_json(name, &Value::String(text)),
    }
}

/// The part of serde's message that does not depend on the value.
///
/// A message of another form is that of the type, and may say anything.
fn expected(message: &str) -> Option<String> {
    if message.starts_with("missing field `") {
        return Some(message.to_owned());
    }
    let forms =
        ["invalid type: ", "invalid value: ", "invalid length ", "unknown variant `", "unknown field `"];
    if !forms.iter().any(|form| message.starts_with(form)) || message.contains("`, there are no ") {
        return None;
    }
    message.rsplit_once(", expected ").map(|(_, expected)| format!("expected {expected}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fmt::Debug;
    use std::net::Ipv4Addr;

    use serde::Deserialize;
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    use super::{from_json, from_text};
    use crate::variables::VariableError;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only whether it can be read is of interest")]
    struct Limits {
        days: Vec<u8>,
        mode: Option<Mode>,
    }

    #[derive(Debug, Deserialize)]
    enum Mode {
        Fast,
        Slow,
    }

    fn wrong<T: DeserializeOwned + Debug>(value: &Value) -> String {
        let name = "limits".parse().expect("a name");
        let Err(error @ VariableError::Type { .. }) = from_json::<T>(&name, value) else { panic!("{value}") };
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("hunter2") && !shown.contains("4711"), "the value is shown: {shown}");
        error.to_string()
    }

    #[test]
    fn a_value_of_another_type_is_told_by_what_was_expected() {
        assert_eq!(wrong::<u32>(&json!("hunter2")), "variable `limits` is no `u32`: expected u32");
        assert_eq!(
            wrong::<u32>(&json!("a, expected hunter2")),
            "variable `limits` is no `u32`: expected u32"
        );
        assert_eq!(wrong::<bool>(&Value::Null), "variable `limits` is no `bool`: expected a boolean");
        let limits = "variable `limits` is no `autotune_runtime::variables::typed::tests::Limits`";
        for (value, detail) in [
            (json!({ "days": [7, 4711] }), ": expected u8 at days[1]"),
            (json!({ "days": [7, "hunter2"] }), ": expected u8 at days[1]"),
            (json!({}), ": missing field `days`"),
            (json!({ "days": [], "mode": "hunter2" }), ": expected `Fast` or `Slow` at mode"),
            (json!("hunter2"), ": expected struct Limits"),
        ] {
            assert_eq!(wrong::<Limits>(&value), format!("{limits}{detail}"));
        }
    }

    #[test]
    fn what_the_type_itself_says_is_not_shown() {
        #[derive(Debug, Deserialize)]
        #[serde(try_from = "String")]
        struct Picky(#[expect(dead_code, reason = "only whether it can be read is of interest")] u8);
        impl TryFrom<String> for Picky {
            type Error = String;
            fn try_from(text: String) -> Result<Self, String> {
                Err(format!("{text} is not good enough, expected {text}"))
            }
        }
        let type_name =
            "autotune_runtime::variables::typed::tests::what_the_type_itself_says_is_not_shown::Picky";
        assert_eq!(wrong::<Picky>(&json!("hunter2")), format!("variable `limits` is no `{type_name}`"));
        assert!(wrong::<BTreeMap<u8, Picky>>(&json!({ "1": "hunter2" })).ends_with("`, at 1"));
        assert!(wrong::<Ipv4Addr>(&json!("hunter2")).starts_with("variable `limits` is no `core::net::"));
    }

    #[test]
    fn text_is_json_if_it_is_json_of_that_type() {
        fn read<T: DeserializeOwned>(text: &str) -> Result<T, VariableError> {
            from_text(&"days".parse().expect("a name"), text.to_owned())
        }
        assert_eq!(read::<u32>("7").expect("a number"), 7);
        assert_eq!(read::<Vec<u32>>("[7, 8]").expect("an array"), [7, 8]);
        assert_eq!(read::<Option<u32>>("null").expect("nothing"), None);
        assert_eq!(read::<Value>("7").expect("anything"), json!(7));
        for (text, expected) in [("seven", "seven"), ("7", "7"), ("\"quoted\"", "quoted"), ("{a", "{a")] {
            assert_eq!(read::<String>(text).expect("text"), expected);
        }
        let error = read::<u32>("seven").expect_err("it is no number");
        assert_eq!(error.to_string(), "variable `days` is no `u32`: expected u32");
    }
}
