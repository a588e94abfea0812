use std::sync::Arc;

use actix_web::http::StatusCode;
use tenantry_application::Actor;
use tenantry_application::charges::{LedgerAnswer, LedgerRequest};
use tracing::Span;
use tracing::field::display;

use super::Request;
use crate::deployment::Deployment;
use crate::dto::charges::Charge;
use crate::dto::reservations::Reservation;
use crate::input::Conditions;
use crate::representation::{Representation, Resource};
use crate::resource::{Answer, not_done};
use crate::state::Api;

/// What came of a request as its caller is shown it.
pub(super) fn present(answer: &LedgerAnswer, deployment: &Deployment) -> Representation {
    let (status, reservation) = match answer {
        LedgerAnswer::Charged(charged) => {
            let status = if charged.created {
                StatusCode::CREATED
            } else {
                StatusCode::OK
            };
            return Representation::tagged(status, &Charge::from(charged.charge.clone()));
        }
        LedgerAnswer::Released | LedgerAnswer::ReservationReleased(_) => return Representation::empty(),
        LedgerAnswer::Reserved(reservation) => (StatusCode::CREATED, reservation),
        LedgerAnswer::ReservationCommitted(reservation) => (StatusCode::OK, reservation),
    };
    Representation::tagged(status, &Reservation::show(reservation.clone(), deployment))
}

impl Api {
    /// Has a request about the ledger decided, together with others that come at the same time.
    pub async fn decide(&self, actor: Actor, conditions: Conditions, asks: LedgerRequest) -> Answer {
        let counts = matches!(asks, LedgerRequest::Charge(_) | LedgerRequest::Reserve(_));
        let request = Request {
            actor,
            asks,
            conditions,
            deployment: Arc::clone(&self.deployment),
        };
        let decided = self.ledger.decide(request).await?;
        if let Some(workspace) = decided.workspace {
            Span::current().record("workspace_id", display(workspace));
        }
        if counts {
            self.metrics.charges.count(&decided.answer);
        }
        match decided.answer {
            Ok(answer) => Ok(present(&answer, &self.deployment).respond()),
            Err(error) => not_done(error),
        }
    }
}
