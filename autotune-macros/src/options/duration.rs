//! Durations: `"90s"`, `"1h 30m"`, `"250ms"`, `"1.5s"`, or a const expression.

use super::value::{is_negative, ungrouped};
use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};
use std::time::Duration;
use syn::spanned::Spanned;
use syn::{Error, Expr, ExprLit, Lit, Result};

/// A duration as written.
#[derive(Debug)]
pub(crate) enum Time {
    /// A literal, checked here.
    Known(Duration),
    /// A const expression, checked by the compiler.
    Expression(Expr),
}

impl Time {
    /// Reads a literal or takes an expression as it is.
    pub(super) fn read(expression: Expr) -> Result<Self> {
        let expression = ungrouped(expression);
        if is_negative(&expression) {
            let message = "a duration cannot be negative: write for example \"60s\"";
            return Err(Error::new_spanned(expression, message));
        }
        let Expr::Lit(ExprLit { lit, .. }) = &expression else {
            return Ok(Time::Expression(expression));
        };
        match lit {
            Lit::Str(text) => {
                parse(&text.value()).map(Time::Known).map_err(|message| Error::new(text.span(), message))
            }
            Lit::Int(number) => Err(without_quotes(lit, number.base10_digits(), number.suffix())),
            Lit::Float(number) => Err(without_quotes(lit, number.base10_digits(), number.suffix())),
            other => {
                let message = "a duration is written as \"60s\", \"5m\" or \"1h 30m\"";
                Err(Error::new_spanned(other, message))
            }
        }
    }

    /// The duration, where it is known at compile time.
    pub(super) fn known(&self) -> Option<Duration> {
        match self {
            Time::Known(duration) => Some(*duration),
            Time::Expression(_) => None,
        }
    }

    /// A constant expression of type `Duration`.
    pub(crate) fn tokens(&self, private: &TokenStream) -> TokenStream {
        match self {
            Time::Known(duration) => {
                let seconds = Literal::u64_unsuffixed(duration.as_secs());
                let nanoseconds = Literal::u32_unsuffixed(duration.subsec_nanos());
                quote!(#private::Duration::new(#seconds, #nanoseconds))
            }
            Time::Expression(expression) => quote_spanned! {expression.span()=>
                { const DURATION: #private::Duration = #expression; DURATION }
            },
        }
    }
}

/// `60` and `60s` are what one tries first.
fn without_quotes(literal: &Lit, digits: &str, suffix: &str) -> Error {
    let unit = if nanoseconds_in(suffix).is_some() { suffix } else { "s" };
    let message = format!("a duration is a text with a unit: write \"{digits}{unit}\"");
    Error::new(literal.span(), message)
}

const EXAMPLES: &str = "write for example \"30s\", \"5m\" or \"1h 30m\"";
const UNITS: &str = "ms, s, m, h, d, w";

/// Reads numbers with units, one after the other.
pub(super) fn parse(text: &str) -> std::result::Result<Duration, String> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(format!("this duration is empty; {EXAMPLES}"));
    }
    if rest.starts_with('-') {
        return Err(format!("a duration cannot be negative; {EXAMPLES}"));
    }
    let mut total = 0_u128;
    while !rest.is_empty() {
        let (number, after) = split(rest, |letter| letter.is_ascii_digit() || ".,_".contains(letter));
        if number.is_empty() {
            return Err(format!("`{rest}` does not start with a number; {EXAMPLES}"));
        }
        let (unit, after) = split(after.trim_start(), char::is_alphabetic);
        if unit.is_empty() {
            return Err(format!("`{number}` has no unit: write \"{number}s\" (units: {UNITS})"));
        }
        let scale = nanoseconds_in(unit)
            .ok_or_else(|| format!("`{unit}` is not a unit of time; the units are {UNITS}"))?;
        let nanoseconds =
            scaled(number, scale).ok_or_else(|| format!("`{number}` is not a number; {EXAMPLES}"))?;
        total = total.saturating_add(nanoseconds);
        rest = after.trim_start();
    }
    u64::try_from(total)
        .map(Duration::from_nanos)
        .map_err(|_| "this duration is longer than 500 years".to_owned())
}

fn split(text: &str, mut belongs: impl FnMut(char) -> bool) -> (&str, &str) {
    let end = text.find(|letter| !belongs(letter)).unwrap_or(text.len());
    text.split_at(end)
}

fn nanoseconds_in(unit: &str) -> Option<u64> {
    Some(match unit {
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000,
        "ms" => 1_000_000,
        "s" | "sec" | "secs" | "second" | "seconds" => 1_000_000_000,
        "m" | "min" | "mins" | "minute" | "minutes" => 60_000_000_000,
        "h" | "hr" | "hour" | "hours" => 3_600_000_000_000,
        "d" | "day" | "days" => 86_400_000_000_000,
        "w" | "week" | "weeks" => 604_800_000_000_000,
        _ => return None,
    })
}

/// `number * scale`, exactly: fractions are not rounded through a float.
fn scaled(number: &str, scale: u64) -> Option<u128> {
    let digits = number.replace('_', "");
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let whole: u128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let mut total = whole.checked_mul(u128::from(scale))?;
    let mut place = u128::from(scale);
    for digit in fraction.chars() {
        place /= 10;
        total = total.checked_add(u128::from(digit.to_digit(10)?) * place)?;
    }
    Some(total)
}
