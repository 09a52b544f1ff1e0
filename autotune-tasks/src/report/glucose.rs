//! The glucose of each day, coloured by what each reading was used for.

use std::ops::Range;

use maud::{Markup, html};

use super::{
    Report, ReportDay, page,
    plot::{Axes, Plot, Scale},
    words,
};
use crate::{
    oref0::Zone,
    quality::{DayQuality, Gap, Role},
};

const HOUR: f64 = 3_600_000.0;
/// The range that is commonly aimed at, mg/dL.
const IN_RANGE: (f64, f64) = (70.0, 180.0);
/// With more days than these, plots are small and stand side by side.
const FEW_DAYS: usize = 10;

/// The roles in the order of the legend: name, class, meaning.
const ROLES: [(Role, &str, &str, &str); 5] = [
    (Role::Basal, "basal", "basal", "little insulin beyond the schedule: tunes the basal rates"),
    (Role::Sensitivity, "isf", "sensitivity", "insulin at work: tunes the sensitivity"),
    (Role::Carbs, "csf", "carbs", "announced carbs at work: tunes the carb ratio and carb sensitivity"),
    (Role::Unannounced, "uam", "unannounced", "a rise, or much insulin at work, without announced carbs"),
    (Role::LeftOut, "out", "left out", "the first readings of a day, the newest, and sensor errors"),
];

/// The section with one plot for each day.
pub(super) fn section(report: &Report) -> Markup {
    let unit = report.unit;
    let (low, high) = (unit.glucose(IN_RANGE.0), unit.glucose(IN_RANGE.1));
    let explanation = html! {
        "Each reading tunes one thing only: what moved the glucose most at the time. A day begins at "
        "four in the morning, when the insulin of the evening is used up. The shaded band is the usual "
        "range of " (low) " to " (high) " " (unit.name())
        @if report.target.is_some() { "; the dashed line is the target of the profile" }
        "."
    };
    let highest = report.days.iter().flat_map(|day| &day.readings).map(|reading| reading.glucose);
    let y = Scale::new(40.0, (highest.fold(250.0, f64::max) / 50.0).ceil() * 50.0);
    let class = if report.days.len() > FEW_DAYS { "days many" } else { "days" };
    html! {
        section id="glucose" {
            (page::heading("Glucose, and what each reading was used for", &explanation))
            ul class="legend roles" {
                @for (_, class, name, meaning) in ROLES {
                    li { i class={ "key dot " (class) } {} b { (name) } ": " (meaning) }
                }
                li { i class="key strip" {} b { "bar below" } ": when there were readings, with gaps in yellow" }
            }
            div class=(class) {
                @for (day, quality) in report.days_with_quality() { (one_day(report, day, quality, y)) }
            }
        }
    }
}

fn one_day(report: &Report, day: &ReportDay, quality: &DayQuality, y: Scale) -> Markup {
    let axes = Axes { x: Scale::new(day.window.start, day.window.end), y };
    let unit = report.unit;
    let y_ticks = [70.0, 180.0, 300.0]
        .into_iter()
        .filter(|glucose| y.contains(*glucose))
        .map(|glucose| (glucose, unit.glucose(glucose)))
        .collect::<Vec<_>>();
    let label =
        format!("Glucose on {} in {}, {} readings", words::day(day.date), unit.name(), day.readings.len());
    let in_range = [(day.window.clone(), IN_RANGE)];
    let plot = Plot {
        label: &label,
        class: "glucose",
        axes,
        x_ticks: &clock_ticks(&report.zone, &day.window),
        y_ticks: &y_ticks,
        shapes: html! {
            path class="range" d=(axes.band(&in_range)) {}
            @if let Some((low, high)) = report.target { (target(axes, day, low, high)) }
            @for (role, class, _, _) in ROLES.iter().rev() { (dots(axes, day, *role, class)) }
        },
        marks: coverage(&report.zone, axes, &quality.gaps),
    };
    html! {
        article class="day" {
            h3 { (words::day(day.date)) }
            p class="facts" {
                span { (quality.coverage.percent()) " % covered" }
                @if let Some(gap) = quality.longest_gap() { span { "longest gap " (words::duration(gap.minutes())) } }
                span { (words::plural(quality.counts.carb_ratio, "meal")) " used" }
            }
            (plot.draw())
        }
    }
}

/// The glucose the profile aims at: a line, or both ends of a range.
fn target(axes: Axes, day: &ReportDay, low: f64, high: f64) -> Markup {
    let across = |glucose| axes.line([(day.window.start, glucose), (day.window.end, glucose)]);
    html! {
        path class="target" d=(across(low)) {}
        @if high > low { path class="target" d=(across(high)) {} }
    }
}

fn dots(axes: Axes, day: &ReportDay, role: Role, class: &str) -> Markup {
    let readings = day.readings.iter().filter(|reading| reading.role == role);
    let path = axes.dots(readings.map(|reading| (reading.at, reading.glucose)));
    html! { @if !path.is_empty() { path class={ "dots " (class) } d=(path) {} } }
}

/// A bar below the whole day, with its gaps in another colour.
fn coverage(zone: &Zone, axes: Axes, gaps: &[Gap]) -> Markup {
    html! {
        svg class="strip" x="0" y="100%" width="100%" height="7" {
            rect class="covered" width="100%" height="100%" {}
            @for gap in gaps {
                @let stretch = gap.milliseconds();
                rect class="gap" x=(axes.left(stretch.start)) y="0" width=(axes.width(&stretch)) height="100%" {
                    title { "no readings from " (local(zone, stretch.start)) " to " (local(zone, stretch.end)) }
                }
            }
        }
    }
}

/// The local time at every fourth hour of a day, whatever its clocks did.
fn clock_ticks(zone: &Zone, window: &Range<f64>) -> Vec<(f64, String)> {
    (0..=6_u8)
        .map(|place| window.start + f64::from(place) * 4.0 * HOUR)
        .take_while(|at| *at <= window.end)
        .map(|at| (at, local(zone, at)))
        .collect()
}

fn local(zone: &Zone, at: f64) -> String {
    zone.minute_of_day(at).map_or_else(|| "?".to_owned(), words::clock)
}
