//! The units of glucose.

use serde::{Deserialize, Serialize};

/// Milligrams per decilitre in a millimole per litre, in both directions.
///
/// Rounded, as oref0 and most loops have it. Nightscout shows glucose with
/// 18.0156; a second number here would change a profile each time it is read
/// and written.
pub const MGDL_PER_MMOL: f64 = 18.0;

/// The units that sensitivities and targets of a profile are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub enum Units {
    /// Milligrams per decilitre.
    #[serde(rename = "mg/dl", alias = "mg/dL")]
    MgDl,
    /// Millimoles per litre.
    #[serde(rename = "mmol/L", alias = "mmol", alias = "mmol/l")]
    Mmol,
}

impl Units {
    /// Reads units as profiles name them: `mg/dl`, `mmol` or `mmol/L`, in any case.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name.trim().to_lowercase().as_str() {
            "mg/dl" | "mgdl" => Some(Self::MgDl),
            "mmol" | "mmol/l" => Some(Self::Mmol),
            _ => None,
        }
    }

    /// How the units are written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MgDl => "mg/dl",
            Self::Mmol => "mmol/L",
        }
    }

    /// A number of these units in mg/dL.
    #[must_use]
    pub const fn to_mgdl(self, number: f64) -> f64 {
        match self {
            Self::MgDl => number,
            Self::Mmol => number * MGDL_PER_MMOL,
        }
    }

    /// A number of mg/dL in these units, not rounded.
    #[must_use]
    pub const fn from_mgdl(self, number: f64) -> f64 {
        match self {
            Self::MgDl => number,
            Self::Mmol => number / MGDL_PER_MMOL,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::float_cmp, reason = "a round trip changes nothing")]
    fn what_is_read_in_mmol_is_written_as_it_was() {
        for tenth in 1..300 {
            let isf = f64::from(tenth) / 10.0;
            let back = Units::Mmol.from_mgdl(Units::Mmol.to_mgdl(isf));
            assert!((back - isf).abs() < 1e-12);
            assert_eq!((back * 10.0).round() / 10.0, isf);
        }
        assert_eq!(Units::Mmol.to_mgdl(2.5), 45.0);
        assert_eq!(Units::MgDl.from_mgdl(45.0), 45.0);
    }

    #[test]
    fn units_are_known_in_every_spelling() {
        for name in ["mg/dl", "mg/dL", "MG/DL"] {
            assert_eq!(Units::named(name), Some(Units::MgDl));
        }
        for name in ["mmol", "mmol/L", "mmol/l", " mmol "] {
            assert_eq!(Units::named(name), Some(Units::Mmol));
        }
        assert_eq!(Units::named("g"), None);
    }
}
