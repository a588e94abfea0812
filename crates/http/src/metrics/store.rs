use std::fmt;
use std::sync::Arc;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

/// How the store is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreUse {
    /// Its connections.
    pub pools: Vec<PoolUse>,
    /// How often a transaction was run again because another one was in its way, since the process started.
    pub retries: u64,
}

/// How a pool of connections is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolUse {
    /// The name of the pool, from a short list.
    pub name: &'static str,
    /// How many connections it holds at most.
    pub size: u32,
    /// How many are somebody's.
    pub used: u32,
    /// How many are open and nobody's.
    pub idle: u32,
}

/// Asks the store whenever somebody looks.
pub(super) struct Lookup(pub Arc<dyn Fn() -> StoreUse + Send + Sync>);

impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lookup")
    }
}

impl Collector for Lookup {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        let StoreUse { pools, retries } = (self.0)();
        show_pools(&mut encoder, &pools)?;
        let retried = encoder.encode_descriptor(
            "store_retries",
            "Transactions that were run again because another one was in their way.",
            None,
            MetricType::Counter,
        )?;
        ConstCounter::new(retries).encode(retried)
    }
}

fn show_pools(encoder: &mut DescriptorEncoder, pools: &[PoolUse]) -> fmt::Result {
    let mut connections = encoder.encode_descriptor(
        "database_connections",
        "Connections to the database.",
        None,
        MetricType::Gauge,
    )?;
    for pool in pools {
        for (state, count) in [("used", pool.used), ("idle", pool.idle)] {
            let labels = [("pool", pool.name), ("state", state)];
            ConstGauge::new(count).encode(connections.encode_family(&labels)?)?;
        }
    }
    let mut sizes = encoder.encode_descriptor(
        "database_connections_max",
        "Connections to the database at most.",
        None,
        MetricType::Gauge,
    )?;
    for pool in pools {
        ConstGauge::new(pool.size).encode(sizes.encode_family(&[("pool", pool.name)])?)?;
    }
    Ok(())
}
