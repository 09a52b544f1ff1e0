//! `oref0-autotune-core`. (oref0 `bin/oref0-autotune-core.js`)

use std::io::Write;

use serde::Serialize as _;
use serde_json::{Serializer, ser::PrettyFormatter};

use super::{
    Failure, Host,
    arguments::{Arguments, Flag, Spellings},
    edge,
};
use crate::oref0::{Prep, Profile, TuneError, core};

const FLAGS: Spellings =
    &[(Flag::OutputFile, &["--output-file", "--outputFile", "-o"]), (Flag::Help, &["--help"])];

const USAGE: &str = "\
usage: oref0-autotune-core <prepared.json> <profile.json> <pumpprofile.json>
       [--output-file=<file>]";

pub(super) fn run(host: &Host<'_>, out: &mut dyn Write, err: &mut dyn Write) -> Result<(), Failure> {
    let arguments = Arguments::parse(host.arguments, FLAGS)?;
    if arguments.wants_help {
        return edge::say(USAGE, out);
    }
    let [prepared, profile, pump, ..] = arguments.files.as_slice() else {
        let count = arguments.files.len();
        return Err(format!("{count} files were given, 3 are needed\n{USAGE}"));
    };
    let (prepared, profile, pump) = match edge::read_all([prepared, profile, pump]) {
        Ok([prepared, profile, pump]) => (prepared, profile, pump),
        Err(error) => return edge::say_unreadable(&error, out, err),
    };
    let mut profile = edge::profile(profile, "profile")?;
    let pump = edge::profile(pump, "pump profile")?;
    profile.take_insulin_curve(&pump);
    let prepared: Prep = serde_json::from_value(prepared)
        .map_err(|error| format!("the prepared data is not from `oref0-autotune-prep`: {error}"))?;
    let file = arguments.output_file.as_deref();
    match core(&prepared, &profile, &pump, host.zone) {
        Ok(tuned) => edge::answer(&pretty(&tuned.profile)?, file, out),
        // The reference prints the lack of an answer, and succeeds.
        Err(error @ TuneError::ZeroBasal { .. }) if file.is_none() => {
            edge::say("undefined", out)?;
            edge::say(&error.to_string(), err)
        }
        Err(error) => Err(error.to_string()),
    }
}

/// JSON with the reference's three spaces of indentation.
fn pretty(profile: &Profile) -> Result<String, Failure> {
    let mut text = Vec::new();
    let formatter = PrettyFormatter::with_indent(b"   ");
    profile
        .serialize(&mut Serializer::with_formatter(&mut text, formatter))
        .map_err(|error| error.to_string())?;
    String::from_utf8(text).map_err(|error| error.to_string())
}
