//! What the value of a parameter is, and how it is read from text.

use serde_json::{Number, Value};

use super::range::Range;

/// What the value of a parameter is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// A whole number.
    Integer(Range<i128>),
    /// A number.
    Number(Range<f64>),
    /// True or false.
    Boolean,
    /// Text.
    Text,
    /// One of some texts.
    Choice(Vec<Choice>),
    /// Any number of values of one kind.
    List(Box<Kind>),
    /// Anything else.
    Json,
}

/// One of the texts that a parameter takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) text: String,
    pub(crate) description: String,
}

impl Kind {
    /// The value in a text; of a list, one element.
    pub(crate) fn parse(&self, text: &str) -> Result<Value, String> {
        let value = match self {
            Kind::Integer(_) => {
                let number = text.parse::<i128>().map_err(|_| "not a whole number".to_owned())?;
                // Beyond what JSON can hold is beyond every range.
                integer(number).ok_or_else(|| format!("{number} is too large"))?
            }
            Kind::Number(_) => {
                let number = text.parse::<f64>().ok().and_then(Number::from_f64);
                Value::Number(number.ok_or("not a number")?)
            }
            Kind::Boolean => Value::Bool(text.parse().map_err(|_| "neither `true` nor `false`".to_owned())?),
            Kind::Text | Kind::Choice(_) => Value::String(text.to_owned()),
            Kind::List(element) => return element.parse(text),
            Kind::Json => serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))?,
        };
        self.check(&value)?;
        Ok(value)
    }

    /// Says so if a value is out of its range. That it is of its type is for the flow to say.
    pub(crate) fn check(&self, value: &Value) -> Result<(), String> {
        match (self, value) {
            (Kind::Integer(range), Value::Number(number)) => {
                number.as_i128().map_or(Ok(()), |n| range.check(n))
            }
            (Kind::Number(range), Value::Number(number)) => {
                number.as_f64().map_or(Ok(()), |n| range.check(n))
            }
            (Kind::Choice(choices), Value::String(text))
                if choices.iter().all(|choice| choice.text != *text) =>
            {
                let known: Vec<_> = choices.iter().map(|choice| choice.text.as_str()).collect();
                Err(format!("\"{text}\" is not one of {}", known.join(", ")))
            }
            (Kind::List(element), Value::Array(values)) => {
                values.iter().try_for_each(|value| element.check(value))
            }
            _ => Ok(()),
        }
    }

    /// What it is, in a word or two, with its range.
    pub(crate) fn words(&self) -> String {
        match self {
            Kind::Integer(range) if range.chosen().is_open() => "integer".to_owned(),
            Kind::Integer(range) => format!("integer {}", range.chosen()),
            Kind::Number(range) if range.is_open() => "number".to_owned(),
            Kind::Number(range) => format!("number {range}"),
            Kind::Boolean => "true or false".to_owned(),
            Kind::Text => "text".to_owned(),
            Kind::Choice(choices) => {
                let texts: Vec<_> = choices.iter().map(|choice| choice.text.as_str()).collect();
                texts.join(" | ")
            }
            Kind::List(element) => format!("list of {}", element.words()),
            Kind::Json => "JSON".to_owned(),
        }
    }

    /// Whether one option can give a list of it.
    pub(crate) fn is_scalar(&self) -> bool {
        !matches!(self, Kind::List(_) | Kind::Json)
    }
}

fn integer(number: i128) -> Option<Value> {
    Number::from_i128(number).map(Value::Number)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Choice, Kind, Range};

    const OPEN: Range<f64> = Range { least: None, most: None };

    fn days() -> Kind {
        Kind::Integer(Range { least: Some(1), most: Some(30) })
    }

    #[test]
    fn text_becomes_json_of_the_kind() {
        assert_eq!(days().parse("7"), Ok(json!(7)));
        assert_eq!(Kind::Number(OPEN).parse("2.5"), Ok(json!(2.5)));
        assert_eq!(Kind::Boolean.parse("false"), Ok(json!(false)));
        assert_eq!(Kind::Text.parse("7"), Ok(json!("7")));
        assert_eq!(Kind::Json.parse(r#"{"a":[1]}"#), Ok(json!({ "a": [1] })));
        let largest = Kind::Integer(Range::of_format(Some("uint64")));
        assert_eq!(largest.parse("18446744073709551615"), Ok(json!(u64::MAX)));
    }

    #[test]
    fn what_is_wrong_is_said_with_the_range() {
        let says = |kind: &Kind, text: &str| kind.parse(text).expect_err("it is wrong");
        assert_eq!(says(&days(), "99"), "99 is not in 1..=30");
        assert_eq!(says(&days(), "x"), "not a whole number");
        assert_eq!(says(&Kind::Integer(Range::of_format(Some("uint8"))), "-1"), "-1 is not in 0..=255");
        assert_eq!(
            says(&Kind::Number(Range { least: Some(0.5), most: None }), "0.1"),
            "0.1 is not at least 0.5"
        );
        assert_eq!(says(&Kind::Number(OPEN), "NaN"), "not a number");
        assert_eq!(says(&Kind::Json, "{"), "not JSON: EOF while parsing an object at line 1 column 1");
    }

    #[test]
    fn a_list_is_checked_element_by_element() {
        let colour = |text: &str| Choice { text: text.to_owned(), description: String::new() };
        let kind = Kind::List(Box::new(Kind::Choice(vec![colour("red"), colour("green")])));
        assert_eq!(kind.check(&json!(["red", "green"])), Ok(()));
        assert_eq!(kind.check(&json!(["blue"])), Err("\"blue\" is not one of red, green".to_owned()));
    }

    #[test]
    fn a_range_that_only_the_type_has_is_not_shown() {
        assert_eq!(days().words(), "integer 1..=30");
        assert_eq!(Kind::Integer(Range::of_format(Some("uint32"))).words(), "integer");
        let least = Range { least: Some(1), ..Range::of_format(Some("uint64")) };
        assert_eq!(Kind::Integer(least).words(), "integer at least 1");
    }
}
