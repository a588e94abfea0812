use std::collections::BTreeMap;
use std::time::Instant;

use hyper::StatusCode;

use super::connection::Failure;
use super::requests::Requests;
use crate::latencies::{Latencies, as_f64};

/// What came of the requests of one phase.
#[derive(Debug, Default)]
pub struct Measured {
    /// Those of what was answered as expected.
    pub latencies: Latencies,
    /// How long it took, in seconds, until the last answer.
    pub seconds: f64,
    /// Everything else that happened, and how often.
    pub unexpected: BTreeMap<String, u64>,
}

impl Measured {
    /// Requests that were answered as expected, in a second.
    pub fn rate(&self) -> f64 {
        as_f64(self.latencies.count()) / self.seconds
    }

    /// Adds what an answer, or none, tells about a request that was due then.
    pub fn record(&mut self, since: Instant, outcome: Result<StatusCode, Failure>, requests: &Requests) {
        match outcome {
            Ok(status) if requests.expects(status) => self.latencies.record(since.elapsed()),
            Ok(status) => self.complain(status.to_string(), 1),
            Err(error) => self.complain(error.to_string(), 1),
        }
    }

    /// Adds something else that happened so often.
    pub fn complain(&mut self, what: String, times: u64) {
        *self.unexpected.entry(what).or_default() += times;
    }
}
