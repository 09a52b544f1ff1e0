//! How the sensitivity and the carb ratio moved from day to day.

use maud::{Markup, html};

use super::{
    Report, ReportDay,
    allowed::Allowed,
    page,
    plot::{Axes, Plot, Scale},
    words,
};
use crate::{
    oref0::{Step, js},
    recommendation::Change,
};

/// A number and the way it went.
struct Trend<'t> {
    title: &'t str,
    unit: String,
    /// From mg/dL to what is shown.
    factor: f64,
    change: &'t Change,
    allowed: (f64, f64),
    step: fn(&ReportDay) -> &Step,
}

/// The section with both plots.
pub(super) fn section(report: &Report, allowed: &Allowed) -> Markup {
    let explanation = html! {
        "Every day moves the number a fifth of the way to what that day\u{2019}s data asks for. "
        "Rings show what a day asked for; a ring on the edge of the plot lies further out than shown, "
        "and a day without a ring had too little data."
    };
    let recommendation = &report.recommendation;
    let isf = Trend {
        title: "Sensitivity",
        unit: format!("{} per unit", report.unit.name()),
        factor: report.unit.convert(1.0),
        change: &recommendation.isf,
        allowed: allowed.isf,
        step: |day| &day.steps.isf,
    };
    let carb_ratio = Trend {
        title: "Carb ratio",
        unit: "grams per unit".to_owned(),
        factor: 1.0,
        change: &recommendation.carb_ratio,
        allowed: allowed.carb_ratio,
        step: |day| &day.steps.carb_ratio,
    };
    html! {
        section id="trend" {
            (page::heading("Sensitivity and carb ratio, day by day", &explanation))
            ul class="legend" {
                li { i class="key line old" {} "old" }
                li { i class="key dot new" {} "after each day" }
                li { i class="key ring" {} "asked for by the day" }
                li { i class="key area band" {} "allowed" }
            }
            div class="pair" {
                (trend(&isf, &report.days))
                (trend(&carb_ratio, &report.days))
            }
        }
    }
}

fn trend(trend: &Trend<'_>, days: &[ReportDay]) -> Markup {
    let Trend { title, unit, factor, change, allowed, step } = trend;
    let shown = |x: f64| x * factor;
    let (lowest, highest) = (shown(allowed.0), shown(allowed.1));
    let room = (highest - lowest) * 0.08;
    let axes = Axes {
        x: Scale::new(-0.5, js::count(days.len().max(1)) - 0.5),
        y: Scale::around([lowest - room, highest + room]),
    };
    let ends = 0.0 - 0.5..js::count(days.len().max(1)) - 0.5;
    let digits = axes.y.digits();
    let y_ticks: Vec<(f64, String)> =
        axes.y.ticks().into_iter().map(|y| (y, format!("{y:.digits$}"))).collect();
    let points: Vec<(f64, f64)> =
        days.iter().enumerate().map(|(place, day)| (js::count(place), shown(step(day).new))).collect();
    let start = (ends.start, shown(change.old));
    let label = format!("{title} in {unit} after each day, from {:.3} to {:.3}", start.1, shown(change.new));
    let plot = Plot {
        label: &label,
        class: "trend",
        axes,
        x_ticks: &x_ticks(days),
        y_ticks: &y_ticks,
        shapes: html! {
            path class="band" d=(axes.band(&[(ends.clone(), (lowest, highest))])) {}
            path class="old" d=(axes.line([start, (ends.end, start.1)])) {}
            path class="new" d=(axes.line([start].into_iter().chain(points.iter().copied()))) {}
        },
        marks: html! {
            @for (place, day) in days.iter().enumerate() {
                (day_marks(axes, js::count(place), day, step(day), *factor))
            }
        },
    };
    html! {
        figure {
            figcaption { strong { (title) } " " span class="unit" { (unit) } }
            (plot.draw())
        }
    }
}

/// What a day asked for, and what it led to.
fn day_marks(axes: Axes, x: f64, day: &ReportDay, step: &Step, factor: f64) -> Markup {
    let (new, wanted) = (step.new * factor, step.wanted * factor);
    // A day with too little data asks for what there was.
    let asked = wanted.is_finite() && step.wanted.total_cmp(&step.old).is_ne();
    let stretch = x - 0.5..x + 0.5;
    html! {
        @if asked {
            @let class = if axes.y.contains(wanted) { "ring" } else { "ring beyond" };
            circle class=(class) cx=(axes.left(x)) cy=(axes.top(wanted)) r="4.5" {}
        }
        circle class="dot new" cx=(axes.left(x)) cy=(axes.top(new)) r="4" {}
        rect class="hint" x=(axes.left(stretch.start)) y="0" width=(axes.width(&stretch)) height="100%" {
            title {
                (words::day(day.date)) ": " (format!("{new:.3}"))
                @if asked { ", asked for " (format!("{wanted:.3}")) }
            }
        }
    }
}

/// Names of some seven days at most.
fn x_ticks(days: &[ReportDay]) -> Vec<(f64, String)> {
    const MOST: usize = 7;
    let every = days.len().div_ceil(MOST).max(1);
    days.iter()
        .enumerate()
        .step_by(every)
        .map(|(place, day)| (js::count(place), words::short_day(day.date)))
        .collect()
}
