//! What operators watch, shown by `GET /metrics` in the OpenMetrics text format. `docs/operating.md` names every metric.
//!
//! No label holds what callers choose: the values of each come from a short list, so that nobody can fill the memory with them.

mod charges;
mod lanes;
mod ledger;
mod license;
mod mails;
mod raised;
mod requests;
mod scrapers;
mod store;

use std::fmt;
use std::sync::Arc;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use tenantry_application::Tenantry;
use tenantry_domain::Timestamp;

pub(crate) use charges::Charges;
pub(crate) use lanes::{LaneMetrics, LanesMetrics};
pub(crate) use ledger::LedgerMetrics;
pub(crate) use raised::Raised;
pub(crate) use requests::{Requests, Target};
pub use scrapers::Scrapers;
pub use store::{PoolUse, StoreUse};

/// The media type of what is shown.
pub(crate) const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds of the histograms' buckets, in seconds: from a read that needs no disk to a caller who has given up.
const SECONDS: [f64; 13] = [
    0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// Everything that is counted.
pub(crate) struct Metrics {
    registry: Registry,
    /// Requests and their answers.
    pub requests: Requests,
    /// Charges, admitted and refused.
    pub charges: Charges,
    /// Where requests wait for their turn.
    pub lanes: LanesMetrics,
    /// How requests about the ledger are decided together.
    pub ledger: LedgerMetrics,
}

impl Metrics {
    /// Nothing counted yet, in a process that started then; the store and the use cases are asked whenever somebody looks.
    pub fn new(
        started: Timestamp,
        store: Arc<dyn Fn() -> StoreUse + Send + Sync>,
        tenantry: Tenantry,
    ) -> Self {
        let mut registry = Registry::with_prefix("tenantry");
        registry.register(
            "build",
            "The version that runs",
            Info::new([("version", env!("CARGO_PKG_VERSION"))]),
        );
        let seconds = started.as_micros().div_euclid(1_000_000);
        registry.register(
            "process_start_time_seconds",
            "When the process started, in seconds since 1970",
            ConstGauge::new(seconds),
        );
        registry.register_collector(Box::new(store::Lookup(store)));
        registry.register_collector(Box::new(mails::Lookup(tenantry.clone())));
        registry.register_collector(Box::new(license::Lookup(tenantry)));
        let lanes = LanesMetrics::register(&mut registry);
        Self {
            requests: Requests::register(&mut registry),
            charges: Charges::register(&mut registry),
            ledger: LedgerMetrics::register(&mut registry, &lanes),
            lanes,
            registry,
        }
    }

    /// Everything in the OpenMetrics text format.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

fn seconds() -> Histogram {
    Histogram::new(SECONDS)
}
