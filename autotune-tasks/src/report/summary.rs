//! The main numbers at a glance: old, new, and where in the allowed range.

use maud::{Markup, html};

use super::{Report, allowed::Allowed, words};
use crate::recommendation::{Change, Recommendation};

/// What a change means for the insulin a person gets.
struct Meaning {
    higher: &'static str,
    lower: &'static str,
}

const SENSITIVITY: Meaning =
    Meaning { higher: "less insulin for the same correction", lower: "more insulin for the same correction" };
const CARB_RATIO: Meaning =
    Meaning { higher: "less insulin for the same meal", lower: "more insulin for the same meal" };
const BASAL: Meaning = Meaning { higher: "more background insulin", lower: "less background insulin" };

/// A change that is too small to speak of, percent.
const HARDLY: f64 = 0.5;

/// One card for each setting.
pub(super) fn cards(report: &Report, allowed: &Allowed) -> Markup {
    let Recommendation { isf, carb_ratio, .. } = &report.recommendation;
    let unit = report.unit;
    let shown =
        |change: &Change| Change { old: unit.convert(change.old), new: unit.convert(change.new), ..*change };
    let isf_range = (unit.convert(allowed.isf.0), unit.convert(allowed.isf.1));
    let total = total_basal(&report.recommendation);
    let total_range = report
        .recommendation
        .basals
        .iter()
        .map(|basal| allowed.basal(basal.change.old))
        .fold((0.0, 0.0), |sum, range| (sum.0 + range.0, sum.1 + range.1));
    html! {
        section class="cards" aria-label="Main numbers" {
            (card("Sensitivity", &format!("{} per unit", unit.name()), &shown(isf), isf_range, &SENSITIVITY))
            (card("Carb ratio", "grams per unit", carb_ratio, allowed.carb_ratio, &CARB_RATIO))
            (card("Basal, all day", "units per day", &total, total_range, &BASAL))
        }
    }
}

/// The basal rates of all hours together.
pub(super) fn total_basal(recommendation: &Recommendation) -> Change {
    let sum =
        |of: fn(&Change) -> f64| -> f64 { recommendation.basals.iter().map(|basal| of(&basal.change)).sum() };
    let (old, new) = (sum(|change| change.old), sum(|change| change.new));
    let percent = (new - old) / old * 100.0;
    let points = 0;
    Change { old, new, percent, limit: None, limited_days: 0, points }
}

fn card(title: &str, unit: &str, change: &Change, range: (f64, f64), meaning: &Meaning) -> Markup {
    let Change { old, new, percent, .. } = *change;
    let says = match percent {
        percent if percent.abs() < HARDLY => "hardly any change",
        percent if percent > 0.0 => meaning.higher,
        _ => meaning.lower,
    };
    html! {
        article class="card" {
            h3 { (title) }
            p class="new" { (format!("{new:.3}")) " " span class="unit" { (unit) } }
            p class="old" {
                "now " (format!("{old:.3}")) ", "
                span class="change" { (words::signed_percent(percent)) }
            }
            (track(old, new, range))
            p class="says" { (says) }
        }
    }
}

/// A line for the allowed range with the old and the new number on it.
fn track(old: f64, new: f64, (lowest, highest): (f64, f64)) -> Markup {
    let place = |x: f64| format!("{:.2}%", ((x - lowest) / (highest - lowest)).clamp(0.0, 1.0) * 100.0);
    let (old, new) = (place(old), place(new));
    html! {
        div class="track" {
            svg role="img" aria-label=(format!("allowed from {lowest:.3} to {highest:.3}")) {
                line class="rail" x1="0" x2="100%" y1="8" y2="8" {}
                line class="moved" x1=(old) x2=(new) y1="8" y2="8" {}
                line class="was" x1=(old) x2=(old) y1="1" y2="15" {}
                circle class="is" cx=(new) cy="8" r="6" {}
            }
            p { span { (format!("{lowest:.3}")) } span { "allowed" } span { (format!("{highest:.3}")) } }
        }
    }
}
