//! People as they arrive with a token.

use tenantry_domain::team::{Team, TeamMember};
use tenantry_domain::user::{Identity, Said, User};
use tenantry_domain::workspace::Workspace;
use tenantry_domain::{TeamId, Timestamp, UserId};

use crate::access::person;
use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::event::{EventKind, EventPlace, facts_of};
use crate::ports::{StoreError, UniqueKey, UnitOfWork};
use crate::service::Tenantry;
use crate::teams::Homes;

impl Tenantry {
    /// The user behind an identity: made by the first request together with their personal team (T1), and brought up to date when the issuer
    /// says something new.
    pub fn identify(&self, identity: &Identity, said: &Said) -> Result<User> {
        let known = self.read(|unit| Ok(unit.users().find_by_identity(identity)?))?;
        if let Some(user) = known.filter(|user| is_current(user, said)) {
            return Ok(user);
        }
        match self.write(|unit| self.receive(unit, identity, said)) {
            // Two first requests at once: the other one made the user.
            Err(Error::Store(StoreError::Duplicate(UniqueKey::UserIdentity))) => self
                .read(|unit| Ok(unit.users().find_by_identity(identity)?))?
                .ok_or_else(|| Error::Inconsistent("a user is there and is not".into())),
            outcome => outcome,
        }
    }

    /// The caller as a user.
    pub fn me(&self, actor: &Actor) -> Result<User> {
        let user = person(actor)?;
        self.read(|unit| unit.users().find(user)?.ok_or(Error::NotFound(Noun::User)))
    }

    /// Makes or changes the user behind an identity, and gives them their personal team. Their seats follow their address (C9).
    fn receive(&self, unit: &mut dyn UnitOfWork, identity: &Identity, said: &Said) -> Result<User> {
        let now = self.now();
        let homes = lock_homes(unit, identity, said)?;
        let before = if let Some(user) = known(unit, identity, said)? {
            user
        } else {
            let id = UserId::from_uuid(self.parts.ids.fresh());
            let user = User::arrived(id, identity.clone(), said.clone(), now);
            unit.users().insert(&user)?;
            user
        };
        let mut user = after(&before, said);
        if user.profile != before.profile {
            user.updated_at = now;
        }
        user.identity = Some(identity.clone());
        if user.personal_team_id.is_none() {
            user.personal_team_id = Some(self.make_personal_team(unit, user.id, now)?);
        }
        unit.users().update(&user)?;
        if user.own_address() != before.own_address() {
            self.follow_address(unit, &homes, (&before, &user))?;
        }
        Ok(user)
    }

    fn make_personal_team(&self, unit: &mut dyn UnitOfWork, owner: UserId, now: Timestamp) -> Result<TeamId> {
        let id = TeamId::from_uuid(self.parts.ids.fresh());
        let team = Team::personal(id, owner, now);
        insert_team(unit, &team)?;
        let place = EventPlace::of(team.workspace_id, id.into());
        let by = Actor::Person(owner);
        self.record(unit, &by, place, (EventKind::TeamCreated, &id), facts_of(&team))?;
        Ok(id)
    }
}

/// Adds a team with its owner as its first member; outside every organization with a workspace of its own.
pub(crate) fn insert_team(unit: &mut dyn UnitOfWork, team: &Team) -> Result<()> {
    if team.organization_id.is_none() {
        unit.workspaces()
            .insert(&Workspace::of_team(team.workspace_id, team.created_at))?;
    }
    unit.teams().insert(team)?;
    let owner = TeamMember {
        team_id: team.id,
        user_id: team.owner_id,
        roles: Vec::new(),
        created_at: team.created_at,
    };
    Ok(unit.team_members().insert(team.workspace_id, &owner)?)
}

/// Whether the issuer says nothing new about somebody who has everything that people have.
fn is_current(user: &User, said: &Said) -> bool {
    user.personal_team_id.is_some() && after(user, said) == *user
}

/// Somebody after their issuer has said this.
fn after(user: &User, said: &Said) -> User {
    let mut user = user.clone();
    user.hear(said);
    user
}

/// Locks the workspaces of the organizations where a known person is whose address this changes. They come before the person, whom others lock
/// with the workspace locked.
fn lock_homes(unit: &mut dyn UnitOfWork, identity: &Identity, said: &Said) -> Result<Homes> {
    match unit.users().find_by_identity(identity)? {
        Some(user) if after(&user, said).own_address() != user.own_address() => Homes::lock(unit, user.id),
        _ => Ok(Homes::default()),
    }
}

/// The user of an identity, or somebody who was added by the address that the issuer vouches for and never signed in (T1). Whoever may not sign in
/// stays apart (T13): nobody can be locked out by being added.
fn known(unit: &mut dyn UnitOfWork, identity: &Identity, said: &Said) -> Result<Option<User>> {
    if let Some(user) = unit.users().find_by_identity(identity)? {
        return Ok(unit.users().find_for_update(user.id)?);
    }
    let Some(address) = said.profile.verified_address() else {
        return Ok(None);
    };
    let known = unit.users().of_addresses(std::slice::from_ref(&address))?;
    let Some(awaited) = known.iter().find(|user| user.is_awaited_with(&address)) else {
        return Ok(None);
    };
    // Asked again, since they may have got another address meanwhile, or been taken over.
    let user = unit.users().find_for_update(awaited.id)?;
    Ok(user.filter(|user| user.is_awaited_with(&address)))
}
