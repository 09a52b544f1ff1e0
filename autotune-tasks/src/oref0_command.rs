//! The reference's own commands, with its arguments and its answers.
//!
//! `oref0-autotune-prep` and `oref0-autotune-core` for scripts that already call
//! them. Where the reference answers, the answer is the same, wrong input
//! included; where it crashes, one sentence goes to the error stream and the
//! command fails. The refusals of [`crate::refusal`] do not apply here.

mod arguments;
mod core;
mod edge;
mod prep;

use std::{ffi::OsString, io::Write, process::ExitCode};

use crate::oref0::Zone;

/// What a command needs from the process it runs in.
#[derive(Debug)]
pub struct Host<'a> {
    /// The arguments after the command's name.
    pub arguments: &'a [OsString],
    /// The zone local times are in: the process's `TZ`.
    pub zone: &'a Zone,
    /// The time now, milliseconds.
    pub now: f64,
}

/// `oref0-autotune-prep`: sorts a day's readings.
///
/// Arguments: treatments, profile, entries and pump profile, then a carb history
/// if there is one. Flags: `--categorize_uam_as_basal`, `--tune-insulin-curve`,
/// `--output-file=<path>`, `--now=<time>`.
pub fn prep(host: &Host<'_>, out: &mut dyn Write, err: &mut dyn Write) -> ExitCode {
    report(prep::run(host, out, err), err)
}

/// `oref0-autotune-core`: tunes a profile.
///
/// Arguments: prepared data, profile and pump profile. Flag:
/// `--output-file=<path>`.
pub fn core(host: &Host<'_>, out: &mut dyn Write, err: &mut dyn Write) -> ExitCode {
    report(core::run(host, out, err), err)
}

/// Why a command fails, as one sentence.
type Failure = String;

fn report(result: Result<(), Failure>, err: &mut dyn Write) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nowhere is left to report that reporting failed.
            let _ = writeln!(err, "{failure}");
            ExitCode::FAILURE
        }
    }
}
