use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::seconds;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Lane {
    lane: &'static str,
}

/// How one lane is used.
#[derive(Debug, Clone)]
pub(crate) struct LaneMetrics {
    /// How many requests run in it at most.
    pub size: Gauge,
    /// How many do.
    pub taken: Gauge,
    /// How many wait for a place.
    pub waiting: Gauge,
    /// How long they waited, those that were sent away included.
    pub waited: Histogram,
    /// How many were sent away.
    pub refused: Counter,
}

/// How the lanes are used.
pub(crate) struct LanesMetrics {
    size: Family<Lane, Gauge>,
    taken: Family<Lane, Gauge>,
    waiting: Family<Lane, Gauge>,
    waited: Family<Lane, Histogram, fn() -> Histogram>,
    refused: Family<Lane, Counter>,
}

impl LanesMetrics {
    /// All of them, empty.
    pub fn register(registry: &mut Registry) -> Self {
        let lanes = Self {
            size: Family::default(),
            taken: Family::default(),
            waiting: Family::default(),
            waited: Family::new_with_constructor(seconds),
            refused: Family::default(),
        };
        registry.register(
            "lane_size",
            "Requests that run at once at most",
            lanes.size.clone(),
        );
        registry.register("lane_taken", "Requests that run now", lanes.taken.clone());
        registry.register(
            "lane_waiting",
            "Requests that wait for their turn",
            lanes.waiting.clone(),
        );
        registry.register(
            "lane_wait_seconds",
            "How long requests waited for their turn",
            lanes.waited.clone(),
        );
        registry.register(
            "lane_refused",
            "Requests that waited too long and were sent away",
            lanes.refused.clone(),
        );
        lanes
    }

    /// Those of one lane.
    pub fn of(&self, lane: &'static str) -> LaneMetrics {
        let lane = Lane { lane };
        LaneMetrics {
            size: self.size.get_or_create_owned(&lane),
            taken: self.taken.get_or_create_owned(&lane),
            waiting: self.waiting.get_or_create_owned(&lane),
            waited: self.waited.get_or_create_owned(&lane),
            refused: self.refused.get_or_create_owned(&lane),
        }
    }
}
