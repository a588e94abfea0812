use std::collections::BTreeSet;

use serde_json::json;
use tenantry_domain::capacity::{ChargeTarget, Sight, TargetId, UsageChange};
use tenantry_domain::charge::{Charge, ResourceId};
use tenantry_domain::meter::SEATS;
use tenantry_domain::team::{SeatHolder, Team};
use tenantry_domain::text::Folded;
use tenantry_domain::user::User;
use tenantry_domain::{Meter, OrganizationId, Quantity, Units, UserId, WorkspaceId};

use crate::charges::usage_after;
use crate::error::{Error, Noun, Result};
use crate::event::EventKind;
use crate::limits::chain_of;
use crate::ports::{ChainRecord, ChargeKey, LedgerChange, UnitOfWork};
use crate::service::Tenantry;

/// Those whose seats may have to change.
#[derive(Debug, Clone, Default)]
pub(crate) struct Concerned {
    users: BTreeSet<UserId>,
    addresses: Vec<Folded>,
}

impl Concerned {
    /// A person, with the address under which they may be invited.
    pub fn user(mut self, user: &User) -> Self {
        self.users.insert(user.id);
        self.addresses.extend(user.profile.address());
        self
    }

    /// Whoever has this address.
    pub fn address(mut self, address: &str) -> Self {
        self.addresses.push(Folded::of(address));
        self
    }

    /// The people among them whose ids are known.
    pub fn users(&self) -> Vec<UserId> {
        self.users.iter().copied().collect()
    }

    fn holders(&self) -> impl Iterator<Item = SeatHolder> {
        let members = self.users.iter().copied().map(SeatHolder::Member);
        members.chain(self.addresses.iter().cloned().map(SeatHolder::Invited))
    }
}

/// The chain at which the seats of an organization count, locked.
pub(crate) struct Seats {
    workspace: WorkspaceId,
    organization: OrganizationId,
    meter: Meter,
    chain: ChainRecord,
}

impl Tenantry {
    /// Keeps everybody else from the seats that a team's people take, until the transaction ends; `None` where no seats are counted: outside
    /// every organization, and where the deployment does not count `users`.
    pub(crate) fn lock_seats(&self, unit: &mut dyn UnitOfWork, team: &Team) -> Result<Option<Seats>> {
        let (Some(organization), Ok(meter)) = (team.organization_id, self.settings().meters.get(SEATS))
        else {
            return Ok(None);
        };
        let (workspace, target) = (team.workspace_id, TargetId::Organization(organization));
        let found = unit.balances().chain_for_update(workspace, target, &meter)?;
        Ok(Some(Seats {
            workspace,
            organization,
            meter,
            chain: found.ok_or(Error::NotFound(Noun::Organization))?,
        }))
    }

    /// Gives these people the seats that they take now, and takes away those that they do not: one for each person in any team of the organization,
    /// and one for each address that is invited while nobody who has it is in one (C9). It is the last thing that a transaction does.
    pub(crate) fn reseat(
        &self,
        unit: &mut dyn UnitOfWork,
        by: &impl ToString,
        seats: Option<Seats>,
        concerned: &Concerned,
    ) -> Result<()> {
        let Some(seats) = seats else { return Ok(()) };
        let held = seats.held(unit, concerned)?;
        let taken = seats.taken(unit, concerned)?;
        let released: Vec<_> = held.difference(&taken).cloned().collect();
        let charged: Vec<_> = taken.difference(&held).cloned().collect();
        if released.is_empty() && charged.is_empty() {
            return Ok(());
        }
        let change = difference(charged.len(), released.len())?;
        if let UsageChange::Grow(units) = change
            && units > Units::ZERO
        {
            self.admit_seats(unit, by, &seats, units)?;
        }
        Ok(unit.charges().save(&LedgerChange {
            workspace: seats.workspace,
            usage: usage_after(&seats.chain, &seats.meter, change)?,
            charged: charged.into_iter().map(|seat| self.seat(&seats, seat)).collect(),
            released: released.into_iter().map(|seat| seats.key(seat)).collect(),
        })?)
    }

    /// Whoever fills a team need not know what is above it (C3).
    fn admit_seats(
        &self,
        unit: &mut dyn UnitOfWork,
        by: &impl ToString,
        seats: &Seats,
        units: Units,
    ) -> Result<()> {
        let meter = &seats.meter;
        let admission = chain_of(&seats.chain, meter, self.settings().enforcement)
            .admit(units)
            .map_err(|refusal| Error::LimitReached {
                meter: meter.clone(),
                refusal: Box::new(refusal.seen_by(Sight::Nothing)),
            })?;
        for node in admission.would_have_refused {
            let changes =
                json!({ "meter": meter.as_str(), "requested": units.get(), "node": node.to_string() });
            let subject: (EventKind, &dyn ToString) = (EventKind::ChargeWouldRefuse, &seats.organization);
            self.record(unit, by, seats.workspace, subject, changes)?;
        }
        Ok(())
    }

    fn seat(&self, seats: &Seats, resource_id: ResourceId) -> Charge {
        let now = self.now();
        Charge {
            workspace_id: seats.workspace,
            meter: seats.meter.clone(),
            resource_id,
            target: ChargeTarget::Organization(seats.organization),
            quantity: Quantity::ONE,
            created_at: now,
            updated_at: now,
        }
    }
}

impl Seats {
    fn key(&self, resource_id: ResourceId) -> ChargeKey {
        ChargeKey {
            meter: self.meter.clone(),
            resource_id,
        }
    }

    /// The seats of these people in the ledger.
    fn held(&self, unit: &mut dyn UnitOfWork, concerned: &Concerned) -> Result<BTreeSet<ResourceId>> {
        let seats: Vec<_> = concerned
            .holders()
            .map(|holder| holder.resource(self.organization))
            .collect();
        Ok(unit.charges().charged_of(self.workspace, &self.meter, &seats)?)
    }

    /// The seats that these people take.
    fn taken(&self, unit: &mut dyn UnitOfWork, concerned: &Concerned) -> Result<BTreeSet<ResourceId>> {
        let users = concerned.users();
        let (workspace, organization) = (self.workspace, self.organization);
        let seated = unit.team_members().seated(workspace, organization, &users)?;
        let awaited = unit
            .team_members()
            .awaited(workspace, organization, &concerned.addresses)?;
        let takes = |holder: &SeatHolder| match holder {
            SeatHolder::Member(user) => seated.contains(user),
            SeatHolder::Invited(address) => awaited.contains(address.as_str()),
        };
        Ok(concerned
            .holders()
            .filter(takes)
            .map(|holder| holder.resource(organization))
            .collect())
    }
}

fn difference(charged: usize, released: usize) -> Result<UsageChange> {
    let units = |count: usize| {
        let units = u64::try_from(count).ok().and_then(|count| Units::new(count).ok());
        units.ok_or_else(|| Error::Inconsistent("more people than can be counted".into()))
    };
    Ok(if charged >= released {
        UsageChange::Grow(units(charged - released)?)
    } else {
        UsageChange::Shrink(units(released - charged)?)
    })
}
