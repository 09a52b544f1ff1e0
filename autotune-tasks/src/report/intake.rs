//! How good the data is: what was there, what was used, what was left aside.

use maud::{Markup, html};

use super::{Report, page, words};
use crate::quality::{Counts, DayQuality, EntryCounts, Quality};

/// The section with the table of days.
pub(super) fn section(report: &Report) -> Markup {
    let explanation = html! {
        "What was in the record, and how much of it could be used. Days with long gaps or few meals say "
        "less; carbs that were eaten but not entered turn up as unannounced rises."
    };
    let quality = &report.quality;
    html! {
        section id="data" {
            (page::heading("The data behind it", &explanation))
            div class="scroll" {
                table class="data" {
                    thead {
                        tr {
                            th scope="col" { "Day" }
                            th scope="col" class="number" { "Covered" }
                            th scope="col" class="number" { "Readings" }
                            th scope="col" class="number" { "Longest gap" }
                            th scope="col" class="number" { "Basal" }
                            th scope="col" class="number" { "Sensitivity" }
                            th scope="col" class="number" { "Carbs" }
                            th scope="col" class="number" { "Left out" }
                            th scope="col" class="number" { "Meals used" }
                            th scope="col" class="number" { "Unannounced meals" }
                        }
                    }
                    tbody { @for day in &quality.days { (row(day)) } }
                    tbody class="total" { (total(quality)) }
                }
            }
            (left_out(quality))
            (aside(quality))
        }
    }
}

fn row(day: &DayQuality) -> Markup {
    html! {
        tr {
            th scope="row" { (words::day(day.date)) }
            td class="number" { (day.coverage.percent()) "\u{202f}%" }
            td class="number" { (day.coverage.readings) }
            td class="number" {
                @match day.longest_gap() {
                    Some(gap) => (words::duration(gap.minutes())),
                    None => "–",
                }
            }
            (counts(&day.counts))
        }
    }
}

fn total(quality: &Quality) -> Markup {
    let readings = quality.days.iter().map(|day| day.coverage.readings).sum();
    html! {
        tr {
            th scope="row" { "All days" }
            td {}
            td class="number" { (words::grouped(readings)) }
            td {}
            (counts(&quality.total))
        }
    }
}

fn counts(counts: &Counts) -> Markup {
    let Counts { basal, isf, csf, unused, carb_ratio, unannounced_meals, .. } = *counts;
    html! {
        @for count in [basal, isf, csf, unused, carb_ratio, unannounced_meals] {
            td class="number" { (words::grouped(count)) }
        }
    }
}

fn left_out(quality: &Quality) -> Markup {
    html! {
        @if !quality.left_out.is_empty() {
            h3 { "Days that were left out" }
            ul class="plain" {
                @for day in &quality.left_out {
                    li { b { (words::day(day.date)) } ": " (day.reason.to_string()) }
                }
            }
        }
    }
}

/// What was seen besides, and what was ignored; nothing where there was nothing.
fn aside(quality: &Quality) -> Markup {
    let EntryCounts { duplicates, below_39, calibrations, finger_sticks, .. } = quality.total.entries;
    let lines = [
        (duplicates, "less than two minutes after another reading: averaged with it"),
        (below_39, "below 39 mg/dL, which is how sensors report errors: ignored"),
        (calibrations, "calibrations of a sensor"),
        (finger_sticks, "measurements with a meter"),
    ];
    html! {
        @if lines.iter().any(|(count, _)| *count > 0) {
            h3 { "Entries besides" }
            ul class="plain" {
                @for (count, meaning) in lines.iter().filter(|(count, _)| *count > 0) {
                    li { b { (words::grouped(*count)) } " " (meaning) }
                }
            }
        }
    }
}
