//! From the spans and events of runs to what is shown of them.

use std::fmt::{self, Write};
use std::sync::Arc;

use autotune_runtime::moment::Moment;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use super::levels::RUNS;
use super::{Line, Seen, View};
use crate::definition::Kind;

/// Hands runs and what they log to a view.
pub(super) struct ConsoleLayer(pub(super) Arc<View>);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for ConsoleLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let (metadata, Some(span)) = (attributes.metadata(), context.span(id)) else { return };
        if metadata.target() != RUNS {
            return;
        }
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let kind = if metadata.name() == Kind::Flow.as_str() { Kind::Flow } else { Kind::Task };
        let parent = span.parent().and_then(|parent| run_of(&parent)).map(|(parent, _)| parent);
        let seen = Seen { name: fields.run_name, kind, started: Moment::now(), parent };
        self.0.opened(id.into_u64(), &seen);
        span.extensions_mut().insert(seen);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        if let Some(state) = fields.run_state {
            self.0.moved(id.into_u64(), &state);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let run = context.event_span(event).and_then(|span| run_of(&span)).map(|(_, seen)| seen);
        let metadata = event.metadata();
        let state = fields.state.filter(|_| metadata.target() == RUNS);
        let at = Moment::now();
        let has_ended = fields.message.starts_with("Finished") && state.is_some();
        self.0.show(&Line {
            at,
            level: *metadata.level(),
            target: metadata.target().to_owned(),
            is_root: run.as_ref().is_some_and(|run| run.parent.is_none()),
            took: run.as_ref().filter(|_| has_ended).map(|run| at.since(run.started)),
            run: run.map(|run| run.name),
            message: fields.message + &fields.others,
            state,
        });
    }

    fn on_close(&self, id: Id, _: Context<'_, S>) {
        self.0.closed(id.into_u64());
    }
}

/// The run whose span this is, or in whose span it lies.
fn run_of<'a, S: Subscriber + LookupSpan<'a>>(span: &SpanRef<'a, S>) -> Option<(u64, Seen)> {
    span.scope().find_map(|span| {
        let seen = span.extensions().get::<Seen>().cloned();
        seen.map(|seen| (span.id().into_u64(), seen))
    })
}

#[derive(Default)]
struct Fields {
    message: String,
    others: String,
    run_name: String,
    run_state: Option<String>,
    state: Option<String>,
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => value.clone_into(&mut self.message),
            "run.name" => value.clone_into(&mut self.run_name),
            "run.state" => self.run_state = Some(value.to_owned()),
            "state" => self.state = Some(value.to_owned()),
            name => self.other(name, format_args!("{value}")),
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        match field.name() {
            "message" => self.message = format!("{value:?}"),
            name => self.other(name, format_args!("{value:?}")),
        }
    }
}

impl Fields {
    fn other(&mut self, name: &str, value: fmt::Arguments<'_>) {
        // Writing into a `String` cannot fail.
        let _ = write!(self.others, " {name}={value}");
    }
}
