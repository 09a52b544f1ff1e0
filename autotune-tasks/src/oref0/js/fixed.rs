//! `Number.prototype.toFixed(2)`.
//!
//! oref0 keeps average deltas and deviations as text of two decimals and
//! calculates on with what that text says.

use std::fmt;

use serde::{Serialize, Serializer};

/// A number of two decimals, as text and as the number the text stands for.
///
/// Rounding looks at the exact binary value and sends ties away from zero:
/// 0.125 is `"0.13"` where `format!("{:.2}")` says `0.12`. The sign of a
/// negative number stays even when no digit does: −0.001 is `"-0.00"`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fixed2 {
    value: f64,
    negative: bool,
}

impl Fixed2 {
    /// Rounds `x` to two decimals.
    #[must_use]
    pub fn new(x: f64) -> Self {
        let magnitude = hundredths(x.abs()).map_or(x.abs(), |hundredths| hundredths / 100.0);
        Self { value: magnitude.copysign(x), negative: x < 0.0 }
    }

    /// `parseFloat` of the text.
    #[must_use]
    pub const fn value(self) -> f64 {
        self.value
    }
}

impl fmt::Display for Fixed2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.value.is_finite() {
            return if self.value.is_nan() {
                f.write_str("NaN")
            } else {
                f.write_str(if self.negative { "-Infinity" } else { "Infinity" })
            };
        }
        if self.negative {
            f.write_str("-")?;
        }
        // The value is the number nearest to its two decimals, so printing two
        // decimals gives them back.
        write!(f, "{:.2}", self.value.abs())
    }
}

impl Serialize for Fixed2 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// `x * 100` rounded exactly, halves up, for a number that is not negative.
///
/// `None` where there is no fraction left to round, or no number.
fn hundredths(x: f64) -> Option<f64> {
    const FRACTION_BITS: u64 = 52;
    const EXPONENT_BIAS: u64 = 1075;
    const LARGEST: f64 = 1_125_899_906_842_624.0;

    if x.is_nan() || x >= LARGEST {
        return None;
    }
    let bits = x.to_bits();
    let exponent = bits >> FRACTION_BITS;
    if exponent == 0 {
        return Some(0.0);
    }
    let mantissa = (bits & ((1 << FRACTION_BITS) - 1)) | (1 << FRACTION_BITS);
    let shift = EXPONENT_BIAS - exponent;
    if shift > 64 {
        return Some(0.0);
    }
    let scaled = u128::from(mantissa) * 100;
    let rounded = (scaled + (1 << (shift - 1))) >> shift;
    u64::try_from(rounded).ok().map(float)
}

#[expect(clippy::cast_precision_loss, reason = "at most 2^50 * 100, rounded to nearest")]
fn float(x: u64) -> f64 {
    x as f64
}

#[cfg(test)]
mod tests {
    use super::Fixed2;

    #[test]
    fn ties_go_away_from_zero_and_the_sign_stays() {
        for (x, text) in [
            (0.125, "0.13"),
            (-0.125, "-0.13"),
            (2.675, "2.67"),
            (-0.001, "-0.00"),
            (-0.0, "0.00"),
            (f64::NAN, "NaN"),
            (1e9 + 0.125, "1000000000.13"),
        ] {
            assert_eq!(Fixed2::new(x).to_string(), text);
        }
    }
}
