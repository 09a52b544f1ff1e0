//! Whether a value fits a JSON Schema, as far as one that `schemars` writes for a type goes.
//!
//! The type itself has the last word, where its code runs again: what is not known here is let through. A validator of
//! all of JSON Schema would have brought 35 crates to the 88 that this feature takes.

use serde_json::{Map, Value};

/// References and values that lie deeper in each other than this are not looked at.
const DEPTH: u32 = 128;

/// Whether a number is beyond a bound.
type IsBroken = fn(f64, f64) -> bool;

/// Why a value does not fit: the way to the place, and what is expected there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Misfit {
    /// As `serde_path_to_error` writes it; empty for all of the value.
    pub(super) path: String,
    /// Never with a value.
    pub(super) message: String,
}

/// Says so where a value certainly does not fit.
pub(super) fn fits(schema: &Value, value: &Value) -> Result<(), Misfit> {
    Place { root: schema, path: String::new(), depth: 0 }.fits(schema, value)
}

/// A place in the value.
struct Place<'a> {
    root: &'a Value,
    path: String,
    depth: u32,
}

impl<'a> Place<'a> {
    fn fits(&self, schema: &'a Value, value: &Value) -> Result<(), Misfit> {
        let keywords = match schema {
            Value::Bool(false) => return Err(self.misfit("nothing fits here")),
            Value::Object(keywords) if self.depth < DEPTH => keywords,
            _ => return Ok(()),
        };
        if let Some(known) = keywords.get("$ref").and_then(|reference| self.find(reference)) {
            self.below(String::new()).fits(known, value)?;
        }
        for all in keywords.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.below(String::new()).fits(all, value)?;
        }
        for either in ["anyOf", "oneOf"] {
            if let Some(forms) = keywords.get(either).and_then(Value::as_array) {
                self.fits_one_of(forms, value)?;
            }
        }
        self.has_type(keywords, value)?;
        self.is_listed(keywords, value)?;
        match value {
            Value::Object(fields) => self.fits_fields(keywords, fields),
            Value::Array(elements) => self.fits_elements(keywords, elements),
            Value::String(text) => {
                self.has_size(keywords, ["minLength", "maxLength"], text.chars().count(), "characters")
            }
            Value::Number(_) => self.is_in_range(keywords, value),
            Value::Null | Value::Bool(_) => Ok(()),
        }
    }

    /// Which of the forms is meant cannot be known: the one that fails deepest is the likeliest.
    fn fits_one_of(&self, forms: &'a [Value], value: &Value) -> Result<(), Misfit> {
        let mut misfits = Vec::new();
        for form in forms {
            match self.below(String::new()).fits(form, value) {
                Ok(()) => return Ok(()),
                Err(misfit) => misfits.push(misfit),
            }
        }
        let inner = misfits.iter().position(|misfit| misfit.path.len() > self.path.len());
        if let Some(inner) = inner {
            return Err(misfits.swap_remove(inner));
        }
        let mut expected: Vec<_> = misfits.iter().map(|misfit| misfit.message.as_str()).collect();
        expected.dedup();
        let expected: Option<Vec<_>> =
            expected.into_iter().map(|message| message.strip_prefix("expected ")).collect();
        match expected {
            Some(expected) if !expected.is_empty() => {
                Err(self.misfit(format!("expected {}", expected.join(" or "))))
            }
            _ => Err(self.misfit("it has none of the forms that are asked for")),
        }
    }

    fn has_type(&self, keywords: &Map<String, Value>, value: &Value) -> Result<(), Misfit> {
        let Some(types) = keywords.get("type") else { return Ok(()) };
        let types = types.as_array().map_or(std::slice::from_ref(types), Vec::as_slice);
        let types: Vec<_> = types.iter().filter_map(Value::as_str).collect();
        if types.is_empty() || types.iter().any(|name| is_of(name, value)) {
            return Ok(());
        }
        let words: Vec<_> = types.into_iter().map(in_words).collect();
        Err(self.misfit(format!("expected {}", words.join(" or "))))
    }

    fn is_listed(&self, keywords: &Map<String, Value>, value: &Value) -> Result<(), Misfit> {
        let listed = match (keywords.get("enum"), keywords.get("const")) {
            (Some(Value::Array(listed)), _) => listed.as_slice(),
            (_, Some(only)) => std::slice::from_ref(only),
            _ => return Ok(()),
        };
        if listed.contains(value) {
            return Ok(());
        }
        let listed: Vec<_> = listed.iter().map(|value| format!("`{}`", text(value))).collect();
        Err(self.misfit(format!("expected {}", listed.join(" or "))))
    }

    fn fits_fields(
        &self,
        keywords: &'a Map<String, Value>,
        fields: &Map<String, Value>,
    ) -> Result<(), Misfit> {
        let required = keywords.get("required").and_then(Value::as_array).into_iter().flatten();
        for name in required.filter_map(Value::as_str) {
            if !fields.contains_key(name) {
                return Err(self.misfit(format!("missing field `{name}`")));
            }
        }
        let known = keywords.get("properties").and_then(Value::as_object);
        let others = keywords.get("additionalProperties");
        for (name, value) in fields {
            match known.and_then(|known| known.get(name)).or(others) {
                Some(Value::Bool(false)) => return Err(self.misfit(format!("unknown field `{name}`"))),
                Some(schema) => self.field(name).fits(schema, value)?,
                None => {}
            }
        }
        Ok(())
    }

    fn fits_elements(&self, keywords: &'a Map<String, Value>, elements: &[Value]) -> Result<(), Misfit> {
        self.has_size(keywords, ["minItems", "maxItems"], elements.len(), "elements")?;
        let first = keywords.get("prefixItems").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for (index, element) in elements.iter().enumerate() {
            if let Some(schema) = first.get(index).or(keywords.get("items")) {
                self.below(format!("{}[{index}]", self.path)).fits(schema, element)?;
            }
        }
        Ok(())
    }

    fn has_size(
        &self,
        keywords: &Map<String, Value>,
        [least, most]: [&str; 2],
        size: usize,
        of: &str,
    ) -> Result<(), Misfit> {
        let bound = |keyword| keywords.get(keyword).and_then(Value::as_u64);
        let size = u64::try_from(size).unwrap_or(u64::MAX);
        match (bound(least), bound(most)) {
            (Some(least), _) if size < least => Err(self.misfit(format!("expected at least {least} {of}"))),
            (_, Some(most)) if size > most => Err(self.misfit(format!("expected at most {most} {of}"))),
            _ => Ok(()),
        }
    }

    fn is_in_range(&self, keywords: &Map<String, Value>, value: &Value) -> Result<(), Misfit> {
        let Some(number) = value.as_f64() else { return Ok(()) };
        let bounds: [(&str, IsBroken, &str); 4] = [
            ("minimum", |number, bound| number < bound, "at least"),
            ("maximum", |number, bound| number > bound, "at most"),
            ("exclusiveMinimum", |number, bound| number <= bound, "more than"),
            ("exclusiveMaximum", |number, bound| number >= bound, "less than"),
        ];
        for (keyword, is_broken, words) in bounds {
            if let Some(bound) = keywords.get(keyword)
                && bound.as_f64().is_some_and(|bound| is_broken(number, bound))
            {
                return Err(self.misfit(format!("expected {words} {bound}")));
            }
        }
        Ok(())
    }

    /// What a reference within the schema means.
    fn find(&self, reference: &Value) -> Option<&'a Value> {
        self.root.pointer(reference.as_str()?.strip_prefix('#')?)
    }

    fn field(&self, name: &str) -> Place<'a> {
        self.below(if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) })
    }

    /// The place of this path; this very one if it is empty.
    fn below(&self, path: String) -> Place<'a> {
        let path = if path.is_empty() { self.path.clone() } else { path };
        Place { root: self.root, path, depth: self.depth + 1 }
    }

    fn misfit(&self, message: impl Into<String>) -> Misfit {
        Misfit { path: self.path.clone(), message: message.into() }
    }
}

