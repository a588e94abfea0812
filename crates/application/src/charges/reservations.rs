use tenantry_domain::capacity::TargetId;
use tenantry_domain::reservation::{Reservation, TimeToLive};
use tenantry_domain::workspace::Workspace;
use tenantry_domain::{OrganizationId, ReservationId};
use uuid::Uuid;

use super::desk::key_of;
use super::{Book, ChargeRequest, Desk, Wanted};
use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
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
    /// A reservation, for a day after it ended.
    pub fn find_reservation(&self, actor: &Actor, id: ReservationId) -> Result<Reservation> {
        let target = place_of(self.known(id)?.as_ref());
        let found = self.read_at(actor, target, |unit, _| {
            let found = unit.reservations().find(id)?;
            found.ok_or(Error::NotFound(Noun::Reservation))
        });
        found.map_err(no_reservation)
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
        let mut desk = Desk::with(self, unit, book);
        desk.serve(by, |desk| {
            expired
                .into_iter()
                .try_for_each(|reservation| desk.expire(reservation).map(drop))
        })?;
        desk.save()
    }

    /// Forgets reservations that ended long ago; says how many.
    pub fn forget_reservations(&self) -> Result<u32> {
        let before = self.now().minus_hours(REMEMBERED_HOURS);
        self.write(|unit| Ok(unit.reservations().forget(before)?))
    }
}

/// What a reservation is for.
pub(super) fn place_of(reservation: Option<&Reservation>) -> TargetId {
    reservation.map_or(NOWHERE, |reservation| reservation.target.id())
}

/// Whoever may not look where a reservation is does not learn that it is there (I3).
pub(super) fn no_reservation(error: Error) -> Error {
    match error {
        Error::NotFound(_) => Error::NotFound(Noun::Reservation),
        other => other,
    }
}
