use std::collections::BTreeMap;

use tenantry_domain::Units;
use tenantry_domain::capacity::{
    Admission, ChargeTarget, Crossing, NodeId, Refusal, Sight, TargetId, UsageChange,
};
use tenantry_domain::charge::{Charge, ChargeMove, ChargePlan, check_reservable, plan_charge, plan_move};
use tenantry_domain::reservation::{Reservation, ReservationStatus, TimeToLive};
use tenantry_domain::workspace::Workspace;
use tenantry_domain::{ReservationId, Timestamp};

use super::book::{Book, Wanted};
use super::{ChargeRequest, Charged};
use crate::error::{Error, Noun, Result};
use crate::event::{EventKind, EventPlace, Facts, facts_of};
use crate::ports::{ChainRecord, ChargeKey, LedgerChange, StoreError, UnitOfWork};
use crate::service::Tenantry;
use crate::watch::Counted;

/// Where everything about a ledger is decided, one request after another: the rules are asked about the [`Book`], events are appended, and the
/// book follows. What is refused has changed nothing.
pub(crate) struct Desk<'a> {
    tenantry: &'a Tenantry,
    unit: &'a mut dyn UnitOfWork,
    by: String,
    book: Book,
    reserved: Vec<Reservation>,
    ended: Vec<Reservation>,
}

#[derive(Debug, thiserror::Error)]
#[error("the resource is charged elsewhere meanwhile")]
struct Elsewhere;

impl<'a> Desk<'a> {
    /// With what is wanted of the ledger locked, for somebody.
    pub fn open(
        tenantry: &'a Tenantry,
        unit: &'a mut dyn UnitOfWork,
        by: &impl ToString,
        (workspace, wanted): (&Workspace, &Wanted),
    ) -> Result<Self> {
        let book = Book::open(unit, workspace, wanted)?;
        let mut desk = Self::with(tenantry, unit, book);
        desk.by = by.to_string();
        Ok(desk)
    }

    /// With a book that is open already, for nobody yet.
    pub fn with(tenantry: &'a Tenantry, unit: &'a mut dyn UnitOfWork, book: Book) -> Self {
        Self {
            tenantry,
            unit,
            by: String::new(),
            book,
            reserved: Vec::new(),
            ended: Vec::new(),
        }
    }

    /// Does something for somebody, with the thresholds that this reaches (L9).
    pub fn serve<T>(&mut self, by: &impl ToString, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.by = by.to_string();
        let done = work(self)?;
        self.tell_thresholds()?;
        Ok(done)
    }

    /// The transaction.
    pub fn unit(&mut self) -> &mut dyn UnitOfWork {
        self.unit
    }

    /// What is locked of the ledger.
    pub fn book(&mut self) -> &mut Book {
        &mut self.book
    }

    /// Lets go on, unless the resource is charged where nothing is locked.
    pub fn check_locked(&mut self, key: &ChargeKey) -> Result<()> {
        match self.book.charge(key).map(|charge| charge.target.id()) {
            Some(target) if self.book.chains().target(target).is_err() => {
                Err(StoreError::Retry(Elsewhere.into()).into())
            }
            _ => Ok(()),
        }
    }

    /// One reservation whose chain is locked, as it is since it was decided about here.
    pub fn reservation(&mut self, id: ReservationId) -> Result<Reservation> {
        if let Some(ended) = self.ended.iter().find(|ended| ended.id == id) {
            return Ok(ended.clone());
        }
        let found = self.unit.reservations().find(id)?;
        found.ok_or(Error::NotFound(Noun::Reservation))
    }

    /// Has the workspace looked at not later than then.
    pub fn wake_at(&mut self, at: Timestamp) -> Result<()> {
        if self.book.wake_at(at)? {
            self.unit.workspaces().update(self.book.workspace())?;
        }
        Ok(())
    }

    /// Charges a resource, or resizes what it is charged with (C1, C2).
    pub fn charge(&mut self, sight: Sight, request: &ChargeRequest) -> Result<Charged> {
        self.book.workspace().check_changeable()?;
        let ChargeRequest {
            key,
            target,
            quantity,
        } = request;
        let place = self.book.chains().target(*target)?;
        let existing = self.book.charge(key).cloned();
        let plan =
            plan_charge(existing.as_ref(), *target, *quantity).map_err(|refused| refused.seen_by(sight))?;
        match plan {
            ChargePlan::Create(units) | ChargePlan::Grow(units) => self.grow(sight, *target, key, units)?,
            ChargePlan::Shrink(units) => self.change(*target, key, UsageChange::Shrink(units))?,
            ChargePlan::Keep => {}
        }
        let (created, charge) = match existing {
            None => (true, self.row(request, place)),
            Some(charge) if charge.quantity == *quantity => {
                return Ok(Charged {
                    charge,
                    created: false,
                });
            }
            Some(charge) => {
                let resized = Charge {
                    quantity: *quantity,
                    updated_at: self.tenantry.now(),
                    ..charge
                };
                (false, resized)
            }
        };
        let kind = if created {
            EventKind::ChargeCreated
        } else {
            EventKind::ChargeResized
        };
        self.record_charge(kind, &charge)?;
        self.book.put(charge.clone());
        Ok(Charged { charge, created })
    }

