use std::time::Duration;

use hdrhistogram::Histogram;

use crate::report::Latency;

/// The longest that is told apart, in microseconds: a minute.
const LONGEST: u64 = 60_000_000;

/// How long requests took, to three digits.
#[derive(Debug, Clone)]
pub struct Latencies(Histogram<u64>);

impl Default for Latencies {
    fn default() -> Self {
        Self(Histogram::new_with_bounds(1, LONGEST, 3).expect("the bounds are in order"))
    }
}

impl Latencies {
    /// Adds one.
    pub fn record(&mut self, latency: Duration) {
        let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        self.0.saturating_record(micros);
    }

    /// Adds all of these.
    pub fn add(&mut self, others: &Self) {
        self.0.add(&others.0).expect("all have the same bounds");
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// The shortest one.
    #[cfg(test)]
    pub fn shortest(&self) -> Duration {
        Duration::from_micros(self.0.min())
    }

    /// What they are like; nothing, where there are none.
    pub fn summary(&self) -> Option<Latency> {
        let quantile = |quantile| as_f64(self.0.value_at_quantile(quantile)) / 1e3;
        (!self.0.is_empty()).then(|| Latency {
            p50: quantile(0.5),
            p95: quantile(0.95),
            p99: quantile(0.99),
            p999: quantile(0.999),
        })
    }
}

impl FromIterator<Duration> for Latencies {
    fn from_iter<I: IntoIterator<Item = Duration>>(all: I) -> Self {
        let mut latencies = Self::default();
        all.into_iter().for_each(|latency| latencies.record(latency));
        latencies
    }
}

/// Counts, bytes and microseconds are far below 2^53.
#[expect(clippy::cast_precision_loss, clippy::as_conversions, reason = "as said above")]
pub fn as_f64(number: u64) -> f64 {
    number as f64
}
