use std::collections::{BTreeMap, BTreeSet};

use tenantry_domain::capacity::{ChargeTarget, Sight, TargetId, UsageChange};
use tenantry_domain::charge::{Charge, ResourceId};
use tenantry_domain::meter::SEATS;
use tenantry_domain::team::{SeatHolder, Team};
use tenantry_domain::text::{Email, EmailKey};
use tenantry_domain::user::User;
use tenantry_domain::{Meter, OrganizationId, Quantity, Units, UserId, WorkspaceId};

use crate::charges::LockedChains;
use crate::error::{Error, Result};
use crate::event::EventPlace;
use crate::ports::{ChargeKey, LedgerChange, UnitOfWork};
use crate::service::Tenantry;

/// Those whose seats may have to change.
#[derive(Debug, Clone, Default)]
pub(crate) struct Concerned {
    users: BTreeSet<UserId>,
    addresses: Vec<EmailKey>,
}

impl Concerned {
    /// A person, with the address under which they may be invited.
    pub fn user(mut self, user: &User) -> Self {
        self.users.insert(user.id);
        self.addresses.extend(user.profile.address());
        self
    }

    /// Whoever has this address.
    pub fn address(mut self, address: &Email) -> Self {
        self.add(address);
        self
    }

    /// The same for one more.
    pub fn add(&mut self, address: &Email) {
        self.addresses.push(address.key());
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
    chains: LockedChains,
}

/// Seats that are taken and given back.
struct Moves {
    charged: Vec<ResourceId>,
    released: Vec<ResourceId>,
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
        let chains = LockedChains::lock(unit, workspace, (&[target], std::slice::from_ref(&meter)))?;
        Ok(Some(Seats {
            workspace,
            organization,
            meter,
            chains,
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
        let moves = seats.moves(unit, concerned)?;
        if let UsageChange::Grow(units) = moves.usage()?
            && units > Units::ZERO
        {
            self.admit_seats(unit, by, &seats, units)?;
        }
        self.save_seats(unit, by, seats, moves)
    }

    /// The same where nobody is asked: what an issuer says about somebody is so. No limit refuses it; it may leave an organization over its limit,
    /// which is shown and blocks growth like any other (L4).
    pub(crate) fn reseat_anyhow(
        &self,
        unit: &mut dyn UnitOfWork,
        by: &impl ToString,
        seats: Option<Seats>,
        concerned: &Concerned,
    ) -> Result<()> {
        let Some(seats) = seats else { return Ok(()) };
        let moves = seats.moves(unit, concerned)?;
        self.save_seats(unit, by, seats, moves)
    }

    fn save_seats(
        &self,
        unit: &mut dyn UnitOfWork,
        by: &impl ToString,
        mut seats: Seats,
        moves: Moves,
    ) -> Result<()> {
        if moves.charged.is_empty() && moves.released.is_empty() {
            return Ok(());
        }
        let (target, meter) = (seats.organization.into(), seats.meter.clone());
        seats.chains.change_usage(target, &meter, moves.usage()?)?;
        let charged = moves.charged.into_iter().map(|seat| self.seat(&seats, seat));
        let released = moves.released.into_iter().map(|seat| seats.key(seat));
        let change = LedgerChange {
            usage: seats.chains.usage(),
            charged: charged.collect(),
            released: released.collect(),
            ..LedgerChange::new(seats.workspace)
        };
        self.save_ledger(unit, by, &change)
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
        let setting = self.settings().enforcement;
        let chain = seats.chains.chain(seats.organization.into(), meter, setting)?;
        let admission = chain.admit(units).map_err(|refusal| Error::LimitReached {
            meter: meter.clone(),
            refusal: Box::new(refusal.seen_by(Sight::Nothing)),
        })?;
        let about: (EventPlace, &dyn ToString) = (seats.workspace.into(), &seats.organization);
        self.tell_would_refuse(unit, by, about, (meter, units), &admission)
    }

    fn seat(&self, seats: &Seats, resource_id: ResourceId) -> Charge {
        let now = self.now();
        Charge {
            workspace_id: seats.workspace,
            meter: seats.meter.clone(),
            resource_id,
            target: ChargeTarget::Organization(seats.organization),
            quantity: Quantity::ONE,
            held_by: None,
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

    /// What differs between the seats that these people have and those that they take.
    fn moves(&self, unit: &mut dyn UnitOfWork, concerned: &Concerned) -> Result<Moves> {
        let held = self.held(unit, concerned)?;
        let taken = self.taken(unit, concerned)?;
        Ok(Moves {
            charged: taken.difference(&held).cloned().collect(),
            released: held.difference(&taken).cloned().collect(),
        })
    }

    /// The seats of these people in the ledger.
    fn held(&self, unit: &mut dyn UnitOfWork, concerned: &Concerned) -> Result<BTreeSet<ResourceId>> {
        let seats: Vec<_> = concerned
            .holders()
            .map(|holder| self.key(holder.resource(self.organization)))
            .collect();
        let standing = unit.charges().standing(self.workspace, &seats)?;
        let charges = standing.map(|standing| standing.charges).unwrap_or_default();
        Ok(charges.into_iter().map(|charge| charge.resource_id).collect())
    }

    /// The seats that these people take.
    fn taken(&self, unit: &mut dyn UnitOfWork, concerned: &Concerned) -> Result<BTreeSet<ResourceId>> {
        let (workspace, organization) = (self.workspace, self.organization);
        let owners = owners_of(unit, &concerned.addresses)?;
        let users: BTreeSet<UserId> = concerned.users.iter().chain(owners.keys()).copied().collect();
        let users: Vec<UserId> = users.into_iter().collect();
        let seated = unit.team_members().seated(workspace, organization, &users)?;
        let addresses = &concerned.addresses;
        let mut awaited = unit.invitations().invited(workspace, organization, addresses)?;
        for address in seated.iter().filter_map(|user| owners.get(user)) {
            awaited.remove(address);
        }
        let takes = |holder: &SeatHolder| match holder {
            SeatHolder::Member(user) => seated.contains(user),
            SeatHolder::Invited(address) => awaited.contains(address),
        };
        Ok(concerned
            .holders()
            .filter(takes)
            .map(|holder| holder.resource(organization))
            .collect())
    }
}

impl Moves {
    fn usage(&self) -> Result<UsageChange> {
        let (charged, released) = (self.charged.len(), self.released.len());
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
}

/// Who has which of these addresses.
pub(crate) fn owners_of(
    unit: &mut dyn UnitOfWork,
    addresses: &[EmailKey],
) -> Result<BTreeMap<UserId, EmailKey>> {
    let known = unit.users().of_addresses(addresses)?.into_iter();
    Ok(known
        .filter_map(|user| Some((user.id, user.own_address()?)))
        .collect())
}
