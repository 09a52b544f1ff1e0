//! The diff as a table for a person to read.

use std::fmt;

use super::{Diff, Segment};
use crate::{oref0::Bound, profile_store::Units};

/// Writes the table.
pub(super) fn write(diff: &Diff, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Diff { name, baseline, replaces, activates, days, until, units, .. } = diff;
    let does = if *replaces { "Replaces the tuned entry" } else { "Adds the entry" };
    let until = until.map(|date| format!(", the last of them {date}")).unwrap_or_default();
    writeln!(f, "{does} \"{name}\", tuned from your own \"{baseline}\" with {days} days of data{until}.")?;
    if *activates {
        writeln!(f, "It becomes the default profile. \"{baseline}\" stays as it is.")?;
    } else {
        writeln!(f, "Your default profile and \"{baseline}\" stay as they are.")?;
    }
    let (decimals, per_unit) = match units {
        Units::MgDl => (0, "mg/dL per U"),
        Units::Mmol => (1, "mmol/L per U"),
    };
    part(f, "basal rate", "U per h", &diff.basal, 3)?;
    row(f, "all day", "U per day", &diff.daily_basal, 2)?;
    part(f, "sensitivity", per_unit, &diff.sensitivity, decimals)?;
    part(f, "carb ratio", "g per U", &diff.carb_ratio, 1)?;
    part(f, "insulin action", "hours", diff.dia.as_slice(), 1)
}

fn part(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    unit: &str,
    segments: &[Segment],
    decimals: usize,
) -> fmt::Result {
    if segments.is_empty() {
        return Ok(());
    }
    let (yours, tuned, change) = ("yours", "tuned", "change");
    writeln!(f)?;
    writeln!(f, "{name:<17} {unit:<12} {yours:>8} {tuned:>8} {change:>9}")?;
    segments.iter().try_for_each(|segment| row(f, &segment.time, "", segment, decimals))
}

fn row(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    unit: &str,
    segment: &Segment,
    decimals: usize,
) -> fmt::Result {
    let Segment { old, new, percent, .. } = segment;
    let note = note(segment);
    let line =
        format!("{name:<17} {unit:<12} {old:>8.decimals$} {new:>8.decimals$} {percent:>+7.1} %  {note}");
    writeln!(f, "{}", line.trim_end())
}

/// Which bound was met.
fn note(segment: &Segment) -> String {
    match (segment.limit, segment.limited_days) {
        (Some(Bound::Lower), _) => "at the lowest allowed".to_owned(),
        (Some(Bound::Upper), _) => "at the highest allowed".to_owned(),
        (None, 0) => String::new(),
        (None, 1) => "held back on 1 day".to_owned(),
        (None, days) => format!("held back on {days} days"),
    }
}
