//! `oref0-autotune-prep`. (oref0 `bin/oref0-autotune-prep.js`)

use std::{io::Write, path::PathBuf};

use serde_json::{Map, Value};

use super::{
    Failure, Host,
    arguments::{Arguments, Flag, Spellings},
    edge,
};
use crate::oref0::{Clock, PrepError, PrepInput, PrepOptions, Profile, check_carb_ratios, prep};

const FLAGS: Spellings = &[
    (Flag::UamAsBasal, &["--categorize_uam_as_basal", "-u"]),
    (Flag::TuneInsulinCurve, &["--tune-insulin-curve", "--tuneInsulinCurve", "-i"]),
    (Flag::OutputFile, &["--output-file", "--outputFile", "-o"]),
    (Flag::Now, &["--now"]),
    (Flag::Help, &["--help"]),
];

const USAGE: &str = "\
usage: oref0-autotune-prep <treatments.json> <profile.json> <entries.json> <pumpprofile.json>
       [<carbhistory.json>] [--categorize_uam_as_basal] [--tune-insulin-curve]
       [--output-file=<file>] [--now=<time>]";

pub(super) fn run(host: &Host<'_>, out: &mut dyn Write, err: &mut dyn Write) -> Result<(), Failure> {
    let arguments = Arguments::parse(host.arguments, FLAGS)?;
    if arguments.wants_help {
        return edge::say(USAGE, out);
    }
    let (files, carbs) = match arguments.files.as_slice() {
        [files @ .., carbs] if files.len() == 4 => (files, Some(carbs)),
        files => (files, None),
    };
    let [history, profile, glucose, pump] = files else {
        edge::say("{ \"error\": \"Insufficient arguments\" }", out)?;
        return Err(USAGE.to_owned());
    };
    let (history, profile) = match (edge::read(history), edge::read(profile)) {
        (Ok(history), Ok(profile)) => (history, profile),
        (Err(error), _) | (_, Err(error)) => return edge::say_unreadable(&error, out, err),
    };
    let profile = edge::profile(profile, "profile")?;
    let pump = edge::profile(optional(Some(pump), err)?, "pump profile")?;
    if let Err(error) = check_carb_ratios(&profile, &pump) {
        return refuse_carb_ratios(&error, &profile, &pump, out, err);
    }
    // Quirk: entries that cannot be read give no answer, and no failure either.
    let glucose = match edge::read(glucose) {
        Ok(glucose) => glucose,
        Err(error) => return edge::say(&format!("warning: could not parse {error}"), err),
    };
    let Value::Array(entries) = glucose else {
        return Err("the entries are not a list; write a JSON array".to_owned());
    };
    let carbs = carb_records(optional(carbs, err)?)?;
    let prepared = prep(&PrepInput {
        profile: &profile,
        pump: &pump,
        entries: &entries,
        treatments: &history_records(history),
        carbs: &carbs,
        clock: Clock { zone: host.zone, now: arguments.now.unwrap_or(host.now) },
        options: PrepOptions {
            uam_as_basal: arguments.uam_as_basal,
            tune_insulin_curve: arguments.tune_insulin_curve,
        },
    })
    .map_err(|error| error.to_string())?;
    let text = serde_json::to_string(&prepared).map_err(|error| error.to_string())?;
    edge::answer(&text, arguments.output_file.as_deref(), out)
}

/// A file that may be missing or broken, which counts as an empty object.
fn optional(path: Option<&PathBuf>, err: &mut dyn Write) -> Result<Value, Failure> {
    let nothing = Value::Object(Map::new());
    match path.map(|path| edge::read(path)) {
        None => Ok(nothing),
        Some(Ok(content)) => Ok(content),
        Some(Err(error)) => {
            edge::say(&format!("warning: could not parse {error}"), err)?;
            Ok(nothing)
        }
    }
}

/// The reference answers with a meal of no carbs and a reason.
fn refuse_carb_ratios(
    error: &PrepError,
    profile: &Profile,
    pump: &Profile,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<(), Failure> {
    let given = |profile: &Profile| crate::oref0::js::text(profile.field("carb_ratio"));
    let reason = format!("carb_ratios {} and {} out of bounds", given(profile), given(pump));
    edge::say(&format!("{{ \"carbs\": 0, \"mealCOB\": 0, \"reason\": \"{reason}\" }}"), out)?;
    edge::say(&error.to_string(), err)
}

/// Quirk: an object is taken for the list of its values, so that an error
/// answer is a day without treatments.
fn history_records(history: Value) -> Vec<Value> {
    match history {
        Value::Array(records) => records,
        Value::Object(fields) => fields.into_iter().map(|(_, value)| value).collect(),
        _ => Vec::new(),
    }
}

fn carb_records(carbs: Value) -> Result<Vec<Value>, Failure> {
    let null = "the carb history has null in it; write a list of records";
    match carbs {
        Value::Null => Err(null.to_owned()),
        Value::Array(records) if records.iter().any(Value::is_null) => Err(null.to_owned()),
        Value::Array(records) => Ok(records),
        _ => Ok(Vec::new()),
    }
}
