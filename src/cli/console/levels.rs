//! What is shown of a run: levels as `AUTOTUNE_LOG` and `-v` choose them.

use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::{Context, Filter};

use crate::cli::exit::Failure;

/// The variable that says what is shown.
pub(super) const VARIABLE: &str = "AUTOTUNE_LOG";

/// What the engine says of runs.
pub(super) const RUNS: &str = "autotune::run";

/// Libraries whose details are of no help to anybody but their authors.
const CHATTY: [&str; 8] = ["h2", "hyper", "hyper_util", "mio", "reqwest", "rustls", "tokio", "tungstenite"];

/// How often `-v` and `-q` are given.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Verbosity {
    pub(crate) more: u8,
    pub(crate) less: u8,
}

/// The filter of levels. Those on the command line win.
pub(super) fn chosen(verbosity: Verbosity, variable: Option<&str>) -> Result<Levels, Failure> {
    let directives = directives(verbosity, variable);
    let filter = EnvFilter::builder().parse(&directives).map_err(|error| {
        Failure::misused(format!(
            "{VARIABLE}=\"{directives}\" is not understood: {error}; write `debug` or `my_crate=debug,info`"
        ))
    })?;
    Ok(Levels(filter))
}

fn directives(verbosity: Verbosity, variable: Option<&str>) -> String {
    let level = match i16::from(verbosity.more) - i16::from(verbosity.less) {
        0 => return variable.unwrap_or("info").to_owned(),
        1 => "debug",
        2.. => "trace",
        -1 => "warn",
        ..=-2 => "error",
    };
    let quiet = if verbosity.more > 0 { "info" } else { level };
    let chatty: Vec<_> = CHATTY.iter().map(|library| format!("{library}={quiet}")).collect();
    format!("{level},{}", chatty.join(","))
}

/// An `EnvFilter` that lets the spans of runs through: whatever the level of an
/// event, it belongs to a run with a name.
pub(super) struct Levels(EnvFilter);

impl Levels {
    /// Whether more than warnings are shown.
    pub(super) fn shows_info(&self) -> bool {
        self.0.max_level_hint().is_none_or(|hint| hint >= LevelFilter::INFO)
    }

    fn is_run(metadata: &Metadata<'_>) -> bool {
        !metadata.is_event() && metadata.target() == RUNS
    }
}

impl<S: Subscriber> Filter<S> for Levels {
    fn enabled(&self, metadata: &Metadata<'_>, context: &Context<'_, S>) -> bool {
        Self::is_run(metadata) || Filter::enabled(&self.0, metadata, context)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if Self::is_run(metadata) {
            Interest::always()
        } else {
            Filter::<S>::callsite_enabled(&self.0, metadata)
        }
    }

    fn event_enabled(&self, event: &Event<'_>, context: &Context<'_, S>) -> bool {
        Filter::event_enabled(&self.0, event, context)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Filter::<S>::max_level_hint(&self.0).map(|hint| hint.max(LevelFilter::INFO))
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        Filter::on_new_span(&self.0, attributes, id, context);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        Filter::on_record(&self.0, id, values, context);
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        Filter::on_enter(&self.0, id, context);
    }

    fn on_exit(&self, id: &Id, context: Context<'_, S>) {
        Filter::on_exit(&self.0, id, context);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        Filter::on_close(&self.0, id, context);
    }
}

#[cfg(test)]
mod tests {
    use super::{Verbosity, chosen, directives};

    #[test]
    fn the_command_line_wins_over_the_variable() {
        let said = |more, less, variable| directives(Verbosity { more, less }, variable);
        assert_eq!(said(0, 0, None), "info");
        assert_eq!(said(0, 0, Some("app=trace")), "app=trace");
        assert!(said(1, 0, Some("warn")).starts_with("debug,h2=info"));
        assert!(said(0, 1, Some("debug")).starts_with("warn,h2=warn"));
        assert!(said(5, 0, None).starts_with("trace,"));
        assert!(said(0, 5, None).starts_with("error,"));
    }

    #[test]
    fn a_level_that_is_none_is_an_error() {
        let none = Verbosity { more: 0, less: 0 };
        assert!(chosen(none, Some("app=loud")).is_err());
        assert!(chosen(none, Some("app=debug,warn")).is_ok());
    }
}
