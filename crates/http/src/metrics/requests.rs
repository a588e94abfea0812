use std::time::Duration;

use actix_web::http::{Method, StatusCode};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::{Raised, seconds};
use crate::routing::Place;

/// The methods that are told apart. A caller may send any other word.
const METHODS: [&str; 7] = ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"];

/// What was asked for, in words that no caller chooses.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Target {
    /// The method, or `other`.
    pub method: &'static str,
    /// The pattern of the route that takes the request, or `unknown`.
    pub route: String,
}

impl Target {
    /// What is asked for with this method of this place, if there is one.
    pub fn new(method: &Method, place: Option<&Place>) -> Self {
        let method = METHODS.into_iter().find(|known| *known == method.as_str());
        Self {
            method: method.unwrap_or("other"),
            route: place.map_or("unknown", |place| &place.pattern).to_owned(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    #[prometheus(flatten)]
    target: Target,
    status: u16,
}

/// Requests and their answers.
pub(crate) struct Requests {
    answered: Family<Answered, Counter>,
    durations: Family<Target, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
}

impl Requests {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let requests = Self {
            answered: Family::default(),
            durations: Family::new_with_constructor(seconds),
            in_flight: Gauge::default(),
        };
        registry.register(
            "http_requests",
            "Requests that were answered",
            requests.answered.clone(),
        );
        registry.register(
            "http_request_duration_seconds",
            "From the head of a request to the head of its answer",
            requests.durations.clone(),
        );
        registry.register(
            "http_requests_in_flight",
            "Requests that are not answered yet",
            requests.in_flight.clone(),
        );
        requests
    }

    /// Counts a request as in flight until what is returned is dropped: that also happens when the caller goes away.
    pub fn begin(&self) -> Raised {
        Raised::new(&self.in_flight)
    }

    /// Counts an answer.
    pub fn answered(&self, target: Target, status: StatusCode, took: Duration) {
        self.durations.get_or_create(&target).observe(took.as_secs_f64());
        let status = status.as_u16();
        self.answered.get_or_create(&Answered { target, status }).inc();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_that_nobody_knows_are_one_word() {
        let word = |method: &str| Target::new(&Method::from_bytes(method.as_bytes()).unwrap(), None).method;
        assert_eq!(word("PATCH"), "PATCH");
        for odd in ["get", "BREW", "TRACE", "G\u{45}TT"] {
            assert_eq!(word(odd), "other", "{odd}");
        }
    }
}
