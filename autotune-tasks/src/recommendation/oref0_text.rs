//! The report of oref0's shell tool. (oref0 `bin/oref0-autotune-recommends-report.sh`)

use std::fmt::Write as _;

use crate::oref0::{BasalEntry, Profile, js};

/// The report, line for line as oref0 writes it.
///
/// Rows are half hours; a pump rate that begins at another time is not shown,
/// and one without a tuned rate is printed as the profile has it.
#[must_use]
pub fn oref0_text(pump: &Profile, tuned: &Profile) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write_report(&mut text, pump, tuned);
    text
}

fn write_report(text: &mut String, pump: &Profile, tuned: &Profile) -> std::fmt::Result {
    let rule = "-".repeat(57);
    writeln!(text, "{:<15}| {:<12}| {:<12}| {:<12}", "Parameter", "Pump", "Autotune", "Days Missing")?;
    writeln!(text, "{rule}")?;
    writeln!(text, "{:<15}| {:<12.3}| {:<12.3}|", "ISF [mg/dL/U]", pump.isf(), tuned.isf())?;
    let (old, new) = (pump.carb_ratio(), tuned.carb_ratio());
    writeln!(text, "{:<15}| {old:<12.3}| {new:<12.3}|", "Carb Ratio[g/U]")?;
    writeln!(text, "{:<15}| {:<12}| {:<12}| {:<12}", "Basals [U/hr]", "-", "", "")?;
    for half_hour in 0..48 {
        let minutes = half_hour * 30;
        let (old, new) = (entry_at(pump, minutes), entry_at(tuned, minutes));
        let pump_rate = match (old, new) {
            (Some(old), Some(_)) => format!("{:.3}", old.rate),
            (Some(old), None) => js::json(old.rate).to_string(),
            (None, _) => String::new(),
        };
        let rate = new.map_or_else(String::new, |new| format!("{:.3}", new.rate));
        let missing = new.map_or_else(String::new, |new| js::json(untuned(new)).to_string());
        let time = format!("{:02}:{:02}", minutes / 60, minutes % 60);
        writeln!(text, "  {time:<13}| {pump_rate:<12}| {rate:<12}| {missing:<12}")?;
    }
    Ok(())
}

/// The entry that begins at a minute.
fn entry_at(profile: &Profile, minutes: u32) -> Option<BasalEntry> {
    profile.basals().find(|entry| (entry.minutes - f64::from(minutes)).abs() < f64::EPSILON)
}

fn untuned(entry: BasalEntry) -> f64 {
    if entry.untuned.is_nan() { 0.0 } else { entry.untuned }
}
