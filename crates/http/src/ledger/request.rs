use std::sync::Arc;
use std::time::Instant;

use actix_web::http::StatusCode;
use tenantry_application::Actor;
use tenantry_application::charges::{Asked, Decided, LedgerAnswer, LedgerRequest};
use tenantry_application::idempotency::{KeyedRequest, WrittenAnswer};
use tenantry_domain::charge;
use tokio::sync::oneshot;

use super::answer::present;
use super::turn::Turn;
use crate::deployment::Deployment;
use crate::dto::charges::Charge;
use crate::input::Conditions;
use crate::representation::Representation;

/// What somebody asks of the ledger.
pub(crate) struct Request {
    /// Who asks.
    pub actor: Actor,
    /// What they ask.
    pub asks: LedgerRequest,
    /// What they say about sending it again, and about what they have seen.
    pub conditions: Conditions,
    /// What answers look different by.
    pub deployment: Arc<Deployment>,
}

/// A request that waits to be decided.
pub(super) struct Job {
    request: Request,
    turn: Turn,
    reply: oneshot::Sender<Decided>,
    since: Instant,
}

impl Job {
    pub fn new(request: Request, turn: Turn, reply: oneshot::Sender<Decided>) -> Self {
        Self {
            request,
            turn,
            reply,
            since: Instant::now(),
        }
    }

    /// Takes its turn; says whether anybody still waits for it.
    pub fn begin(&self) -> bool {
        self.turn.begin()
    }

    /// Since when it has waited.
    pub fn since(&self) -> Instant {
        self.since
    }

    /// Answers. Whoever has gone meanwhile does not hear it.
    pub fn answer(self, decided: Decided) {
        let _ = self.reply.send(decided);
    }
}

impl Asked for Job {
    fn actor(&self) -> &Actor {
        &self.request.actor
    }

    fn request(&self) -> &LedgerRequest {
        &self.request.asks
    }

    fn allows(&self, current: Option<&charge::Charge>) -> bool {
        let conditions = &self.request.conditions;
        if !conditions.guard_changes() {
            return true;
        }
        let current =
            current.map(|charge| Representation::tagged(StatusCode::OK, &Charge::from(charge.clone())));
        conditions.allow_change(current.as_ref().and_then(Representation::tag))
    }

    fn key(&self) -> Option<&KeyedRequest> {
        self.request.conditions.key.as_ref()
    }

    fn write(&self, answer: &LedgerAnswer) -> WrittenAnswer {
        present(answer, &self.request.deployment).write()
    }
}
