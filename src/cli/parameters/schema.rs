//! From the JSON Schema of a flow's parameters to the parameters: what schemars
//! writes, and as much of the rest as is needed to read it.

use serde_json::{Map, Value};

use super::Parameter;
use super::kind::{Choice, Kind};
use super::range::Range;
use crate::definition;

/// A chain of references that is longer is a circle.
const LONGEST_CHAIN: usize = 16;

/// The parameters: in the order of the function, then those with names of their own.
pub(super) fn read(schema: &Value, declared: &[definition::Parameter]) -> Vec<Parameter> {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return Vec::new() };
    let required: Vec<_> = schema.get("required").and_then(Value::as_array).into_iter().flatten().collect();
    let position = |name: &str| declared.iter().position(|known| known.name == name).unwrap_or(usize::MAX);
    let mut names: Vec<_> = properties.keys().collect();
    names.sort_by_key(|name| position(name));
    let parameter = |name: &String| {
        let node = Node::of(schema, properties.get(name)?);
        let declared = declared.iter().find(|known| known.name == *name);
        let is_write_only = node.get("writeOnly").and_then(Value::as_bool).unwrap_or_default();
        Some(Parameter {
            name: name.clone(),
            kind: node.kind(),
            required: required.iter().any(|required| **required == name.as_str()),
            default: node.get("default").cloned(),
            description: node.description(),
            secret: is_write_only || declared.is_some_and(|declared| declared.secret),
        })
    };
    names.into_iter().filter_map(parameter).collect()
}

/// A schema, and behind it the one that it refers to, and so on.
struct Node<'a> {
    root: &'a Value,
    chain: Vec<&'a Map<String, Value>>,
}

impl<'a> Node<'a> {
    fn of(root: &'a Value, schema: &'a Value) -> Self {
        let mut chain = Vec::new();
        let mut next = schema.as_object();
        while let Some(schema) = next.filter(|_| chain.len() < LONGEST_CHAIN) {
            chain.push(schema);
            let reference = schema.get("$ref").and_then(Value::as_str);
            let pointer = reference.and_then(|reference| reference.strip_prefix('#'));
            next = pointer.and_then(|pointer| root.pointer(pointer)).and_then(Value::as_object);
        }
        Node { root, chain }
    }

