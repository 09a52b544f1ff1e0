//! What a `tracing` subscriber sees of runs.

use std::fmt::Write;
use std::sync::{Arc, Mutex};

use autotune::prelude::*;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::prelude::*;
use tracing_subscriber::registry::LookupSpan;

use crate::harness;

/// Keeps everything that a subscriber is told, as lines of text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Captured(Arc<Mutex<String>>);

impl Captured {
    pub(crate) fn text(&self) -> String {
        self.0.lock().expect("no test panics while it holds the lock").clone()
    }

    fn line(&self, line: &str) {
        let mut text = self.0.lock().expect("no test panics while it holds the lock");
        text.push_str(line);
        text.push('\n');
    }
}

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        write!(self.0, " {field}={value:?}").expect("a string takes everything");
    }
}

impl<S: tracing::Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Captured {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields(String::new());
        attributes.record(&mut fields);
        let parent = context.span(id).and_then(|span| span.parent().map(|parent| parent.name()));
        self.line(&format!("span {} in {parent:?}{}", attributes.metadata().name(), fields.0));
    }

    fn on_record(&self, _: &Id, values: &tracing::span::Record<'_>, _: Context<'_, S>) {
        let mut fields = Fields(String::new());
        values.record(&mut fields);
        self.line(&format!("record{}", fields.0));
    }

    fn on_event(&self, event: &tracing::Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields(String::new());
        event.record(&mut fields);
        let span = context.event_span(event).map(|span| span.name());
        self.line(&format!("{} in {span:?}{}", event.metadata().level(), fields.0));
    }
}

#[task(retries = 1)]
async fn speaks(days: u32) -> Result<(), String> {
    info!(days, "loading");
    if days == 0 { Err("no days".to_owned()) } else { Ok(()) }
}

#[flow(name = "talk")]
async fn talks() -> Result<(), String> {
    speaks(7).await?;
    speaks(0).named("nothing to load").submit().await
}

#[tokio::test]
async fn a_subscriber_sees_runs_as_spans_and_their_states_as_events() {
    let captured = Captured::default();
    let _guard = harness::listen(tracing_subscriber::registry().with(captured.clone()));
    talks().await.expect_err("the second task fails");
    let text = captured.text();
    for expected in [
        "span flow in None otel.name=\"talk-",
        "span task in Some(\"flow\")",
        "run.name=\"nothing to load\"",
        "INFO in Some(\"task\") message=loading days=7",
        "INFO in Some(\"task\") message=Finished in state Completed state=\"Completed\"",
        "WARN in Some(\"task\") message=Attempt failed: no days. Retry 1/1 starts now state=\"AwaitingRetry\"",
        "ERROR in Some(\"task\") message=Finished in state Failed: no days state=\"Failed\"",
        "ERROR in Some(\"flow\") message=Finished in state Failed: no days state=\"Failed\"",
        "record otel.status_code=\"ERROR\"",
    ] {
        assert!(text.contains(expected), "`{expected}` is missing in\n{text}");
    }
}

#[tokio::test]
async fn what_the_code_of_a_run_logs_is_recorded_with_the_run() {
    harness::record();
    let _guard = harness::listen(tracing_subscriber::registry().with(autotune::log::RunLayer));
    talks().named("logged").await.expect_err("the second task fails");
    tracing::info!("outside of any run");
    let logs = harness::history("logged").await.logs;
    assert!(logs.contains(&"INFO loading days=7".to_owned()), "{logs:?}");
    assert!(!logs.iter().any(|line| line.contains("outside")));
}
