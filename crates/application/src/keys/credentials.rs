use tenantry_domain::key::{Credential, Key, KeyText, KeyWish, Overlap};
use tenantry_domain::team::{Scopes, Team, TeamScope};
use tenantry_domain::{CredentialId, TeamId, UserId};

use super::Issued;
use crate::access::person;
use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::event::{EventKind, EventPlace, Facts, facts_of};
use crate::idempotency::Once;
use crate::ports::UnitOfWork;
use crate::precondition::Precondition;
use crate::service::Tenantry;

/// What a credential is to be.
#[derive(Debug, Clone)]
pub struct NewCredential {
    /// Its name and expiry.
    pub wish: KeyWish,
    /// What it may do; `None` for all that whoever makes it may.
    pub scopes: Option<Scopes>,
}

impl Tenantry {
    /// The API credentials of a team, in the order of their creation.
    pub fn list_credentials(&self, actor: &Actor, team: TeamId) -> Result<Vec<Credential>> {
        self.read_team(actor, team, Some(TeamScope::ApiView), |unit, access| {
            Ok(unit.credentials().list(access.team.workspace_id, team)?)
        })
    }

    /// One API credential.
    pub fn credential(&self, actor: &Actor, team: TeamId, id: CredentialId) -> Result<Credential> {
        self.read_team(actor, team, Some(TeamScope::ApiView), |unit, access| {
            find(unit, &access.team, id)
        })
    }

    /// Makes an API credential, which may do nothing that its maker may not (K3).
    pub fn create_credential(
        &self,
        actor: &Actor,
        team: TeamId,
        new: &NewCredential,
        once: &Once<'_, Issued<Credential>>,
    ) -> Result<Issued<Credential>> {
        let creator_id = maker(actor)?;
        let needed = (team, Some(TeamScope::ApiCreate));
        self.change_team_once(once, actor, needed, |unit, access| {
            let scopes = new.scopes.as_ref().unwrap_or(&access.rights.scopes);
            access.rights.check_grant(scopes)?;
            let workspace = access.team.workspace_id;
            let count = unit.credentials().list(workspace, team)?.len();
            self.settings().teams.check_keys(count)?;
            let id = CredentialId::from_uuid(self.parts.ids.fresh());
            let text = KeyText::of_credential(id, team, self.randomness());
            let credential = Credential {
                id,
                team_id: team,
                creator_id,
                scopes: scopes.clone(),
                key: Key::new(new.wish.clone(), text.hash(), self.now())?,
            };
            unit.credentials().insert(workspace, &credential)?;
            let what = (EventKind::ApiCredentialCreated, &access.team);
            self.record_credential(unit, actor, what, &credential, facts_of(&credential))?;
            Ok(Issued {
                key: credential,
                text,
            })
        })
    }

    /// Changes name and expiry of an API credential. Who gives it a longer life gives all that it may do, and so must have that (K3).
    pub fn update_credential(
        &self,
        actor: &Actor,
        (team, id): (TeamId, CredentialId),
        wish: &KeyWish,
        precondition: &Precondition<'_, Credential>,
    ) -> Result<Credential> {
        self.change_team(actor, team, Some(TeamScope::ApiUpdate), |unit, access| {
            let before = find(unit, &access.team, id)?;
            precondition.check(|| Ok(Some(before.clone())))?;
            if before.key.is_lengthened_by(wish.expires_at) {
                // No credential outlives its expiry by itself, nor by two that help each other.
                person(actor)?;
                access.rights.check_grant(&before.scopes)?;
            }
            let credential = Credential {
                key: before.key.clone().changed(wish.clone(), self.now())?,
                ..before.clone()
            };
            if credential == before {
                return Ok(before);
            }
            unit.credentials().update(access.team.workspace_id, &credential)?;
            let facts = facts_of(&credential).changed_since(&facts_of(&before));
            let what = (EventKind::ApiCredentialUpdated, &access.team);
            self.record_credential(unit, actor, what, &credential, facts)?;
            Ok(credential)
        })
    }

    /// Gives an API credential another secret. Who is told it gets all that the credential may do, and so must have that (K3).
    pub fn rotate_credential(
        &self,
        actor: &Actor,
        (team, id): (TeamId, CredentialId),
        overlap: Option<Overlap>,
        once: &Once<'_, Issued<Credential>>,
    ) -> Result<Issued<Credential>> {
        let needed = (team, Some(TeamScope::ApiUpdate));
        self.change_team_once(once, actor, needed, |unit, access| {
            let before = find(unit, &access.team, id)?;
            access.rights.check_grant(&before.scopes)?;
            let overlap = self.settings().rotation_overlap.grant(overlap)?;
            let now = self.now();
            let text = KeyText::of_credential(id, team, self.randomness());
            let credential = Credential {
                key: before.key.rotated(text.hash(), overlap, now),
                ..before
            };
            unit.credentials().update(access.team.workspace_id, &credential)?;
            let facts = Facts::default().and("previous_good_until", overlap.end(now).to_string());
            let what = (EventKind::ApiCredentialRotated, &access.team);
            self.record_credential(unit, actor, what, &credential, facts)?;
            Ok(Issued {
                key: credential,
                text,
            })
        })
    }

    /// Revokes an API credential, which is gone at once (K3).
    pub fn revoke_credential(
        &self,
        actor: &Actor,
        (team, id): (TeamId, CredentialId),
        precondition: &Precondition<'_, Credential>,
    ) -> Result<()> {
        self.change_team(actor, team, Some(TeamScope::ApiDelete), |unit, access| {
            let credential = find(unit, &access.team, id)?;
            precondition.check(|| Ok(Some(credential.clone())))?;
            self.revoke(unit, actor, &access.team, &credential)
        })
    }

    /// Revokes what somebody made in a team, lest it be good again should they come back (K3).
    pub(crate) fn revoke_credentials_of(
        &self,
        unit: &mut dyn UnitOfWork,
        actor: &Actor,
        (team, creator): (&Team, UserId),
    ) -> Result<()> {
        let mut theirs = unit.credentials().list(team.workspace_id, team.id)?;
        theirs.retain(|credential| credential.creator_id == creator);
        theirs
            .iter()
            .try_for_each(|credential| self.revoke(unit, actor, team, credential))
    }

    fn revoke(
        &self,
        unit: &mut dyn UnitOfWork,
        actor: &Actor,
        team: &Team,
        credential: &Credential,
    ) -> Result<()> {
        unit.credentials().delete(team.workspace_id, credential.id)?;
        let what = (EventKind::ApiCredentialRevoked, team);
        self.record_credential(unit, actor, what, credential, facts_of(credential))
    }

    fn record_credential(
        &self,
        unit: &mut dyn UnitOfWork,
        actor: &Actor,
        (kind, team): (EventKind, &Team),
        credential: &Credential,
        facts: Facts,
    ) -> Result<()> {
        let place = EventPlace::of(team.workspace_id, team.id.into());
        self.record(unit, actor, place, (kind, &credential.id), facts)
    }
}

/// Whose rights bound those of a credential that this caller makes.
fn maker(actor: &Actor) -> Result<UserId> {
    match actor {
        Actor::Person(user) => Ok(*user),
        Actor::Credential(credential) => Ok(credential.creator_id),
        Actor::Machine(_) => Err(Error::NotFound(Noun::Team)),
    }
}

fn find(unit: &mut dyn UnitOfWork, team: &Team, id: CredentialId) -> Result<Credential> {
    unit.credentials()
        .find(team.workspace_id, team.id, id)?
        .ok_or(Error::NotFound(Noun::Credential))
}
