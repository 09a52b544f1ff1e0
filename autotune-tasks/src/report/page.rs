//! The page: its frame, its order and its plain words.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{Report, allowed::Allowed, basal, glucose, intake, summary, table, trend, words};

/// The style of the page, for light, dark and paper.
const STYLE: &str = include_str!("style.css");
/// Nothing may be loaded, whatever a text in the data says.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// The report as one self-contained HTML page.
#[must_use]
pub fn html(report: &Report) -> String {
    let allowed = Allowed::around(&report.recommendation.pump);
    let period = words::period(&report.recommendation.days);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { "Autotune report, " (period) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    (header(report, &period))
                    (summary::cards(report, &allowed))
                    (basal::section(report, &allowed))
                    (trend::section(report, &allowed))
                    (table::section(report, &allowed))
                    (glucose::section(report))
                    (intake::section(report))
                    (glossary())
                    (footer())
                }
            }
        }
    };
    page.into_string()
}

fn header(report: &Report, period: &str) -> Markup {
    let zone = report.zone.name().unwrap_or("UTC");
    let days = report.recommendation.days.len();
    html! {
        header {
            p class="eyebrow" { "Autotune report" }
            h1 { (period) }
            p class="lede" {
                (words::plural(days, "day")) " of glucose and insulin data, in the time of "
                span class="nowrap" { (zone) } ". Glucose is in " (report.unit.name()) "."
            }
            p class="notice" role="note" {
                strong { "This is not medical advice." }
                " Review it with your clinician before you change any setting. "
                "The numbers are only as good as the record of carbs and insulin behind them."
            }
        }
    }
}

/// The heading of a section with a few plain words below.
pub(super) fn heading(title: &str, explanation: &Markup) -> Markup {
    html! {
        h2 { (title) }
        p class="explanation" { (explanation) }
    }
}

fn glossary() -> Markup {
    let terms = [
        (
            "Basal rate",
            "Background insulin that the pump delivers around the clock, in units per hour. \
             Each hour is tuned with the readings of the three hours after it, because insulin \
             takes that long to act.",
        ),
        (
            "Sensitivity (ISF)",
            "How far one unit of insulin lowers glucose. A higher number means that less insulin \
             is needed to correct the same high.",
        ),
        (
            "Carb ratio (CR)",
            "How many grams of carbohydrate one unit of insulin covers. A higher number means \
             that less insulin is needed for the same meal.",
        ),
        (
            "Carb sensitivity (CSF)",
            "How far one gram of carbohydrate raises glucose. It is measured for comparison; \
             pumps have no such setting.",
        ),
        (
            "Allowed range",
            "Numbers are kept in a range around the pump\u{2019}s own, whatever the data asks for. \
             A number at the end of its range deserves a closer look, not a wider range.",
        ),
        (
            "A fifth at a time",
            "Each day moves a number a fifth of the way to what that day\u{2019}s data asks for. \
             One odd day changes little; a pattern over many days adds up.",
        ),
        (
            "Unannounced",
            "A rise, or much insulin at work, although no carbs were entered. On days with announced \
             meals these readings count for the basal rates; on other days the higher half of them \
             is set aside, because it may be a meal.",
        ),
        ("Held back", "On these days the data asked for more than the allowed range gives."),
        (
            "Untouched",
            "On these days no reading said anything about the hour, and its rate drifted towards \
             the hours beside it, at times a little beyond its own range.",
        ),
    ];
    html! {
        section id="words" {
            h2 { "What the words mean" }
            dl {
                @for (term, meaning) in terms {
                    div { dt { (term) } dd { (meaning) } }
                }
            }
        }
    }
}

fn footer() -> Markup {
    html! {
        footer {
            p {
                "Made with the analysis of oref0 autotune 0.7.1. Nothing was changed on a pump or a "
                "server to make this page, and it loads nothing from a network. "
                strong { "Not medical advice: review every change with a clinician." }
            }
        }
    }
}
