//! How one dose of insulin acts over time. (oref0 `lib/iob/calculate.js`)
//!
//! The bilinear curve is a triangle scaled to the duration of action; the
//! exponential one is the model of Loop (`LoopKit/Loop` issue 388). The time since
//! a dose is a whole number of minutes, so every curve is a table.

use serde_json::Value;

use crate::oref0::{js, profile::Profile};

/// Minutes for which a table is made; later ones are computed when asked for.
const TABLE_MINUTES: usize = 1500;

/// The curve's name is not text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`curve` is {found}, not text; write \"rapid-acting\", \"ultra-rapid\" or \"bilinear\"")]
pub struct UnknownCurve {
    /// What the profile has.
    pub found: String,
}

/// An insulin action curve with its duration.
#[derive(Debug, Clone)]
pub struct Curve {
    dia: f64,
    shape: Shape,
    table: Vec<Action>,
}

/// What is left and what acts of one unit, so many minutes after the dose.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Action {
    /// Units on board per unit.
    iob: f64,
    /// The factors of the activity, in the order they are multiplied in.
    activity: [f64; 4],
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Shape {
    Bilinear { scale: f64, slope_up: f64, slope_down: f64, activity_peak: f64 },
    Exponential { end: f64, tau: f64, a: f64, s: f64 },
}

impl Curve {
    /// The curve a profile asks for; without a name it is bilinear.
    ///
    /// (oref0 `lib/iob/total.js` for the limits of the duration)
    pub fn of(profile: &Profile) -> Result<Self, UnknownCurve> {
        const SHORTEST_DIA: f64 = 3.0;
        const SHORTEST_EXPONENTIAL_DIA: f64 = 5.0;

        let name = match profile.field("curve") {
            None => "bilinear".to_owned(),
            Some(Value::String(name)) => name.to_lowercase(),
            Some(other) => return Err(UnknownCurve { found: other.to_string() }),
        };
        let mut dia = profile.dia();
        if dia < SHORTEST_DIA {
            dia = SHORTEST_DIA;
        }
        if name == "bilinear" {
            return Ok(Self::new(dia, Shape::bilinear(dia)));
        }
        if dia < SHORTEST_EXPONENTIAL_DIA {
            dia = SHORTEST_EXPONENTIAL_DIA;
        }
        Ok(Self::new(dia, Shape::exponential(dia, peak(profile, &name))))
    }

    /// Hours a dose acts for.
    #[must_use]
    pub const fn dia(&self) -> f64 {
        self.dia
    }

    /// Insulin on board and activity of a dose, in units and units per minute.
    #[must_use]
    pub fn act(&self, insulin: f64, minutes: f64) -> (f64, f64) {
        let tabled = js::index(minutes).and_then(|minute| self.table.get(minute));
        let Some(action) = tabled.copied().or_else(|| self.shape.action(minutes)) else {
            return (0.0, 0.0);
        };
        let [a, b, c, d] = action.activity;
        (insulin * action.iob, insulin * a * b * c * d)
    }

    fn new(dia: f64, shape: Shape) -> Self {
        let table = (0..TABLE_MINUTES).map_while(|minute| shape.action(js::count(minute))).collect();
        Self { dia, shape, table }
    }
}

impl Shape {
    fn bilinear(dia: f64) -> Self {
        let activity_peak = 2.0 / (dia * 60.0);
        Self::Bilinear {
            scale: 3.0 / dia,
            slope_up: activity_peak / 75.0,
            slope_down: -(activity_peak / (180.0 - 75.0)),
            activity_peak,
        }
    }

    fn exponential(dia: f64, peak: f64) -> Self {
        let end = dia * 60.0;
        let tau = peak * (1.0 - peak / end) / (1.0 - 2.0 * peak / end);
        let a = 2.0 * tau / end;
        let s = 1.0 / (1.0 - a + (1.0 + a) * libm::exp(-end / tau));
        Self::Exponential { end, tau, a, s }
    }

    /// `None` once the insulin is used up.
    fn action(self, minutes: f64) -> Option<Action> {
        match self {
            Self::Bilinear { scale, slope_up, slope_down, activity_peak } => {
                bilinear_action(scale * minutes, slope_up, slope_down, activity_peak)
            }
            Self::Exponential { end, .. } if minutes.is_nan() || minutes >= end => None,
            Self::Exponential { end, tau, a, s } => {
                let decay = libm::exp(-minutes / tau);
                let share = minutes * minutes / (tau * end * (1.0 - a)) - minutes / tau - 1.0;
                Some(Action {
                    iob: 1.0 - s * (1.0 - a) * (share * decay + 1.0),
                    activity: [s / (tau * tau), minutes, 1.0 - minutes / end, decay],
                })
            }
        }
    }
}

/// The triangle of three hours, at a time scaled to it.
fn bilinear_action(scaled: f64, slope_up: f64, slope_down: f64, activity_peak: f64) -> Option<Action> {
    const PEAK: f64 = 75.0;
    const END: f64 = 180.0;
    let (iob, activity) = if scaled < PEAK {
        let x = scaled / 5.0 + 1.0;
        (-0.001_852 * x * x + 0.001_852 * x + 1.0, slope_up * scaled)
    } else if scaled < END {
        let x = (scaled - PEAK) / 5.0;
        let iob = 0.001_323 * x * x + -0.054_233 * x + 0.555_56;
        (iob, activity_peak + slope_down * (scaled - PEAK))
    } else {
        return None;
    };
    Some(Action { iob, activity: [activity, 1.0, 1.0, 1.0] })
}

/// Minutes to the peak; the limits only hold for names in lower case.
fn peak(profile: &Profile, lower_case_name: &str) -> f64 {
    let default = if lower_case_name == "ultra-rapid" { 55.0 } else { 75.0 };
    let (lowest, highest) = match profile.curve() {
        Some("rapid-acting") => (50.0, 120.0),
        Some("ultra-rapid") => (35.0, 100.0),
        _ => return default,
    };
    let custom = profile.field("insulinPeakTime");
    if profile.field("useCustomPeakTime") == Some(&Value::Bool(true)) && custom.is_some() {
        js::number(custom).clamp(lowest, highest)
    } else {
        default
    }
}
