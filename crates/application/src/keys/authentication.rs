use tenantry_domain::key::{Credential, Key, KeyHash, ShownKey, UserKey};
use tenantry_domain::team::Rights;
use tenantry_domain::{CredentialId, UserKeyId};

use crate::access::of_person;
use crate::actor::{Actor, TeamCredential};
use crate::error::Result;
use crate::ports::{FoundKey, UnitOfWork};
use crate::service::Tenantry;

/// Somebody who showed a good key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHolder {
    /// Who acts.
    pub actor: Actor,
    /// Whether that the key is used now is to be [noted](Tenantry::note_key_use).
    pub is_use_due: bool,
}

impl Tenantry {
    /// Who shows this key; `None` when it is no good. Nothing of that is remembered, so that what was taken away is gone at once (K3).
    pub fn authenticate_key(&self, shown: &ShownKey) -> Result<Option<KeyHolder>> {
        self.read(|unit| match shown {
            ShownKey::Credential { id, hash } => self.holder_of_credential(unit, *id, hash),
            ShownKey::UserKey { id, hash } => self.holder_of_user_key(unit, *id, hash),
        })
    }

    /// Notes that a key is used now. In a transaction of its own, since nothing depends on it.
    pub fn note_key_use(&self, shown: &ShownKey) -> Result<()> {
        self.write(|unit| match shown {
            ShownKey::Credential { id, .. } => Ok(unit.credentials().note_use(*id, self.now())?),
            ShownKey::UserKey { id, .. } => Ok(unit.user_keys().note_use(*id, self.now())?),
        })
    }

    fn holder_of_user_key(
        &self,
        unit: &mut dyn UnitOfWork,
        id: UserKeyId,
        hash: &KeyHash,
    ) -> Result<Option<KeyHolder>> {
        let found = unit.user_keys().find_shown(id)?;
        let good = self.good(found, hash, |key: &UserKey| &key.key);
        Ok(good.map(|found| self.holder(Actor::Person(found.user_id), &found.key)))
    }

    /// Whoever made the credential must still have something to do with the team.
    fn holder_of_credential(
        &self,
        unit: &mut dyn UnitOfWork,
        id: CredentialId,
        hash: &KeyHash,
    ) -> Result<Option<KeyHolder>> {
        let found = unit.credentials().find_shown(id)?;
        let Some(found) = self.good(found, hash, |credential: &Credential| &credential.key) else {
            return Ok(None);
        };
        let (team_id, creator_id) = (found.team_id, found.creator_id);
        let standing = unit.teams().standings(&[team_id], Some(creator_id))?.pop();
        let creator = standing.and_then(|standing| of_person(standing, creator_id));
        Ok(creator.map(|creator| {
            let scopes = Rights::of_credential(&found.scopes, &creator.rights).scopes;
            let credential = TeamCredential {
                id,
                team_id,
                creator_id,
                scopes,
            };
            self.holder(Actor::Credential(credential), &found.key)
        }))
    }

    fn good<K>(&self, found: Option<FoundKey<K>>, hash: &KeyHash, key: impl Fn(&K) -> &Key) -> Option<K> {
        let found = found.filter(|found| found.may_sign_in)?.key;
        key(&found).admits(hash, self.now()).then_some(found)
    }

    fn holder(&self, actor: Actor, key: &Key) -> KeyHolder {
        KeyHolder {
            actor,
            is_use_due: key.is_use_due(self.now()),
        }
    }
}
