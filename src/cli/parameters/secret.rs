//! Secrets: from the environment, or from somebody who types them unseen. No
//! message here shows a value.

use serde_json::Value;

use super::{Kind, Parameter};
use crate::cli::exit::Failure;
use crate::cli::process::Process;

/// The answer to a secret on the command line.
pub(super) fn not_as_an_option(parameter: &Parameter) -> String {
    format!(
        "`--{}` is secret, and the command line can be seen by others: set the variable {} instead, or leave it out \
         to be asked",
        parameter.long(),
        parameter.variable(),
    )
}

/// The value of a secret; `None` if the flow can do without.
pub(super) fn read(parameter: &Parameter, process: &Process) -> Result<Option<Value>, Failure> {
    let (name, variable) = (&parameter.name, parameter.variable());
    if let Some(text) = process.read_variable(&variable) {
        let value = parse(&parameter.kind, &text);
        let wrong = || Failure::misused(format!("the value in {variable} is not valid for `{name}`"));
        return value.map(Some).ok_or_else(wrong);
    }
    if !parameter.required {
        return Ok(None);
    }
    match process.ask(&format!("{name} (secret): ")) {
        Some(Ok(text)) if !text.is_empty() => {
            let wrong = || Failure::misused(format!("that is not a valid `{name}`"));
            parse(&parameter.kind, &text).map(Some).ok_or_else(wrong)
        }
        Some(Err(error)) => {
            Err(Failure::misused(format!("`{name}` cannot be read from the terminal: {error}")))
        }
        Some(Ok(_)) | None => {
            Err(Failure::misused(format!("the secret `{name}` is missing: set the variable {variable}")))
        }
    }
}

fn parse(kind: &Kind, text: &str) -> Option<Value> {
    match kind {
        // There is no option to repeat.
        Kind::List(_) => serde_json::from_str(text).ok(),
        kind => kind.parse(text).ok(),
    }
}
