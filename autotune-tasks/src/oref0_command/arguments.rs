//! The arguments, as the reference reads them.

use std::{ffi::OsString, path::PathBuf};

use crate::oref0::Zone;

/// A flag of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flag {
    UamAsBasal,
    TuneInsulinCurve,
    OutputFile,
    Now,
    Help,
}

/// How each flag is spelled; the first spelling is shown in messages.
pub(super) type Spellings = &'static [(Flag, &'static [&'static str])];

/// Arguments, sorted out.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    pub(super) files: Vec<PathBuf>,
    pub(super) uam_as_basal: bool,
    pub(super) tune_insulin_curve: bool,
    pub(super) output_file: Option<PathBuf>,
    /// The time to take for now, milliseconds.
    pub(super) now: Option<f64>,
    pub(super) wants_help: bool,
}

impl Arguments {
    pub(super) fn parse(arguments: &[OsString], flags: Spellings) -> Result<Self, String> {
        let mut parsed = Self::default();
        let mut rest = arguments.iter().peekable();
        let mut only_files = false;
        while let Some(argument) = rest.next() {
            let text = argument.to_str().filter(|text| text.len() > 1 && text.starts_with('-'));
            let Some(text) = text.filter(|_| !only_files) else {
                parsed.files.push(argument.into());
                continue;
            };
            if text == "--" {
                only_files = true;
                continue;
            }
            let (name, value) = match text.split_once('=') {
                Some((name, value)) => (name, Some(OsString::from(value))),
                None => (text, None),
            };
            let (name, is_negated) = match name.strip_prefix("--no-") {
                Some(rest) => (format!("--{rest}"), true),
                None => (name.to_owned(), false),
            };
            let (flag, _) = flags
                .iter()
                .find(|(_, spellings)| spellings.contains(&name.as_str()))
                .ok_or_else(|| unknown(text, flags))?;
            let is_switch = matches!(flag, Flag::UamAsBasal | Flag::TuneInsulinCurve | Flag::Help);
            let is_answer = |next: &OsString| next == "true" || next == "false";
            let value = match value {
                Some(value) => Some(value),
                None if is_switch => rest.next_if(|next| is_answer(next)).cloned(),
                None => rest.next().cloned(),
            };
            parsed.set(*flag, value, is_negated)?;
        }
        Ok(parsed)
    }

    fn set(&mut self, flag: Flag, value: Option<OsString>, is_negated: bool) -> Result<(), String> {
        let is_on = value.as_ref().is_none_or(|value| value != "false") != is_negated;
        match flag {
            Flag::UamAsBasal => self.uam_as_basal = is_on,
            Flag::TuneInsulinCurve => self.tune_insulin_curve = is_on,
            Flag::Help => self.wants_help = is_on,
            Flag::OutputFile => {
                let path = value.filter(|path| !path.is_empty());
                self.output_file = path.map(PathBuf::from);
            }
            Flag::Now => {
                let text = value.as_ref().and_then(|value| value.to_str()).unwrap_or("");
                let now = Zone::UTC.moment_of_text(text);
                if now.is_nan() {
                    return Err(format!("`--now` is `{text}`; write a time such as 2024-05-15T19:00:00Z"));
                }
                self.now = Some(now);
            }
        }
        Ok(())
    }
}

fn unknown(argument: &str, flags: Spellings) -> String {
    let known: Vec<&str> = flags.iter().filter_map(|(_, spellings)| spellings.first().copied()).collect();
    format!("unknown argument `{argument}`; this command knows {}", known.join(", "))
}
