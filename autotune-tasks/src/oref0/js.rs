//! JavaScript's number rules, where Rust's own differ.
//!
//! oref0 is JavaScript, and its results depend on how that language rounds,
//! coerces and sorts. Everything of that kind lives here, so that the analysis
//! itself reads as arithmetic. Nothing here knows about insulin.

mod fixed;
mod order;
mod sort;

use serde_json::{Number, Value};

pub use fixed::Fixed2;
pub(crate) use order::{Direction, Key, sort_by_key};
pub use sort::sort_by_difference;

/// `Math.round`: halves go up, towards positive infinity.
///
/// `f64::round` sends −2.5 to −3 where JavaScript says −2, and adding one half
/// before flooring is wrong for 0.49999999999999994.
#[must_use]
pub fn round(x: f64) -> f64 {
    let floor = x.floor();
    if x - floor >= 0.5 { floor + 1.0 } else { floor }
}

/// `Math.round(x * 100) / 100`.
#[must_use]
pub fn round2(x: f64) -> f64 {
    round(x * 100.0) / 100.0
}

/// `Math.round(x * 1000) / 1000`.
#[must_use]
pub fn round3(x: f64) -> f64 {
    round(x * 1000.0) / 1000.0
}

/// `Math.max` of two numbers: not a number as soon as one of them is not.
pub(crate) fn max(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.max(b) }
}

/// `Number(value)`; a missing value is `undefined` and so not a number.
pub(crate) fn number(value: Option<&Value>) -> f64 {
    match value {
        Some(Value::Number(number)) => number.as_f64().unwrap_or(f64::NAN),
        Some(Value::Null) => 0.0,
        Some(Value::Bool(flag)) => f64::from(u8::from(*flag)),
        Some(Value::String(text)) => number_of_text(text),
        Some(Value::Array(_) | Value::Object(_)) | None => f64::NAN,
    }
}

/// Whether `if (value)` holds.
pub(crate) fn truthy(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => false,
        Some(Value::Bool(flag)) => *flag,
        Some(Value::Number(number)) => is_truthy_number(number.as_f64().unwrap_or(f64::NAN)),
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(_) | Value::Object(_)) => true,
    }
}

/// Whether `if (x)` holds for a number: neither zero nor not-a-number.
pub(crate) fn is_truthy_number(x: f64) -> bool {
    x != 0.0 && !x.is_nan()
}

/// `parseFloat(value)`: the longest leading number of the text.
pub(crate) fn parse_float(value: Option<&Value>) -> f64 {
    match value {
        Some(Value::Number(number)) => number.as_f64().unwrap_or(f64::NAN),
        Some(Value::String(text)) => leading_number(text),
        _ => f64::NAN,
    }
}

/// `parseInt(value)`: truncated towards zero.
pub(crate) fn parse_int(value: Option<&Value>) -> f64 {
    parse_float(value).trunc()
}

/// The number as `JSON.stringify` writes it.
///
/// Whole numbers have no fraction, minus zero is zero, and what is not finite
/// is `null`.
#[must_use]
pub fn json(x: f64) -> Value {
    const LARGEST_EXACT: f64 = 9_007_199_254_740_991.0;
    if x.fract() == 0.0 && x.abs() <= LARGEST_EXACT {
        Value::from(whole(x))
    } else {
        Number::from_f64(x).map_or(Value::Null, Value::Number)
    }
}

/// The whole number nearest to zero within reach of an `i64`.
#[expect(clippy::cast_possible_truncation, reason = "the fraction is meant to go; casts of floats saturate")]
pub(crate) fn whole(x: f64) -> i64 {
    x as i64
}

/// A count as a number.
#[expect(clippy::cast_precision_loss, reason = "counts of records stay far below 2^53")]
pub(crate) fn count(n: usize) -> f64 {
    n as f64
}

/// An index that came out of arithmetic on small non-negative numbers.
#[must_use]
pub fn index(x: f64) -> Option<usize> {
    (x >= 0.0).then(|| usize::try_from(whole(x)).ok()).flatten()
}

/// How text goes into a template string: `${value}`.
pub(crate) fn text(value: Option<&Value>) -> String {
    match value {
        None => "undefined".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Object(_)) => "[object Object]".to_owned(),
        Some(other) => other.to_string(),
    }
}

fn number_of_text(text: &str) -> f64 {
    let text = text.trim();
    match text {
        "" => 0.0,
        "Infinity" | "+Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        // Rust also reads "inf" and "nan", which are no numbers to JavaScript.
        _ if text.ends_with(|last: char| last.is_ascii_digit() || last == '.') => {
            text.parse().unwrap_or(f64::NAN)
        }
        _ => f64::NAN,
    }
}

fn leading_number(text: &str) -> f64 {
    let text = text.trim_start();
    (1..=text.len())
        .rev()
        .filter_map(|end| text.get(..end))
        .filter(|prefix| !prefix.ends_with(char::is_whitespace))
        .map(number_of_text)
        .find(|number| !number.is_nan())
        .unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use serde_json::json as value;

    use super::{json, number, parse_float, round, truthy};

    #[test]
    fn halves_round_up() {
        assert_eq!(round(-2.5).to_bits(), (-2.0_f64).to_bits());
        assert_eq!(round(2.5).to_bits(), 3.0_f64.to_bits());
        assert_eq!(round(0.499_999_999_999_999_94).to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn null_is_zero_and_undefined_is_no_number() {
        assert_eq!(number(Some(&value!(null))).to_bits(), 0.0_f64.to_bits());
        assert!(number(None).is_nan());
        assert!(number(Some(&value!("inf"))).is_nan());
        assert!(!truthy(Some(&value!(""))));
    }

    #[test]
    fn a_leading_number_is_read_from_text() {
        assert_eq!(parse_float(Some(&value!("-0.50 mg"))).to_bits(), (-0.5_f64).to_bits());
        assert!(parse_float(Some(&value!("mg"))).is_nan());
    }

    #[test]
    fn numbers_print_as_javascript_prints_them() {
        assert_eq!(json(-0.0).to_string(), "0");
        assert_eq!(json(45.0).to_string(), "45");
        assert_eq!(json(f64::NAN).to_string(), "null");
        assert_eq!(json(0.05).to_string(), "0.05");
    }
}
