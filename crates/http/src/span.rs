//! The span of a request: what every line of the log about it says.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpMessage, HttpRequest};
use tenantry_application::Actor;
use tenantry_domain::WorkspaceId;
use tracing::field::{Empty, display};
use tracing::{Span, record_all};

use crate::input::segment;
use crate::metrics::Target;

/// What kind of caller a request has, once that is known.
#[derive(Clone)]
struct ActorKind(Rc<Cell<&'static str>>);

/// The span of one request.
pub(crate) struct RequestSpan {
    span: Span,
    actor: ActorKind,
}

impl RequestSpan {
    /// Begins. Tokens and what else is in path and query stay out of it.
    pub fn open(request: &HttpRequest, request_id: &str, target: &Target) -> Self {
        // At the level of errors, so that lines of every level have it.
        let span = tracing::error_span!(
            "request",
            request_id,
            method = target.method,
            route = target.route,
            workspace_id = Empty,
            actor = Empty,
            status = Empty,
            latency_ms = Empty,
        );
        if let Some(id) = segment(request, "workspace_id").and_then(|id| id.parse::<WorkspaceId>().ok()) {
            span.record("workspace_id", display(id));
        }
        let actor = ActorKind(Rc::new(Cell::new("none")));
        request.extensions_mut().insert(actor.clone());
        Self { span, actor }
    }

    /// To run the request in.
    pub fn span(&self) -> Span {
        self.span.clone()
    }

    /// Writes down who called, known or not.
    pub fn record_actor(&self) {
        self.span.record("actor", self.actor.0.get());
    }

    /// Writes down the answer, and one line about the request.
    pub fn finish(&self, status: StatusCode, took: Duration) {
        // Microseconds are as much as it means.
        let latency_ms = (took.as_secs_f64() * 1_000_000.0).round() / 1_000.0;
        record_all!(self.span, status = status.as_u16(), latency_ms);
        tracing::info!(target: "tenantry_http::access", parent: &self.span, "answered");
    }
}

/// Notes who sent a request.
pub(crate) fn note_actor(request: &HttpRequest, actor: &Actor) {
    if let Some(kind) = request.extensions().get::<ActorKind>() {
        kind.0.set(match actor {
            Actor::Person(_) => "person",
            Actor::Machine(_) => "machine",
            Actor::Credential(_) => "credential",
        });
    }
}
