//! The recommendation as a table for a person to read.

use std::fmt;

use super::{BasalChange, Change, Recommendation};
use crate::oref0::Bound;

/// Writes the table.
pub(super) fn write(recommendation: &Recommendation, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Recommendation { isf, carb_ratio, csf, basals, .. } = recommendation;
    writeln!(f, "Recommendation from {}", period(recommendation))?;
    writeln!(f)?;
    heading(f, "", "unit")?;
    row(f, "sensitivity", "mg/dL per U", isf, &note(isf, "reading", 0))?;
    row(f, "carb ratio", "g per U", carb_ratio, &note(carb_ratio, "meal", 0))?;
    row(f, "carb sensitivity", "mg/dL per g", csf, &note(csf, "reading", 0))?;
    writeln!(f)?;
    heading(f, "basal rate", "unit")?;
    for BasalChange { hour, change, days_missing } in basals {
        let note = note(change, "reading", *days_missing);
        row(f, &format!("{hour:02}:00"), "U per h", change, &note)?;
    }
    let sum = |of: fn(&Change) -> f64| basals.iter().map(|basal| of(&basal.change)).sum::<f64>();
    let (old, new) = (sum(|change| change.old), sum(|change| change.new));
    let percent = (new - old) / old * 100.0;
    let total = Change { old, new, percent, limit: None, limited_days: 0, points: 0 };
    row(f, "all day", "U per day", &total, "")?;
    writeln!(f)?;
    write!(f, "This is not medical advice: review it with a clinician before you change anything.")
}

fn heading(f: &mut fmt::Formatter<'_>, name: &str, unit: &str) -> fmt::Result {
    let (now, tuned, change) = ("now", "tuned", "change");
    writeln!(f, "{name:<17} {unit:<12} {now:>8} {tuned:>8} {change:>9}  based on")
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, unit: &str, change: &Change, note: &str) -> fmt::Result {
    let Change { old, new, percent, .. } = change;
    let line = format!("{name:<17} {unit:<12} {old:>8.3} {new:>8.3} {percent:>+7.1} %  {note}");
    writeln!(f, "{}", line.trim_end())
}

/// How much data there was, and which bound was met.
fn note(change: &Change, point: &str, days_missing: usize) -> String {
    let mut notes = vec![plural(change.points, point)];
    if days_missing > 0 {
        notes.push(format!("untouched on {}", plural(days_missing, "day")));
    }
    if let Some(limit) = change.limit {
        let bound = match limit.bound {
            Bound::Lower => "lowest",
            Bound::Upper => "highest",
        };
        notes.push(format!("at the {bound} allowed, {:.3}", limit.value));
    } else if change.limited_days > 0 {
        notes.push(format!("held back on {}", plural(change.limited_days, "day")));
    }
    notes.join(", ")
}

fn period(recommendation: &Recommendation) -> String {
    let days = &recommendation.days;
    match (days.first(), days.last()) {
        (Some(first), Some(last)) if first != last => {
            format!("{}, {first} to {last}", plural(days.len(), "day"))
        }
        (Some(day), _) => format!("1 day, {day}"),
        (None, _) => "no days".to_owned(),
    }
}

fn plural(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}
