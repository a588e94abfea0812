use tenantry_domain::capacity::TargetId;
use tenantry_domain::reservation::{Reservation, TimeToLive};
use tenantry_domain::workspace::Workspace;
use tenantry_domain::{OrganizationId, ReservationId};
use uuid::Uuid;

use super::desk::key_of;
use super::{Book, ChargeRequest, Desk, Wanted};
use crate::access::{UsageAct, authorize_usage};
use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::idempotency::Once;
use crate::ports::UnitOfWork;
use crate::service::Tenantry;

/// For how long reservations are remembered after they ended, in hours.
const REMEMBERED_HOURS: u32 = 24;

/// An organization that is never there: who asks about an unknown reservation is sent through the same work as a stranger (I3).
const NOWHERE: TargetId = TargetId::Organization(OrganizationId::from_uuid(Uuid::nil()));

/// What is to be held, and for how long (C5).
#[derive(Debug, Clone)]
pub struct ReservationRequest {
    /// What is charged when the reservation is committed.
    pub charge: ChargeRequest,
    /// For how long it is held.
    pub ttl: TimeToLive,
}

impl Tenantry {
    /// Holds units of a resource that is not charged yet (C5). They count as used until the reservation ends.
    pub fn reserve(
        &self,
        actor: &Actor,
        request: &ReservationRequest,
        once: &Once<'_, Reservation>,
    ) -> Result<Reservation> {
        let ChargeRequest { key, target, .. } = &request.charge;
        let asked = (*target, UsageAct::Charge);
        self.write_once_at(once, actor, asked, |unit, before| {
            request.charge.check(self.settings())?;
            // The workspace is where the next expiry is noted, and is locked before chains are; looked at again, since it may have changed.
            unit.workspaces().lock(before.workspace.id)?;
            let access = authorize_usage(unit, actor, *target, UsageAct::Charge)?;
            let wanted = Wanted::one(*target, key);
            let mut desk = Desk::open(self, unit, actor, (&access.workspace, &wanted))?;
            let id = ReservationId::from_uuid(self.parts.ids.fresh());
            let reservation = desk.reserve(access.sight, &request.charge, (id, request.ttl))?;
            desk.wake_at(reservation.expires_at)?;
            desk.save()?;
            Ok(reservation)
        })
    }

    /// Charges what a reservation holds, which is always admitted (C5); once, however often it is said.
    pub fn commit_reservation(
        &self,
        actor: &Actor,
        id: ReservationId,
        once: &Once<'_, Reservation>,
    ) -> Result<Reservation> {
        self.end_reservation(actor, (id, UsageAct::Charge), once, |desk, reservation| {
            if reservation.commit()? {
                desk.commit(reservation)
            } else {
                Ok(reservation)
            }
        })
    }

    /// Gives back what a reservation holds; nothing, when that has been given back (C5).
    pub fn release_reservation(
        &self,
        actor: &Actor,
        id: ReservationId,
        once: &Once<'_, Reservation>,
    ) -> Result<Reservation> {
        self.end_reservation(actor, (id, UsageAct::Release), once, |desk, reservation| {
            if reservation.release()? {
                desk.give_back(reservation)
            } else {
                Ok(reservation)
            }
        })
    }

    /// A reservation, for a day after it ended.
    pub fn find_reservation(&self, actor: &Actor, id: ReservationId) -> Result<Reservation> {
        let target = place_of(self.known(id)?.as_ref());
        let found = self.read_at(actor, target, |unit, _| {
            let found = unit.reservations().find(id)?;
            found.ok_or(Error::NotFound(Noun::Reservation))
        });
        found.map_err(no_reservation)
    }

    fn end_reservation(
        &self,
        actor: &Actor,
        (id, act): (ReservationId, UsageAct),
        once: &Once<'_, Reservation>,
        end: impl Fn(&mut Desk<'_>, Reservation) -> Result<Reservation>,
    ) -> Result<Reservation> {
        let known = self.known(id)?;
        let target = place_of(known.as_ref());
        let ended = self.write_once_at(once, actor, (target, act), |unit, access| {
            let known = known.as_ref().ok_or(Error::NotFound(Noun::Reservation))?;
            let wanted = Wanted::one(target, &key_of(known));
            let mut desk = Desk::open(self, unit, actor, (&access.workspace, &wanted))?;
            // Looked at again: what it is for never changes, but whoever had the chain locked before may have ended it.
            let reservation = desk.reservation(id)?;
            let ended = end(&mut desk, reservation)?;
            desk.save()?;
            Ok(ended)
        });
        ended.map_err(no_reservation)
    }

    fn known(&self, id: ReservationId) -> Result<Option<Reservation>> {
        self.read(|unit| Ok(unit.reservations().find(id)?))
    }

    /// Gives back what reservations hold whose time is over (C5). Everything that changes the ledger of a due workspace has this done first.
    pub(crate) fn expire_reservations(
        &self,
        unit: &mut dyn UnitOfWork,
        by: &impl ToString,
        workspace: &Workspace,
    ) -> Result<()> {
        let expired = unit.reservations().expired(workspace.id, self.now())?;
        if expired.is_empty() {
            return Ok(());
        }
        let mut wanted = Wanted::default();
        for reservation in &expired {
            wanted.add(reservation.target.id(), &key_of(reservation));
        }
        let book = Book::open(unit, workspace, &wanted)?;
        let mut desk = Desk::with(self, unit, by, book);
        for reservation in expired {
            desk.expire(reservation)?;
        }
        desk.save()
    }

    /// Forgets reservations that ended long ago; says how many.
    pub fn forget_reservations(&self) -> Result<u32> {
        let before = self.now().minus_hours(REMEMBERED_HOURS);
        self.write(|unit| Ok(unit.reservations().forget(before)?))
    }
}

/// What a reservation is for.
fn place_of(reservation: Option<&Reservation>) -> TargetId {
    reservation.map_or(NOWHERE, |reservation| reservation.target.id())
}

/// Whoever may not look where a reservation is does not learn that it is there (I3).
fn no_reservation(error: Error) -> Error {
    match error {
        Error::NotFound(_) => Error::NotFound(Noun::Reservation),
        other => other,
    }
}
