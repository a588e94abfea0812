//! Traces to a collector, by OTLP over HTTP in JSON.
//!
//! Requests hand their spans to a queue; a thread of its own sends them in batches, so that a collector that is slow or away costs spans and
//! nothing else.

mod client;
mod complaints;
mod exporter;
mod parent;
mod semantics;

use std::time::Duration;

use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{ExporterBuildError, Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use url::Url;

use self::client::Client;
use self::exporter::Exporter;
use super::Listener;
use crate::config::OtlpSettings;
use crate::sources::SystemClock;

pub use parent::continue_trace;

/// How long the last spans may take at the end of the process.
const GRACE: Duration = Duration::from_secs(5);

/// Sends traces until it is dropped, and then what is left.
#[derive(Debug)]
pub struct Otlp(SdkTracerProvider);

impl Otlp {
    /// Begins to send to the collector of these settings, when they name one.
    ///
    /// # Errors
    /// When variables of the environment that the exporter reads (`OTEL_EXPORTER_OTLP_…`) contradict the settings.
    pub fn start(settings: &OtlpSettings) -> Result<Option<Self>, ExporterBuildError> {
        let Some(endpoint) = &settings.endpoint else {
            return Ok(None);
        };
        let sender = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpJson)
            .with_endpoint(address(endpoint))
            .with_http_client(Client::new(endpoint, &settings.headers))
            .build()?;
        let provider = SdkTracerProvider::builder()
            .with_resource(resource(settings))
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(
                settings.sampling,
            ))))
            .with_batch_exporter(Exporter::new(sender, SystemClock::start()))
            .build();
        Ok(Some(Self(provider)))
    }

    /// Takes over the spans of requests.
    pub fn listener(&self) -> Listener {
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("tenantry"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_filter(filter_fn(|about| {
                about.is_span() && about.target().starts_with("tenantry_http")
            }))
            .boxed()
    }
}

impl Drop for Otlp {
    fn drop(&mut self) {
        if let Err(cause) = self.0.shutdown_with_timeout(GRACE) {
            tracing::warn!(%cause, "the last traces are lost, the collector does not take them in time");
        }
    }
}

/// The collector's address for traces.
fn address(endpoint: &Url) -> String {
    format!("{}/v1/traces", endpoint.as_str().trim_end_matches('/'))
}

fn resource(settings: &OtlpSettings) -> Resource {
    Resource::builder_empty()
        .with_service_name(settings.service_name.clone())
        .with_attribute(opentelemetry::KeyValue::new(
            "service.version",
            env!("CARGO_PKG_VERSION"),
        ))
        .build()
}
