//! OpenTelemetry: every run is a span, by the layer that the program installs.
//!
//! ```text
//! cargo run -p autotune --example telemetry
//! ```
//!
//! The spans have OpenTelemetry's names for what is theirs (`otel.name`, `otel.status_code`) and the
//! run's own for the rest (`run.id`, `run.state`, `flow_run.id`). Exported here to the terminal; with
//! the crate `opentelemetry-otlp` they go to a collector, and nothing else changes.

use autotune::prelude::*;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::prelude::*;

/// Load some days of data; the second attempt succeeds.
#[task(retries = 1, task_run_name = "load {days} days")]
async fn load(days: u32) -> Result<u32, String> {
    let is_first = autotune::run().is_some_and(|run| run.run_count() == 1);
    if is_first { Err("the connection was lost".to_owned()) } else { Ok(days * 288) }
}

/// Count the readings of some days.
#[flow]
async fn count_readings(days: u32) -> Result<u32, String> {
    load(days).await
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let provider = SdkTracerProvider::builder()
        .with_resource(Resource::builder().with_service_name("readings").build())
        .with_simple_exporter(opentelemetry_stdout::SpanExporter::default())
        .build();
    let traces = tracing_opentelemetry::layer().with_tracer(provider.tracer("autotune"));
    tracing_subscriber::registry().with(traces.with_filter(LevelFilter::INFO)).init();

    let readings = count_readings(3).named("nightly count").await.map_err(anyhow::Error::msg)?;
    info!(readings, "counted");
    provider.shutdown()?;
    Ok(())
}
