//! The span of a request: what every line of the log about it says.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpMessage, HttpRequest};
use tenantry_application::Actor;
use tenantry_domain::WorkspaceId;
use tracing::field::Empty;
use tracing::{Span, record_all};

use crate::input::segment;
use crate::metrics::Target;

/// What kind of caller a request has, until the span is told.
#[derive(Clone)]
struct ActorKind(Rc<Cell<Option<&'static str>>>);

/// The span of one request.
pub(crate) struct RequestSpan {
    span: Span,
    actor: ActorKind,
}

impl RequestSpan {
    /// Begins. Tokens and what else is in path and query stay out of it.
    pub fn open(request: &HttpRequest, request_id: &str, target: &Target) -> Self {
        let workspace = segment(request, "workspace_id").and_then(|id| id.parse::<WorkspaceId>().ok());
        // At the level of errors, so that lines of every level have it. What is written down later costs a log in JSON as much as all of it anew.
        let span = tracing::error_span!(
            "request",
            request_id,
            method = target.method,
            route = target.route,
            workspace_id = workspace.map(display),
            actor = Empty,
            status = Empty,
            latency_ms = Empty,
        );
        let actor = ActorKind(Rc::new(Cell::new(Some("none"))));
        request.extensions_mut().insert(actor.clone());
        Self { span, actor }
    }

    /// To run the request in.
    pub fn span(&self) -> Span {
        self.span.clone()
    }

    /// Writes down who called, known or not, for lines about why nothing was done.
    pub fn record_actor(&self) {
        self.span.record("actor", self.actor.0.take());
    }

    /// Writes down who called and the answer, and one line about the request.
    pub fn finish(&self, status: StatusCode, took: Duration) {
        // Microseconds are as much as it means.
        let latency_ms = (took.as_secs_f64() * 1_000_000.0).round() / 1_000.0;
        let actor = self.actor.0.take();
        record_all!(self.span, actor, status = status.as_u16(), latency_ms);
        tracing::info!(target: "tenantry_http::access", parent: &self.span, "answered");
    }
}

/// Notes who sent a request.
pub(crate) fn note_actor(request: &HttpRequest, actor: &Actor) {
    if let Some(kind) = request.extensions().get::<ActorKind>() {
        kind.0.set(Some(match actor {
            Actor::Person(_) => "person",
            Actor::Machine(_) => "machine",
            Actor::Credential(_) => "credential",
        }));
    }
}
