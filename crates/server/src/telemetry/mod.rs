//! What the process tells of itself: the log on standard error, and traces to a collector.

mod json;
mod log;
mod otlp;

use opentelemetry_otlp::ExporterBuildError;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};
use tracing_subscriber::{Layer, Registry};

use self::otlp::Otlp;
use crate::config::Settings;

pub use otlp::continue_trace;

/// Why the process cannot tell of itself.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// `log.level` is no filter directive.
    #[error("log.level is not a filter directive")]
    Level(#[from] ParseError),
    /// Traces cannot be sent.
    #[error("traces cannot be sent")]
    Otlp(#[from] ExporterBuildError),
    /// The process already logs elsewhere.
    #[error("logging is set up already")]
    Init(#[from] TryInitError),
}

/// One of several who listen.
type Listener = Box<dyn Layer<Registry> + Send + Sync>;

/// Sends what is left when it is dropped, so it lives as long as the process does its work.
#[must_use]
#[derive(Debug)]
pub struct Telemetry {
    _otlp: Option<Otlp>,
}

/// Sends the log to standard error, and traces where the settings say.
///
/// # Errors
/// Settings that cannot be used, and a second call in the same process.
pub fn init(settings: &Settings) -> Result<Telemetry, TelemetryError> {
    let otlp = Otlp::start(&settings.otlp)?;
    let mut listeners = vec![log::to_standard_error(&settings.log)?];
    listeners.extend(otlp.as_ref().map(Otlp::listener));
    tracing_subscriber::registry().with(listeners).try_init()?;
    Ok(Telemetry { _otlp: otlp })
}