fn is_of(name: &str, value: &Value) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    }
}

fn in_words(name: &str) -> &str {
    match name {
        "boolean" => "true or false",
        "string" => "a string",
        "number" => "a number",
        "integer" => "an integer",
        "array" => "a list",
        "object" => "an object",
        other => other,
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use schemars::JsonSchema;
    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::fits;

    #[derive(Debug, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "it is only read")]
    struct Answer {
        approved: bool,
        #[serde(default)]
        days: Option<u32>,
        #[serde(default)]
        tags: Vec<String>,
        #[serde(default)]
        pace: Pace,
        #[serde(default)]
        then: Option<Box<Answer>>,
        #[serde(default)]
        limits: BTreeMap<String, f64>,
        #[serde(default)]
        step: Option<Step>,
        #[serde(default)]
        pair: (u8, String),
    }

    #[derive(Debug, Default, Deserialize, JsonSchema)]
    #[serde(rename_all = "lowercase")]
    enum Pace {
        #[default]
        Slow,
        Fast,
    }

    #[derive(Debug, Deserialize, JsonSchema)]
    #[serde(tag = "kind")]
    #[expect(dead_code, reason = "it is only read")]
    enum Step {
        Walk { metres: u32 },
        Rest,
    }

    fn says(value: &Value) -> String {
        let schema = schemars::schema_for!(Answer).to_value();
        fits(&schema, value)
            .map_or_else(|misfit| format!("{}: {}", misfit.path, misfit.message), |()| String::new())
    }

    #[test]
    fn what_the_type_reads_is_let_through() {
        for value in [
            json!({ "approved": true }),
            json!({ "approved": false, "days": null, "tags": [], "pace": "fast" }),
            json!({ "approved": true, "days": 3, "tags": ["a"], "limits": { "x": 1.5, "y": 2 } }),
            json!({ "approved": true, "then": { "approved": false, "then": { "approved": true } } }),
            json!({ "approved": true, "step": { "kind": "Walk", "metres": 3 } }),
            json!({ "approved": true, "step": { "kind": "Rest" }, "pair": [7, "x"] }),
        ] {
            assert_eq!(says(&value), "", "{value}");
            assert!(serde_json::from_value::<Answer>(value).is_ok());
        }
    }

    #[test]
    fn what_it_does_not_read_is_refused_with_the_place_and_without_the_value() {
        for (value, expected) in [
            (json!("hunter2"), ": expected an object"),
            (json!({}), ": missing field `approved`"),
            (json!({ "approved": "hunter2" }), "approved: expected true or false"),
            (json!({ "approved": true, "other": 1 }), ": unknown field `other`"),
            (json!({ "approved": true, "days": -1 }), "days: expected at least 0"),
            (json!({ "approved": true, "days": "x" }), "days: expected an integer or null"),
            (json!({ "approved": true, "days": 1.5 }), "days: expected an integer or null"),
            (json!({ "approved": true, "tags": ["a", 7] }), "tags[1]: expected a string"),
            (json!({ "approved": true, "pace": "hunter2" }), "pace: expected `slow` or `fast`"),
            (json!({ "approved": true, "then": { "approved": 1 } }), "then.approved: expected true or false"),
            (json!({ "approved": true, "limits": { "x": "y" } }), "limits.x: expected a number"),
            (
                json!({ "approved": true, "step": { "kind": "Walk", "metres": "x" } }),
                "step.metres: expected an integer",
            ),
            (json!({ "approved": true, "pair": [1] }), "pair: expected at least 2 elements"),
            (json!({ "approved": true, "pair": [1, 2] }), "pair[1]: expected a string"),
            (json!({ "approved": true, "pair": [256, "x"] }), "pair[0]: expected at most 255"),
        ] {
            assert_eq!(says(&value), expected, "{value}");
            assert!(serde_json::from_value::<Answer>(value).is_err());
        }
    }

    #[test]
    fn a_schema_that_says_little_or_goes_round_in_circles_lets_all_through() {
        for schema in [
            json!(true),
            json!({}),
            json!({ "$ref": "#" }),
            json!({ "$ref": "https://example.org/other" }),
            json!({ "type": "unheard of", "unheard": "of" }),
        ] {
            assert_eq!(fits(&schema, &json!({ "x": [1] })), Ok(()), "{schema}");
        }
        assert!(fits(&json!(false), &json!(1)).is_err());
    }
}
