//! The basal rates around the clock, old and new, within what is allowed.

use std::ops::Range;

use maud::{Markup, html};

use super::{
    Report,
    allowed::Allowed,
    page,
    plot::{self, Axes, Plot, Scale},
    words,
};
use crate::{
    oref0::{Bound, js},
    recommendation::{BasalChange, Recommendation},
};

/// The section with both plots.
pub(super) fn section(report: &Report, allowed: &Allowed) -> Markup {
    let explanation = html! {
        "The background insulin of each hour. The shaded band is what the analysis allows around the "
        "old rate; a triangle marks an hour that has reached its edge. Hours with few readings below "
        "them rest on little data and mostly follow their neighbours."
    };
    html! {
        section id="basal" {
            (page::heading("Basal rates over the day", &explanation))
            ul class="legend" {
                li { i class="key line old" {} "old" }
                li { i class="key line new" {} "new" }
                li { i class="key area band" {} "allowed" }
                li { i class="key triangle" {} "at the edge" }
                li { i class="key area amount" {} "readings behind the rate" }
            }
            div class="plots" {
                (rates(&report.recommendation, allowed))
                (readings(&report.recommendation))
            }
        }
    }
}

fn rates(recommendation: &Recommendation, allowed: &Allowed) -> Markup {
    let basals = &recommendation.basals;
    let all = basals.iter().flat_map(|basal| [allowed.basal(basal.change.old).1, basal.change.new]);
    let axes = Axes { x: Scale::new(0.0, 24.0), y: Scale::around(all.chain([0.0])) };
    let digits = axes.y.digits();
    let y_ticks: Vec<(f64, String)> =
        axes.y.ticks().into_iter().map(|rate| (rate, format!("{rate:.digits$}"))).collect();

    let old: Vec<_> = basals.iter().map(|basal| (stretch(basal), basal.change.old)).collect();
    let new: Vec<_> = basals.iter().map(|basal| (stretch(basal), basal.change.new)).collect();
    let band: Vec<_> = basals.iter().map(|basal| (stretch(basal), allowed.basal(basal.change.old))).collect();
    Plot {
        label: "Basal rates in units per hour over the 24 hours of the day, old and new; all numbers are in the table below",
        class: "basal",
        axes,
        x_ticks: &hours(),
        y_ticks: &y_ticks,
        shapes: html! {
            path class="band" d=(axes.band(&band)) {}
            path class="old" d=(axes.steps(&old)) {}
            path class="new" d=(axes.steps(&new)) {}
        },
        marks: html! {
            text class="axis" x="0" y="0" dy="-10" { "units per hour" }
            @for basal in basals { (at_the_edge(axes, basal)) }
            @for basal in basals { (hint(axes, basal)) }
        },
    }
    .draw()
}

/// How many readings each rate rests on.
fn readings(recommendation: &Recommendation) -> Markup {
    let basals = &recommendation.basals;
    let most = basals.iter().map(|basal| basal.change.points).max().unwrap_or(0);
    let axes = Axes { x: Scale::new(0.0, 24.0), y: Scale::new(0.0, js::count(most.max(1))) };
    Plot {
        label: "Readings behind the basal rate of each hour",
        class: "amounts",
        axes,
        x_ticks: &[],
        y_ticks: &[(0.0, "0".to_owned()), (js::count(most.max(1)), most.to_string())],
        shapes: html! {},
        marks: html! {
            @for basal in basals {
                @let points = js::count(basal.change.points);
                @let hour = stretch(basal);
                @let bar = hour.start + 0.12..hour.end - 0.12;
                rect class="amount" x=(axes.left(bar.start)) y=(axes.top(points)) width=(axes.width(&bar)) height=(axes.height(points)) {
                    title { (words::clock(basal.hour * 60)) ": " (words::plural(basal.change.points, "reading")) }
                }
            }
        },
    }
    .draw()
}

/// A triangle on a rate that has reached the edge of what is allowed.
fn at_the_edge(axes: Axes, BasalChange { hour, change, .. }: &BasalChange) -> Markup {
    let middle = js::count(*hour) + 0.5;
    match change.limit.map(|limit| limit.bound) {
        Some(Bound::Upper) => plot::mark(axes, middle, change.new, "edge", plot::UP),
        Some(Bound::Lower) => plot::mark(axes, middle, change.new, "edge", plot::DOWN),
        None => html! {},
    }
}

/// What is shown when the pointer rests on an hour.
fn hint(axes: Axes, basal: &BasalChange) -> Markup {
    let BasalChange { hour, change, .. } = basal;
    let hour = words::clock(hour * 60);
    let text =
        format!("{hour}: {:.3} → {:.3} ({})", change.old, change.new, words::signed_percent(change.percent));
    let stretch = stretch(basal);
    html! {
        rect class="hint" x=(axes.left(stretch.start)) y="0" width=(axes.width(&stretch)) height="100%" {
            title { (text) }
        }
    }
}

fn stretch(basal: &BasalChange) -> Range<f64> {
    let hour = js::count(basal.hour);
    hour..hour + 1.0
}

fn hours() -> Vec<(f64, String)> {
    (0..=8_u8)
        .map(|place| (f64::from(place) * 3.0, words::clock(usize::from(place) * 180)))
        .map(|(hour, text)| (hour, if hour > 23.0 { "24:00".to_owned() } else { text }))
        .collect()
}
