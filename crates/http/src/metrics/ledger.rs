use std::time::Duration;

use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::lanes::{LaneMetrics, LanesMetrics};

/// Upper bounds of the buckets of group sizes.
const SIZES: [f64; 11] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1_024.0];

/// How requests about the ledger are decided together.
#[derive(Debug, Clone)]
pub(crate) struct LedgerMetrics {
    /// Groups, and how requests wait for their turn.
    pub lane: LaneMetrics,
    sizes: Histogram,
}

impl LedgerMetrics {
    pub(super) fn register(registry: &mut Registry, lanes: &LanesMetrics) -> Self {
        let sizes = Histogram::new(SIZES);
        registry.register(
            "ledger_group_size",
            "Requests about the ledger that one transaction decided",
            sizes.clone(),
        );
        Self {
            lane: lanes.of("ledger"),
            sizes,
        }
    }

    /// So many wait.
    pub fn waiting(&self, count: usize) {
        self.lane.waiting.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// Somebody gets their turn who has waited so long.
    pub fn waited(&self, time: Duration) {
        self.lane.waited.observe(time.as_secs_f64());
    }

    /// A transaction has decided so many.
    pub fn decided(&self, count: usize) {
        let size = f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        self.sizes.observe(size);
    }
}
