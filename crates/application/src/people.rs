//! People as they arrive with a token.

use tenantry_domain::UserId;
use tenantry_domain::user::{Identity, Profile, User};

use crate::access::person;
use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::ports::{StoreError, UniqueKey};
use crate::service::Tenantry;

impl Tenantry {
    /// The user behind an identity: made by the first request (T1), and brought up to date when the issuer says something new.
    pub fn identify(&self, identity: &Identity, profile: &Profile) -> Result<User> {
        let Some(user) = self.read(|unit| Ok(unit.users().find_by_identity(identity)?))? else {
            return self.welcome(identity, profile);
        };
        let profile = user.profile.updated_by(profile);
        if profile == user.profile {
            Ok(user)
        } else {
            self.update_profile(user, profile)
        }
    }

    /// The caller as a user.
    pub fn me(&self, actor: &Actor) -> Result<User> {
        let user = person(actor)?;
        self.read(|unit| unit.users().find(user)?.ok_or(Error::NotFound(Noun::User)))
    }

    fn update_profile(&self, user: User, profile: Profile) -> Result<User> {
        let user = User {
            profile,
            updated_at: self.now(),
            ..user
        };
        self.write(|unit| Ok(unit.users().update_profile(&user)?))?;
        Ok(user)
    }

    fn welcome(&self, identity: &Identity, profile: &Profile) -> Result<User> {
        let (id, now) = (UserId::from_uuid(self.parts.ids.fresh()), self.now());
        let user = User {
            id,
            identity: identity.clone(),
            profile: profile.clone(),
            created_at: now,
            updated_at: now,
        };
        match self.write(|unit| Ok(unit.users().insert(&user)?)) {
            // Two first requests at once: the other one made the user.
            Err(Error::Store(StoreError::Duplicate(UniqueKey::UserIdentity))) => self
                .read(|unit| Ok(unit.users().find_by_identity(identity)?))?
                .ok_or_else(|| Error::Inconsistent("a user is there and is not".into())),
            outcome => outcome.map(|()| user),
        }
    }
}
