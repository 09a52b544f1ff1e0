//! The log of a run: a `tracing` layer that hands the events of a run to its
//! recorder.

use std::fmt::{self, Write};

use tracing::field::{Field, Visit};
use tracing::{Event as TracingEvent, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use crate::context;
use crate::event::{Event, LogEvent};
use crate::moment::Moment;

/// Records what the code of a run logs with `tracing`, together with the run.
///
/// Events outside of a run, or of a run that is not recorded, pass by.
///
/// ```
/// use tracing_subscriber::prelude::*;
/// # use autotune_runtime::log::RunLayer;
/// let subscriber = tracing_subscriber::registry().with(RunLayer);
/// # drop(subscriber);
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct RunLayer;

impl<S: Subscriber> Layer<S> for RunLayer {
    fn on_event(&self, event: &TracingEvent<'_>, _: Context<'_, S>) {
        record(event);
    }
}

/// Records the event with the run in which it happens.
pub(crate) fn record(event: &TracingEvent<'_>) {
    context::with(|node| {
        let Some(node) = node else { return };
        let Some(scope) = node.scope.as_ref().filter(|scope| scope.is_recorded()) else { return };
        let metadata = event.metadata();
        scope.record(Event::Log(Box::new(LogEvent {
            sequence: node.sequence,
            at: Moment::now(),
            level: *metadata.level(),
            target: metadata.target().to_owned(),
            message: message_of(event),
        })));
    });
}

/// The message of an event, with its fields behind it: `loading days=7`.
#[must_use]
pub fn message_of(event: &TracingEvent<'_>) -> String {
    let mut text = Text::default();
    event.record(&mut text);
    text.message + &text.fields
}

#[derive(Default)]
struct Text {
    message: String,
    fields: String,
}

impl Visit for Text {
    fn record_str(&mut self, field: &Field, value: &str) {
        // Writing into a `String` cannot fail.
        let _ = match field.name() {
            "message" => self.message.write_str(value),
            name => write!(self.fields, " {name}={value}"),
        };
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }
}
