//! Reservations: units that are held for a while, until they are charged or given back (`docs/rules.md` C5).

use std::time::Duration;

use crate::capacity::ChargeTarget;
use crate::charge::{Charge, ResourceId};
use crate::id::{ReservationId, WorkspaceId};
use crate::meter::Meter;
use crate::time::Timestamp;
use crate::units::Quantity;

/// For how long units are held: 1 second to 24 hours, 15 minutes unless said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeToLive(u32);

/// Units are not held for so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a whole number of seconds from {} to {}", TimeToLive::MIN.0, TimeToLive::MAX.0)]
pub struct InvalidTimeToLive;

impl TimeToLive {
    /// One second.
    pub const MIN: Self = Self(1);
    /// 24 hours.
    pub const MAX: Self = Self(24 * 60 * 60);

    /// How many seconds.
    pub const fn as_secs(self) -> u32 {
        self.0
    }

    /// When the time is over that begins at a moment.
    pub fn after(self, begin: Timestamp) -> Timestamp {
        begin.plus(Duration::from_secs(self.0.into()))
    }
}

/// 15 minutes.
impl Default for TimeToLive {
    fn default() -> Self {
        Self(15 * 60)
    }
}

impl TryFrom<i64> for TimeToLive {
    type Error = InvalidTimeToLive;

    fn try_from(seconds: i64) -> Result<Self, InvalidTimeToLive> {
        let seconds = u32::try_from(seconds).map_err(|_| InvalidTimeToLive)?;
        if (Self::MIN.0..=Self::MAX.0).contains(&seconds) {
            Ok(Self(seconds))
        } else {
            Err(InvalidTimeToLive)
        }
    }
}

words! {
    /// What became of a reservation.
    pub enum ReservationStatus (UnknownReservationStatus: "must be one of held, committed, released, expired") {
        /// Its units are held.
        Held = "held",
        /// They were charged.
        Committed = "committed",
        /// They were given back.
        Released = "released",
        /// Nobody said in time what is to become of them.
        Expired = "expired",
    }
}

/// Units of a meter that are held for a resource at one organization or team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// Its id.
    pub id: ReservationId,
    /// The workspace of the organization or team.
    pub workspace_id: WorkspaceId,
    /// What is counted.
    pub meter: Meter,
    /// What they are held for.
    pub resource_id: ResourceId,
    /// What they are charged to when the reservation is committed.
    pub target: ChargeTarget,
    /// How many units.
    pub quantity: Quantity,
    /// What became of it.
    pub status: ReservationStatus,
    /// When they are given back unless somebody has said what is to become of them.
    pub expires_at: Timestamp,
    /// When they were reserved.
    pub created_at: Timestamp,
    /// When they were last held, charged or given back.
    pub updated_at: Timestamp,
}

/// Why a reservation does not end as it is asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReservationRefused {
    /// Its time was over.
    #[error("the reservation has expired; reserve again")]
    Expired,
    /// Its units were given back.
    #[error("the reservation was released; reserve again")]
    Released,
    /// Its units are charged.
    #[error("the reservation was committed; release the charge instead")]
    Committed,
}

impl Reservation {
    /// Holds what a row of the ledger says, from that row's creation on.
    pub fn of(id: ReservationId, held: &Charge, ttl: TimeToLive) -> Self {
        Self {
            id,
            workspace_id: held.workspace_id,
            meter: held.meter.clone(),
            resource_id: held.resource_id.clone(),
            target: held.target,
            quantity: held.quantity,
            status: ReservationStatus::Held,
            expires_at: ttl.after(held.created_at),
            created_at: held.created_at,
            updated_at: held.created_at,
        }
    }

    /// Whether its units are to be charged now; they are already when not.
    ///
    /// # Errors
    /// They were given back, because somebody said so or because of the time.
    pub fn commit(&self) -> Result<bool, ReservationRefused> {
        match self.status {
            ReservationStatus::Held => Ok(true),
            ReservationStatus::Committed => Ok(false),
            ReservationStatus::Released => Err(ReservationRefused::Released),
            ReservationStatus::Expired => Err(ReservationRefused::Expired),
        }
    }

    /// Whether its units are to be given back now; they are already when not.
    ///
    /// # Errors
    /// They are charged.
    pub fn release(&self) -> Result<bool, ReservationRefused> {
        match self.status {
            ReservationStatus::Held => Ok(true),
            ReservationStatus::Released | ReservationStatus::Expired => Ok(false),
            ReservationStatus::Committed => Err(ReservationRefused::Committed),
        }
    }

    /// The same with what became of it.
    #[must_use]
    pub fn ended(self, status: ReservationStatus, now: Timestamp) -> Self {
        Self {
            status,
            updated_at: now,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::ReservationRefused as No;
    use super::*;
    use crate::id::OrganizationId;

    fn reservation(status: ReservationStatus) -> Reservation {
        let now = Timestamp::EPOCH;
        let held = Charge {
            workspace_id: WorkspaceId::from_uuid(Uuid::from_u128(1)),
            meter: "locations".parse().unwrap(),
            resource_id: "site 1".parse().unwrap(),
            target: ChargeTarget::Organization(OrganizationId::from_uuid(Uuid::from_u128(2))),
            quantity: Quantity::ONE,
            held_by: None,
            created_at: now,
            updated_at: now,
        };
        let id = ReservationId::from_uuid(Uuid::from_u128(3));
        Reservation::of(id, &held, TimeToLive::default()).ended(status, now)
    }

    #[test]
    fn c5_units_are_held_for_a_second_to_a_day() {
        for seconds in [1, 900, 86_400] {
            assert_eq!(
                i64::from(TimeToLive::try_from(seconds).unwrap().as_secs()),
                seconds
            );
        }
        for seconds in [i64::MIN, -1, 0, 86_401, i64::MAX] {
            assert_eq!(TimeToLive::try_from(seconds), Err(InvalidTimeToLive));
        }
        let quarter_of_an_hour = Timestamp::EPOCH.plus(Duration::from_mins(15));
        assert_eq!(
            reservation(ReservationStatus::Held).expires_at,
            quarter_of_an_hour
        );
    }

    #[test]
    fn c5_a_reservation_ends_once_and_saying_so_again_changes_nothing() {
        let ends = |status| {
            let reservation = reservation(status);
            (reservation.commit(), reservation.release())
        };
        assert_eq!(ends(ReservationStatus::Held), (Ok(true), Ok(true)));
        assert_eq!(
            ends(ReservationStatus::Committed),
            (Ok(false), Err(No::Committed))
        );
        assert_eq!(ends(ReservationStatus::Released), (Err(No::Released), Ok(false)));
        assert_eq!(ends(ReservationStatus::Expired), (Err(No::Expired), Ok(false)));
    }
}
