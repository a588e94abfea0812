use std::fmt::Debug;
use std::time::Duration;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

use super::complaints::Complaints;
use super::semantics::conventional;
use crate::sources::Clock;

/// Sends spans under the names that OpenTelemetry gives to their parts.
#[derive(Debug)]
pub(super) struct Exporter<E, C> {
    sender: E,
    complaints: Complaints<C>,
}

impl<E: SpanExporter, C: Clock> Exporter<E, C> {
    pub fn new(sender: E, clock: C) -> Self {
        Self {
            sender,
            complaints: Complaints::new(clock),
        }
    }
}

impl<E: SpanExporter, C: Clock + Debug + 'static> SpanExporter for Exporter<E, C> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        let outcome = self
            .sender
            .export(batch.into_iter().map(conventional).collect())
            .await;
        if let Err(cause) = &outcome
            && self.complaints.is_due()
        {
            tracing::warn!(spans, %cause, "traces are lost, the collector does not take them");
        }
        outcome
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.sender.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.sender.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.sender.set_resource(resource);
    }
}