    fn get(&self, key: &str) -> Option<&'a Value> {
        self.chain.iter().find_map(|schema| schema.get(key))
    }

    fn description(&self) -> String {
        let own = self.get("description").and_then(Value::as_str);
        let inner = || self.alternative()?.get("description")?.as_str();
        own.or_else(inner).unwrap_or_default().trim().to_owned()
    }

    fn kind(&self) -> Kind {
        if let Some(choices) = self.choices() {
            return Kind::Choice(choices);
        }
        if let Some(alternative) = self.alternative() {
            return alternative.kind();
        }
        match self.type_name() {
            Some("integer") => Kind::Integer(self.integers()),
            Some("number") => Kind::Number(self.numbers()),
            Some("boolean") => Kind::Boolean,
            Some("string") => Kind::Text,
            Some("array") => match self.elements() {
                Some(element) if element.is_scalar() => Kind::List(Box::new(element)),
                _ => Kind::Json,
            },
            _ => Kind::Json,
        }
    }

    /// What `Option<T>` is besides null.
    fn alternative(&self) -> Option<Node<'a>> {
        let alternatives = self.get("anyOf")?.as_array()?;
        let is_null = |schema: &Value| schema.get("type").and_then(Value::as_str) == Some("null");
        let mut others = alternatives.iter().filter(|schema| !is_null(schema));
        let only = others.next()?;
        others.next().is_none().then(|| Node::of(self.root, only))
    }

    /// The type, where it is one or null.
    fn type_name(&self) -> Option<&'a str> {
        match self.get("type")? {
            Value::String(name) => Some(name),
            Value::Array(names) => {
                let mut names = names.iter().filter_map(Value::as_str).filter(|name| *name != "null");
                let only = names.next()?;
                names.next().is_none().then_some(only)
            }
            _ => None,
        }
    }

    /// The texts of an enum without data.
    fn choices(&self) -> Option<Vec<Choice>> {
        let choice = |value: &Value, description: &str| {
            Some(Choice { text: value.as_str()?.to_owned(), description: description.to_owned() })
        };
        if let Some(Value::Array(values)) = self.get("enum") {
            return values.iter().filter(|value| !value.is_null()).map(|value| choice(value, "")).collect();
        }
        if let Some(value) = self.get("const") {
            return choice(value, &self.description()).map(|only| vec![only]);
        }
        // Variants with descriptions stand by themselves.
        let Value::Array(variants) = self.get("oneOf")? else { return None };
        let variants: Option<Vec<_>> =
            variants.iter().map(|variant| Node::of(self.root, variant).choices()).collect();
        Some(variants?.into_iter().flatten().collect())
    }

    fn elements(&self) -> Option<Kind> {
        Some(Node::of(self.root, self.get("items")?).kind())
    }

    #[expect(clippy::cast_possible_truncation, reason = "a bound is rounded to the integers inside it")]
    fn integers(&self) -> Range<i128> {
        let bound = |key: &str, round: fn(f64) -> f64| {
            let number = self.get(key)?;
            let whole = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
            whole.or_else(|| number.as_f64().map(|number| round(number) as i128))
        };
        let natural = Range::of_format(self.get("format").and_then(Value::as_str));
        let least = bound("minimum", f64::ceil)
            .into_iter()
            .chain(bound("exclusiveMinimum", f64::floor).map(|n| n + 1));
        let most = bound("maximum", f64::floor)
            .into_iter()
            .chain(bound("exclusiveMaximum", f64::ceil).map(|n| n - 1));
        Range { least: least.chain(natural.least).max(), most: most.chain(natural.most).min() }
    }

    fn numbers(&self) -> Range<f64> {
        let bound = |key: &str| self.get(key).and_then(Value::as_f64);
        // An exclusive end is for the flow to hold.
        Range {
            least: bound("minimum").or_else(|| bound("exclusiveMinimum")),
            most: bound("maximum").or_else(|| bound("exclusiveMaximum")),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Parameter, definition, read};

    const DECLARED: [definition::Parameter; 2] = [
        definition::Parameter { name: "url", type_name: "&str", secret: false },
        definition::Parameter { name: "token", type_name: "&str", secret: true },
    ];

    fn parameters(properties: &Value) -> Vec<Parameter> {
        let defs = json!({
            "Sex": { "type": "string", "enum": ["female", "male"], "description": "As in the profile." },
            "Mode": { "oneOf": [
                { "const": "fast", "type": "string", "description": "Little data." },
                { "type": "string", "enum": ["slow", "slower"] },
            ] },
            "Circle": { "$ref": "#/$defs/Circle" },
        });
        read(&json!({ "properties": properties, "required": ["url"], "$defs": defs }), &DECLARED)
    }

    fn words(property: &Value) -> String {
        let parameters = parameters(&json!({ "it": property }));
        parameters.iter().map(|parameter| parameter.kind.words()).collect()
    }

    #[test]
    fn each_type_has_its_kind() {
        let cases = [
            (json!({ "type": "integer", "format": "uint32", "minimum": 1, "maximum": 30 }), "integer 1..=30"),
            (json!({ "type": ["integer", "null"], "format": "int64" }), "integer"),
            (json!({ "type": "integer", "format": "uint64", "exclusiveMaximum": 10 }), "integer 0..=9"),
            (json!({ "type": "number", "minimum": 0.5 }), "number at least 0.5"),
            (json!({ "type": "boolean" }), "true or false"),
            (json!({ "type": ["string", "null"] }), "text"),
            (json!({ "$ref": "#/$defs/Sex" }), "female | male"),
            (json!({ "anyOf": [{ "$ref": "#/$defs/Sex" }, { "type": "null" }] }), "female | male"),
            (json!({ "$ref": "#/$defs/Mode" }), "fast | slow | slower"),
            (json!({ "type": "array", "items": { "type": "string" } }), "list of text"),
            (json!({ "type": "array", "items": { "type": "array" } }), "JSON"),
            (json!({ "type": "object" }), "JSON"),
            (json!({ "type": ["string", "integer"] }), "JSON"),
            (json!({ "$ref": "#/$defs/Circle" }), "JSON"),
            (json!({ "$ref": "#/$defs/Nowhere" }), "JSON"),
            (json!(true), "JSON"),
        ];
        for (property, expected) in cases {
            assert_eq!(words(&property), expected, "{property}");
        }
    }

    #[test]
    fn the_order_is_that_of_the_function_and_secrets_are_known_by_either_sign() {
        let parameters = parameters(&json!({
            "renamed": { "type": "string", "writeOnly": true },
            "token": { "type": "string" },
            "url": { "type": "string", "description": "Where it is.\n" },
        }));
        let seen: Vec<_> = parameters.iter().map(|p| (p.name.as_str(), p.secret, p.required)).collect();
        assert_eq!(seen, [("url", false, true), ("token", true, false), ("renamed", true, false)]);
        assert_eq!(parameters[0].description, "Where it is.");
    }
}
