//! Numbers as a pump takes them and as a profile record writes them.

use serde_json::{Number, Value};

use crate::oref0::js;

/// A number rounded to a step, such as 0.05, without the noise of binary fractions.
pub(super) fn round_to(x: f64, step: f64) -> f64 {
    let decimals = decimals(step);
    // Half a step is half a step, also where multiplying has left a little less.
    let steps = (x / step * 1e6).round() / 1e6;
    let rounded = js::round(steps) * step;
    format!("{rounded:.decimals$}").parse().unwrap_or(f64::NAN)
}

/// The number of a field that is written as a number or as text.
pub(super) fn number(value: Option<&Value>) -> Option<f64> {
    let number = match value? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|number| number.is_finite())
}

/// A number in the style of the one it replaces: as text, or as a number.
pub(super) fn in_style_of(old: Option<&Value>, new: f64) -> Value {
    let new = js::json(new);
    if old.is_some_and(Value::is_string) { new.to_string().into() } else { new }
}

/// A whole number in the style of the one it replaces.
pub(super) fn whole_in_style_of(old: Option<&Value>, new: i64) -> Value {
    let new = Value::Number(Number::from(new));
    if old.is_some_and(Value::is_string) { new.to_string().into() } else { new }
}

/// The digits after the point that a step needs; three at the most.
fn decimals(step: f64) -> usize {
    const MOST: usize = 3;
    let is_whole = |decimals: &usize| {
        let scaled = step * 10_f64.powi(i32::try_from(*decimals).unwrap_or_default());
        (scaled - scaled.round()).abs() < 1e-9
    };
    (0..MOST).find(is_whole).unwrap_or(MOST)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_rounded_to_the_step_of_the_pump() {
        for (x, step, expected) in [
            (0.454_9, 0.01, "0.45"),
            (0.455, 0.01, "0.46"),
            (0.65 * 0.9, 0.01, "0.59"),
            (0.7 * 1.2, 0.05, "0.85"),
            (0.512_5, 0.025, "0.525"),
            (55.321, 1.0, "55"),
            (2.949, 0.1, "2.9"),
            (10.96, 0.1, "11"),
        ] {
            assert_eq!(js::json(round_to(x, step)).to_string(), expected, "{x} in steps of {step}");
        }
    }

    #[test]
    fn numbers_keep_the_style_of_those_they_replace() {
        assert_eq!(in_style_of(Some(&json!("0.65")), 0.7), json!("0.7"));
        assert_eq!(in_style_of(Some(&json!(0.65)), 0.7), json!(0.7));
        assert_eq!(in_style_of(None, 1.0), json!(1));
        assert_eq!(whole_in_style_of(Some(&json!("0")), 3_600), json!("3600"));
        assert_eq!(number(Some(&json!(" 6 "))), Some(6.0));
        assert_eq!([number(None), number(Some(&json!("NaN"))), number(Some(&json!("")))], [None; 3]);
    }
}
