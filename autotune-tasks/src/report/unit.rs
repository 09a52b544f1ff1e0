//! mg/dL or mmol/L: how a person reads glucose.

use serde::{Deserialize, Serialize};

use crate::oref0::Profile;
use crate::profile_store::Units;

/// mg/dL in one mmol/L; the factor that profiles are converted with.
const MG_PER_MMOL: f64 = 18.0;

/// A unit of glucose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum GlucoseUnit {
    /// Milligrams per decilitre.
    #[default]
    #[serde(rename = "mg/dL")]
    MgPerDl,
    /// Millimoles per litre.
    #[serde(rename = "mmol/L")]
    MmolPerL,
}

impl From<Units> for GlucoseUnit {
    fn from(units: Units) -> Self {
        match units {
            Units::MgDl => GlucoseUnit::MgPerDl,
            Units::Mmol => GlucoseUnit::MmolPerL,
        }
    }
}

impl GlucoseUnit {
    /// The unit a profile says its owner prefers; mg/dL where it says nothing.
    #[must_use]
    pub fn of(profile: &Profile) -> Self {
        let preferred = ["isfProfile", "bg_targets"]
            .iter()
            .find_map(|field| profile.field(field)?.get("user_preferred_units")?.as_str());
        match preferred {
            Some(name) if name.to_ascii_lowercase().starts_with("mmol") => Self::MmolPerL,
            _ => Self::MgPerDl,
        }
    }

    /// How the unit is written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MgPerDl => "mg/dL",
            Self::MmolPerL => "mmol/L",
        }
    }

    /// A number of mg/dL in this unit.
    #[must_use]
    pub fn convert(self, mg_per_dl: f64) -> f64 {
        match self {
            Self::MgPerDl => mg_per_dl,
            Self::MmolPerL => mg_per_dl / MG_PER_MMOL,
        }
    }

    /// A glucose as a person writes it.
    pub(super) fn glucose(self, mg_per_dl: f64) -> String {
        match self {
            Self::MgPerDl => format!("{mg_per_dl:.0}"),
            Self::MmolPerL => format!("{:.1}", self.convert(mg_per_dl)),
        }
    }
}
