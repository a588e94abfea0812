use tenantry_domain::capacity::{Sight, TargetId};
use tenantry_domain::{Meter, ReservationId};

use super::{Asked, Decided, Decision, Decisions, LedgerAnswer, LedgerRequest, put};
use crate::access::UsageAct;
use crate::charges::desk::key_of;
use crate::charges::reservations::{no_reservation, place_of};
use crate::charges::{Book, Desk};
use crate::error::{Error, Result};
use crate::idempotency::{Once, keep};
use crate::ports::{ChargeKey, LedgerChange, StoreError, UnitOfWork};
use crate::service::Tenantry;

/// Where in the ledger a request leads, and what it does there.
pub(super) struct LedgerPlace {
    pub target: TargetId,
    /// `None` where there is no such reservation.
    pub key: Option<ChargeKey>,
    pub act: UsageAct,
}

/// A request whose caller may make it.
pub(super) struct Entry<'a> {
    /// Which of the group.
    pub index: usize,
    pub asked: &'a dyn Asked,
    pub target: TargetId,
    pub key: ChargeKey,
    pub sight: Sight,
}

#[derive(Debug, thiserror::Error)]
#[error("another request has the key meanwhile")]
struct KeyTaken;

/// Whether a whole transaction fails, and not only the request.
pub(super) const fn is_fatal(error: &Error) -> bool {
    matches!(error, Error::Store(_) | Error::Inconsistent(_))
}

impl LedgerPlace {
    /// Where a request leads. What a reservation is for never changes.
    pub fn of(unit: &mut dyn UnitOfWork, request: &LedgerRequest) -> Result<Self> {
        let (target, key, act) = match request {
            LedgerRequest::Charge(request) => (request.target, &request.key, UsageAct::Charge),
            LedgerRequest::Release(request) => (request.target, &request.key, UsageAct::Release),
            LedgerRequest::Reserve(request) => (request.charge.target, &request.charge.key, UsageAct::Charge),
            LedgerRequest::CommitReservation(id) => return Self::held(unit, *id, UsageAct::Charge),
            LedgerRequest::ReleaseReservation(id) => return Self::held(unit, *id, UsageAct::Release),
        };
        Ok(Self {
            target,
            key: Some(key.clone()),
            act,
        })
    }

    fn held(unit: &mut dyn UnitOfWork, id: ReservationId, act: UsageAct) -> Result<Self> {
        let found = unit.reservations().find(id)?;
        Ok(Self {
            target: place_of(found.as_ref()),
            key: found.as_ref().map(key_of),
            act,
        })
    }
}

impl LedgerRequest {
    /// A refusal as its caller may know it.
    pub(super) fn refused(&self, error: Error) -> Error {
        match self {
            Self::CommitReservation(_) | Self::ReleaseReservation(_) => no_reservation(error),
            Self::Charge(_) | Self::Release(_) | Self::Reserve(_) => error,
        }
    }
}

impl Tenantry {
    /// Decides entries of one workspace, one after the other, and writes everything but what was decided about the ledger, which is told.
    pub(super) fn decide_entries(
        &self,
        unit: &mut dyn UnitOfWork,
        book: Book,
        entries: &[Entry<'_>],
        decisions: &mut Decisions,
    ) -> Result<Option<LedgerChange>> {
        let workspace = book.workspace().id;
        let mut desk = Desk::with(self, unit, book);
        for entry in entries {
            let answer = match self.decide_once(&mut desk, entry) {
                Err(error) if is_fatal(&error) => return Err(error),
                answer => answer.map_err(|error| entry.asked.request().refused(error)),
            };
            let workspace = Some(workspace);
            put(
                decisions,
                entry.index,
                Decision::Made(Decided { workspace, answer }),
            );
        }
        desk.close()
    }

    /// Decides a request, unless it was done before (R1). Its chain is locked, so whoever has sent it twice at once is told here.
    fn decide_once(&self, desk: &mut Desk<'_>, entry: &Entry<'_>) -> Result<LedgerAnswer> {
        let actor = entry.asked.actor();
        let Some(request) = entry.asked.key() else {
            return desk.serve(actor, |desk| entry.decide(self, desk));
        };
        self.recall(desk.unit(), actor, request)?;
        let answer = desk.serve(actor, |desk| entry.decide(self, desk))?;
        let write = |answer: &LedgerAnswer| entry.asked.write(answer);
        let once = Once::new(Some(request), &write);
        match self.claim(desk.unit(), actor, &once) {
            Ok(()) => keep(desk.unit(), actor, &once, &answer)?,
            Err(error) if is_fatal(&error) => return Err(error),
            Err(_) => return Err(StoreError::Retry(KeyTaken.into()).into()),
        }
        Ok(answer)
    }
}

impl Entry<'_> {
    /// The chain that it counts at.
    pub fn chain(&self) -> (TargetId, Meter) {
        (self.target, self.key.meter.clone())
    }

    fn decide(&self, tenantry: &Tenantry, desk: &mut Desk<'_>) -> Result<LedgerAnswer> {
        match self.asked.request() {
            LedgerRequest::Charge(request) => {
                self.check_allowed(desk)?;
                desk.charge(self.sight, request).map(LedgerAnswer::Charged)
            }
            LedgerRequest::Release(_) => {
                self.check_allowed(desk)?;
                desk.release(self.target, &self.key)?;
                Ok(LedgerAnswer::Released)
            }
            LedgerRequest::Reserve(request) => {
                let id = ReservationId::from_uuid(tenantry.parts.ids.fresh());
                let reservation = desk.reserve(self.sight, &request.charge, (id, request.ttl))?;
                desk.wake_at(reservation.expires_at)?;
                Ok(LedgerAnswer::Reserved(reservation))
            }
            LedgerRequest::CommitReservation(id) => {
                let reservation = desk.reservation(*id)?;
                let reservation = if reservation.commit()? {
                    desk.commit(reservation)?
                } else {
                    reservation
                };
                Ok(LedgerAnswer::ReservationCommitted(reservation))
            }
            LedgerRequest::ReleaseReservation(id) => {
                let reservation = desk.reservation(*id)?;
                let reservation = if reservation.release()? {
                    desk.give_back(reservation)?
                } else {
                    reservation
                };
                Ok(LedgerAnswer::ReservationReleased(reservation))
            }
        }
    }

    fn check_allowed(&self, desk: &mut Desk<'_>) -> Result<()> {
        if self.asked.allows(desk.book().charge_at(self.target, &self.key)) {
            Ok(())
        } else {
            Err(Error::PreconditionFailed)
        }
    }
}
