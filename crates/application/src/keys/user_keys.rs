use tenantry_domain::key::{Key, KeyText, KeyWish, Overlap, UserKey};
use tenantry_domain::{UserId, UserKeyId};

use super::Issued;
use crate::access::person;
use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::idempotency::{Once, keep};
use crate::ports::UnitOfWork;
use crate::precondition::Precondition;
use crate::service::Tenantry;

impl Tenantry {
    /// The caller's API keys, in the order of their creation.
    pub fn list_user_keys(&self, actor: &Actor) -> Result<Vec<UserKey>> {
        let user = person(actor)?;
        self.read(|unit| Ok(unit.user_keys().list(user)?))
    }

    /// One of the caller's API keys.
    pub fn user_key(&self, actor: &Actor, id: UserKeyId) -> Result<UserKey> {
        let user = person(actor)?;
        self.read(|unit| find(unit, user, id))
    }

    /// Makes an API key that acts as the caller (K1).
    pub fn create_user_key(
        &self,
        actor: &Actor,
        wish: &KeyWish,
        once: &Once<'_, Issued<UserKey>>,
    ) -> Result<Issued<UserKey>> {
        self.change_own_once(once, actor, |unit, user_id| {
            let count = unit.user_keys().list(user_id)?.len();
            self.settings().teams.check_keys(count)?;
            let id = UserKeyId::from_uuid(self.parts.ids.fresh());
            let text = KeyText::of_user_key(id, self.randomness());
            let key = UserKey {
                id,
                user_id,
                key: Key::new(wish.clone(), text.hash(), self.now())?,
            };
            unit.user_keys().insert(&key)?;
            Ok(Issued { key, text })
        })
    }

    /// Gives one of the caller's API keys another secret.
    pub fn rotate_user_key(
        &self,
        actor: &Actor,
        id: UserKeyId,
        overlap: Option<Overlap>,
        once: &Once<'_, Issued<UserKey>>,
    ) -> Result<Issued<UserKey>> {
        self.change_own_once(once, actor, |unit, user_id| {
            let before = find(unit, user_id, id)?;
            let overlap = self.settings().rotation_overlap.grant(overlap)?;
            let text = KeyText::of_user_key(id, self.randomness());
            let key = UserKey {
                key: before.key.rotated(text.hash(), overlap, self.now()),
                ..before
            };
            unit.user_keys().update(&key)?;
            Ok(Issued { key, text })
        })
    }

    /// Revokes one of the caller's API keys, which is gone at once (K3).
    pub fn revoke_user_key(
        &self,
        actor: &Actor,
        id: UserKeyId,
        precondition: &Precondition<'_, UserKey>,
    ) -> Result<()> {
        self.change_own_once(&Once::default(), actor, |unit, user| {
            let key = find(unit, user, id)?;
            precondition.check(|| Ok(Some(key)))?;
            Ok(unit.user_keys().delete(id)?)
        })
    }

    /// Changes what is the caller's own, while their other changes of it wait.
    fn change_own_once<T>(
        &self,
        once: &Once<'_, T>,
        actor: &Actor,
        work: impl Fn(&mut dyn UnitOfWork, UserId) -> Result<T>,
    ) -> Result<T> {
        let user = person(actor)?;
        self.write(|unit| {
            self.claim(unit, actor, once)?;
            let found = unit.users().find_for_update(user)?;
            found.ok_or(Error::NotFound(Noun::User))?;
            let outcome = work(unit, user)?;
            keep(unit, actor, once, &outcome)?;
            Ok(outcome)
        })
    }
}

fn find(unit: &mut dyn UnitOfWork, user: UserId, id: UserKeyId) -> Result<UserKey> {
    unit.user_keys()
        .find(user, id)?
        .ok_or(Error::NotFound(Noun::UserKey))
}
