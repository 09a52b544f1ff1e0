//! The recommendation as a table: every number, its bound and the data behind it.

use maud::{Markup, html};

use super::{Report, allowed::Allowed, page, summary::total_basal, words};
use crate::{
    oref0::Bound,
    recommendation::{BasalChange, Change, Recommendation},
};

/// The section with the table.
pub(super) fn section(report: &Report, allowed: &Allowed) -> Markup {
    let explanation = html! {
        "Old is what the pump runs, new is what the data suggests, kept in an allowed range around the "
        "old number. The last column says how much data there was: the more, "
        "the surer the number."
    };
    html! {
        section id="numbers" {
            (page::heading("All numbers", &explanation))
            div class="scroll" {
                table class="numbers" {
                    thead {
                        tr {
                            th scope="col" { "Setting" }
                            th scope="col" class="number" { "Old" }
                            th scope="col" class="number" { "New" }
                            th scope="col" class="number" { "Change" }
                            th scope="col" class="number" { "Allowed" }
                            th scope="col" { "Based on" }
                        }
                    }
                    (ratios(report, allowed))
                    (basals(&report.recommendation, allowed))
                }
            }
            (segments(&report.recommendation))
        }
    }
}

fn ratios(report: &Report, allowed: &Allowed) -> Markup {
    let Recommendation { isf, carb_ratio, csf, .. } = &report.recommendation;
    let unit = report.unit;
    let glucose = |change: &Change, range: (f64, f64)| {
        let shown = Change { old: unit.convert(change.old), new: unit.convert(change.new), ..*change };
        (shown, (unit.convert(range.0), unit.convert(range.1)))
    };
    let (isf, isf_range) = glucose(isf, allowed.isf);
    let (csf, csf_range) = glucose(csf, allowed.csf);
    let per = |what| format!("{} per {what}", unit.name());
    html! {
        tbody {
            (row(&name("Sensitivity", &per("unit")), &isf, Some(isf_range), &note(&isf, "reading", 0)))
            (row(&name("Carb ratio", "grams per unit"), carb_ratio, Some(allowed.carb_ratio), &note(carb_ratio, "meal", 0)))
            (row(&name("Carb sensitivity", &per("gram")), &csf, Some(csf_range), &note(&csf, "reading", 0)))
        }
    }
}

fn basals(recommendation: &Recommendation, allowed: &Allowed) -> Markup {
    let total = total_basal(recommendation);
    html! {
        tbody {
            tr class="group" { th scope="rowgroup" colspan="6" { (name("Basal rate", "units per hour")) } }
            @for BasalChange { hour, change, days_missing } in &recommendation.basals {
                @let note = note(change, "reading", *days_missing);
                (row(&html! { (words::clock(hour * 60)) }, change, Some(allowed.basal(change.old)), &note))
            }
        }
        tbody class="total" { (row(&name("Basal, all day", "units per day"), &total, None, &html! {})) }
    }
}

fn name(name: &str, unit: &str) -> Markup {
    html! { (name) " " span class="unit" { (unit) } }
}

fn row(name: &Markup, change: &Change, range: Option<(f64, f64)>, note: &Markup) -> Markup {
    html! {
        tr {
            th scope="row" { (name) }
            td class="number old" { (format!("{:.3}", change.old)) }
            td class="number new" { (format!("{:.3}", change.new)) }
            td class="number" { (bar(change.percent)) span class="percent" { (words::signed_percent(change.percent)) } }
            td class="number quiet" {
                @if let Some((lowest, highest)) = range { (format!("{lowest:.3} – {highest:.3}")) }
            }
            td {
                (note)
                @if range.is_some_and(|range| is_outside(change.new, range)) {
                    " " span class="tag" { "beyond range" }
                }
            }
        }
    }
}

/// Whether a number lies outside its range by more than rounding does.
///
/// An hour without data follows its neighbours after bounds are applied, and so
/// may leave its own.
fn is_outside(new: f64, (lowest, highest): (f64, f64)) -> bool {
    const ROUNDING: f64 = 0.001;
    new < lowest - ROUNDING || new > highest + ROUNDING
}

/// A small bar to the left or to the right of a middle line.
fn bar(percent: f64) -> Markup {
    /// The change that fills half of the bar.
    const FULL: f64 = 30.0;
    let length = (percent / FULL).clamp(-1.0, 1.0) * 50.0;
    let left = if length < 0.0 { 50.0 + length } else { 50.0 };
    let class = if length < 0.0 { "less" } else { "more" };
    html! {
        svg class="bar" aria-hidden="true" {
            rect class=(class) x=(format!("{left:.2}%")) y="3" width=(format!("{:.2}%", length.abs())) height="6" {}
            line x1="50%" x2="50%" y1="0" y2="12" {}
        }
    }
}

/// How much data there was, and which bound was met.
fn note(change: &Change, point: &str, days_missing: usize) -> Markup {
    html! {
        (words::plural(change.points, point))
        @if days_missing > 0 { span class="quiet" { ", untouched on " (words::plural(days_missing, "day")) } }
        @match change.limit {
            Some(limit) => {
                @let end = match limit.bound { Bound::Lower => "lowest", Bound::Upper => "highest" };
                " " span class="tag" { "at the " (end) }
            }
            None if change.limited_days > 0 => {
                span class="quiet" { ", held back on " (words::plural(change.limited_days, "day")) }
            }
            None => {}
        }
    }
}

/// What the single number stands for where a profile has several.
fn segments(recommendation: &Recommendation) -> Markup {
    let count = |path: &[&str]| {
        let mut value = recommendation.pump.field(path.first()?)?;
        for name in path.get(1..)? {
            value = value.get(name)?;
        }
        value.as_array().map(Vec::len)
    };
    let sensitivities = count(&["isfProfile", "sensitivities"]).unwrap_or(1);
    let carb_ratios = count(&["carb_ratios", "schedule"]).unwrap_or(1);
    html! {
        @for (several, name) in [(sensitivities, "sensitivities"), (carb_ratios, "carb ratios")] {
            @if several > 1 {
                p class="aside" {
                    "The profile has " (several) " " (name) " over the day. The analysis tunes the first one only; "
                    "decide with your clinician whether the others should change by the same share."
                }
            }
        }
    }
}