    /// Gives back what a resource is charged or held with at an organization or team; nothing, when it is not (C4).
    pub fn release(&mut self, target: TargetId, key: &ChargeKey) -> Result<()> {
        let Some(charge) = self.book.charge_at(target, key).cloned() else {
            return Ok(());
        };
        if let Some(id) = charge.held_by {
            let held = self.reservation(id)?;
            return self.give_back(held).map(drop);
        }
        self.change(target, key, UsageChange::Shrink(charge.quantity.units()))?;
        self.record_charge(EventKind::ChargeReleased, &charge)?;
        self.book.remove(key);
        Ok(())
    }

    /// Charges a resource to another organization or team than it is (C11): those nodes must admit it that do not count it yet.
    pub fn transfer(&mut self, sight: Sight, key: &ChargeKey, to: TargetId) -> Result<Charge> {
        self.book.workspace().check_changeable()?;
        let place = self.book.chains().target(to)?;
        let charge = self.book.charge(key).cloned();
        let before = charge.ok_or(Error::NotFound(Noun::Charge))?;
        let ChargeMove::From(from) = plan_move(&before, to)? else {
            return Ok(before);
        };
        let units = before.quantity.units();
        let setting = self.tenantry.settings().enforcement;
        let gaining = self.book.chains().gaining((from.id(), to), &key.meter, setting)?;
        let admission = Crossing::admit(gaining, units);
        self.admitted(sight, to, key, (units, admission))?;
        self.change(from.id(), key, UsageChange::Shrink(units))?;
        self.change(to, key, UsageChange::Grow(units))?;
        let charge = Charge {
            target: place,
            updated_at: self.tenantry.now(),
            ..before.clone()
        };
        self.record_move(&charge, from)?;
        self.book.put(charge.clone());
        Ok(charge)
    }

    /// Holds units for a resource (C5).
    pub fn reserve(
        &mut self,
        sight: Sight,
        request: &ChargeRequest,
        (id, ttl): (ReservationId, TimeToLive),
    ) -> Result<Reservation> {
        self.book.workspace().check_changeable()?;
        let ChargeRequest { key, target, .. } = request;
        let place = self.book.chains().target(*target)?;
        check_reservable(self.book.charge(key), *target).map_err(|refused| refused.seen_by(sight))?;
        self.grow(sight, *target, key, request.quantity.units())?;
        let held = Charge {
            held_by: Some(id),
            ..self.row(request, place)
        };
        let reservation = Reservation::of(id, &held, ttl);
        self.record_reservation(EventKind::ReservationCreated, &reservation)?;
        self.book.put(held);
        self.reserved.push(reservation.clone());
        Ok(reservation)
    }

    /// Charges what a reservation holds.
    pub fn commit(&mut self, held: Reservation) -> Result<Reservation> {
        let now = self.tenantry.now();
        let key = key_of(&held);
        let charge = Charge {
            held_by: None,
            updated_at: now,
            ..self.held(&held, &key)?
        };
        let committed = held.ended(ReservationStatus::Committed, now);
        self.record_reservation(EventKind::ReservationCommitted, &committed)?;
        self.record_charge(EventKind::ChargeCreated, &charge)?;
        self.book.put(charge);
        self.ended.push(committed.clone());
        Ok(committed)
    }

    /// Gives back what a reservation holds, because somebody says so.
    pub fn give_back(&mut self, held: Reservation) -> Result<Reservation> {
        self.end(
            held,
            (ReservationStatus::Released, EventKind::ReservationReleased),
        )
    }

    /// The same because of the time.
    pub fn expire(&mut self, held: Reservation) -> Result<Reservation> {
        self.end(held, (ReservationStatus::Expired, EventKind::ReservationExpired))
    }

    /// Writes what was decided, as the last thing that the transaction does but for the answer.
    pub fn save(mut self) -> Result<()> {
        self.tell_thresholds()?;
        match self.close()? {
            Some(change) => Ok(self.unit.charges().save(&[change])?),
            None => Ok(()),
        }
    }

    /// Writes everything but what was decided about the ledger, which is told; `None` when that is nothing.
    pub fn close(&mut self) -> Result<Option<LedgerChange>> {
        self.unit.reservations().save(&self.reserved, &self.ended)?;
        Ok(self.book.changes())
    }

    fn end(
        &mut self,
        held: Reservation,
        (status, kind): (ReservationStatus, EventKind),
    ) -> Result<Reservation> {
        let key = key_of(&held);
        self.held(&held, &key)?;
        self.change(held.target.id(), &key, UsageChange::Shrink(held.quantity.units()))?;
        self.book.remove(&key);
        let ended = held.ended(status, self.tenantry.now());
        self.record_reservation(kind, &ended)?;
        self.ended.push(ended.clone());
        Ok(ended)
    }

