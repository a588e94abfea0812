//! People as they arrive with a token.

use tenantry_domain::team::{Team, TeamMember};
use tenantry_domain::text::Folded;
use tenantry_domain::user::{Identity, Profile, User};
use tenantry_domain::workspace::Workspace;
use tenantry_domain::{TeamId, Timestamp, UserId};

use crate::access::person;
use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::event::{EventKind, EventPlace, facts_of};
use crate::ports::{StoreError, UniqueKey, UnitOfWork};
use crate::service::Tenantry;

impl Tenantry {
    /// The user behind an identity: made by the first request together with their personal team (T1), and brought up to date when the issuer
    /// says something new.
    pub fn identify(&self, identity: &Identity, profile: &Profile) -> Result<User> {
        let known = self.read(|unit| Ok(unit.users().find_by_identity(identity)?))?;
        if let Some(user) = known.filter(|user| is_current(user, profile)) {
            return Ok(user);
        }
        match self.write(|unit| self.receive(unit, identity, profile)) {
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

    /// Makes or changes the user behind an identity, and gives them their personal team.
    fn receive(&self, unit: &mut dyn UnitOfWork, identity: &Identity, said: &Profile) -> Result<User> {
        let now = self.now();
        let mut user = if let Some(user) = known(unit, identity, said)? {
            user
        } else {
            let id = UserId::from_uuid(self.parts.ids.fresh());
            let user = User::arrived(id, identity.clone(), said.clone(), now);
            unit.users().insert(&user)?;
            user
        };
        let profile = user.profile.updated_by(said);
        if profile != user.profile {
            user.updated_at = now;
        }
        user.profile = profile;
        user.identity = Some(identity.clone());
        if user.personal_team_id.is_none() {
            user.personal_team_id = Some(self.make_personal_team(unit, user.id, now)?);
        }
        unit.users().update(&user)?;
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
fn is_current(user: &User, said: &Profile) -> bool {
    user.personal_team_id.is_some() && user.profile.updated_by(said) == user.profile
}

/// The user of an identity, or somebody who was added by the address that the issuer vouches for and never signed in (T1). Whoever may not sign in
/// stays apart (T13): nobody can be locked out by being added.
fn known(unit: &mut dyn UnitOfWork, identity: &Identity, said: &Profile) -> Result<Option<User>> {
    if let Some(user) = unit.users().find_by_identity(identity)? {
        return Ok(unit.users().find_for_update(user.id)?);
    }
    let Some(address) = said.verified_address() else {
        return Ok(None);
    };
    let Some(user) = unclaimed(unit, &address)? else {
        return Ok(None);
    };
    let user = unit.users().find_for_update(user.id)?;
    Ok(user.filter(User::awaits_sign_in))
}

fn unclaimed(unit: &mut dyn UnitOfWork, address: &Folded) -> Result<Option<User>> {
    Ok(unit
        .users()
        .of_address(address)?
        .into_iter()
        .find(User::awaits_sign_in))
}
