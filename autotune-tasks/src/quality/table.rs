//! The data's quality as a table for a person to read.

use std::fmt;

use super::{Counts, Quality};

/// Writes the table.
pub(super) fn write(quality: &Quality, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (day, coverage, gap) = ("data", "coverage", "longest gap");
    write!(f, "{day:<12} {coverage:>8} {gap:>12}")?;
    let (basal, isf, carbs, meals, unannounced) = ("basal", "ISF", "carbs", "meals", "unannounced");
    writeln!(f, " {basal:>7} {isf:>5} {carbs:>6} {meals:>6} {unannounced:>12}")?;
    for day in &quality.days {
        let gap = day.longest_gap().map_or_else(|| "none".to_owned(), |gap| format!("{} min", gap.minutes()));
        write!(f, "{:<12} {:>6} % {gap:>12}", day.date.to_string(), day.coverage.percent())?;
        counts(f, &day.counts)?;
    }
    write!(f, "{:<12} {:>8} {:>12}", "all days", "", "")?;
    counts(f, &quality.total)?;
    for day in &quality.left_out {
        writeln!(f, "{} was left out: {}", day.date, day.reason)?;
    }
    let entries = &quality.total.entries;
    write!(
        f,
        "entries {}, readings {}, doubled {}, below 39 mg/dL {}, calibrations {}, finger sticks {}",
        entries.all,
        entries.readings,
        entries.duplicates,
        entries.below_39,
        entries.calibrations,
        entries.finger_sticks,
    )
}

fn counts(f: &mut fmt::Formatter<'_>, counts: &Counts) -> fmt::Result {
    let Counts { basal, isf, csf, carb_ratio, unannounced_meals, .. } = counts;
    writeln!(f, " {basal:>7} {isf:>5} {csf:>6} {carb_ratio:>6} {unannounced_meals:>12}")
}