    /// A row of the ledger that begins now.
    fn row(&self, request: &ChargeRequest, target: ChargeTarget) -> Charge {
        let now = self.tenantry.now();
        Charge {
            workspace_id: self.book.workspace().id,
            meter: request.key.meter.clone(),
            resource_id: request.key.resource_id.clone(),
            target,
            quantity: request.quantity,
            held_by: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Has so many more units used at an organization or team, when its chain admits them.
    fn grow(&mut self, sight: Sight, target: TargetId, key: &ChargeKey, units: Units) -> Result<()> {
        let setting = self.tenantry.settings().enforcement;
        let admission = self
            .book
            .chains()
            .chain(target, &key.meter, setting)?
            .admit(units);
        self.admitted(sight, target, key, (units, admission))?;
        self.change(target, key, UsageChange::Grow(units))
    }

    fn change(&mut self, target: TargetId, key: &ChargeKey, change: UsageChange) -> Result<()> {
        self.book.chains().change_usage(target, &key.meter, change)
    }

    /// Tells of a refusal what may be known (C3), and tells where an observing node would have refused (B3, L8).
    fn admitted(
        &mut self,
        sight: Sight,
        target: TargetId,
        key: &ChargeKey,
        (units, admission): (Units, std::result::Result<Admission, Box<Refusal>>),
    ) -> Result<()> {
        let meter = &key.meter;
        let admission = match admission {
            Ok(admission) => admission,
            Err(refusal) => {
                let refusal = refusal.named(&self.names(target)?).seen_by(sight);
                return Err(Error::LimitReached {
                    meter: meter.clone(),
                    refusal: Box::new(refusal),
                });
            }
        };
        let place = EventPlace::of(self.book.workspace().id, target);
        let about: (EventPlace, &dyn ToString) = (place, &key.resource_id);
        self.tenantry
            .tell_would_refuse(self.unit, &self.by, about, (meter, units), &admission)
    }

    /// What people call the nodes of a chain.
    fn names(&mut self, target: TargetId) -> Result<BTreeMap<NodeId, String>> {
        let workspace = self.book.workspace().id;
        let chains = self.unit.balances().chains(workspace, &[target])?;
        let nodes = chains.into_values().flat_map(ChainRecord::into_nodes);
        Ok(nodes.map(|node| (node.id, node.name)).collect())
    }

    fn tell_thresholds(&mut self) -> Result<()> {
        let workspace = self.book.workspace().id;
        self.book.chains().take_changes().iter().try_for_each(|changed| {
            let counted = Counted {
                workspace,
                node: changed.node,
                meter: &changed.meter,
            };
            let balances = [changed.before, changed.after];
            self.tenantry
                .tell_thresholds(self.unit, &self.by, counted, balances)
        })
    }

    /// The row of the ledger that a reservation holds.
    fn held(&self, reservation: &Reservation, key: &ChargeKey) -> Result<Charge> {
        let row = self.book.charge_at(reservation.target.id(), key);
        let held = row.filter(|row| row.held_by == Some(reservation.id));
        held.cloned().ok_or_else(|| lost(reservation.id))
    }

    fn record_charge(&mut self, kind: EventKind, charge: &Charge) -> Result<()> {
        let place = charge.target.id();
        self.record_at(place, (kind, &charge.resource_id), facts_of(charge))
    }

    /// The feed of each team that the charge leaves or comes to tells it, and that of the workspace with them.
    fn record_move(&mut self, charge: &Charge, from: ChargeTarget) -> Result<()> {
        let facts = facts_of(charge)
            .and(
                "from_organization_id",
                from.organization().map(|id| id.to_string()),
            )
            .and("from_team_id", from.team().map(|id| id.to_string()));
        let to = charge.target.id();
        let is_team = |place: &TargetId| place.team().is_some();
        let mut places: Vec<TargetId> = [from.id(), to].into_iter().filter(is_team).collect();
        if places.is_empty() {
            places.push(to);
        }
        places.into_iter().try_for_each(|place| {
            self.record_at(
                place,
                (EventKind::ChargeMoved, &charge.resource_id),
                facts.clone(),
            )
        })
    }

    fn record_reservation(&mut self, kind: EventKind, reservation: &Reservation) -> Result<()> {
        let place = reservation.target.id();
        self.record_at(place, (kind, &reservation.id), facts_of(reservation))
    }

    fn record_at(
        &mut self,
        target: TargetId,
        subject: (EventKind, &dyn ToString),
        facts: Facts,
    ) -> Result<()> {
        let place = EventPlace::of(self.book.workspace().id, target);
        self.tenantry.record(self.unit, &self.by, place, subject, facts)
    }
}

/// Where the units of a reservation stand in the ledger.
pub(super) fn key_of(reservation: &Reservation) -> ChargeKey {
    ChargeKey {
        meter: reservation.meter.clone(),
        resource_id: reservation.resource_id.clone(),
    }
}

fn lost(id: ReservationId) -> Error {
    Error::Inconsistent(format!(
        "the reservation {id} is held, but the ledger does not have its units"
    ))
}
