//! Turns what callers show into who they are: verifies tokens, and knows the people behind them.

use std::sync::Arc;
use std::time::Duration;

use quick_cache::sync::Cache;
use tenantry_application::error::with_causes;
use tenantry_application::{Actor, Error, Machine, Scope, Tenantry};
use tenantry_domain::key::{NotAKey, ShownKey};
use tenantry_domain::user;
use tenantry_domain::{Timestamp, UserId};
use tenantry_http::{AuthRefused, Authentication, Authenticator, Caller, Credential, CredentialKind};

use tokio::sync::Semaphore;

use crate::auth::{AuthError, Identity, IdentityKind, LOCAL_ISSUER, Verifier};
use crate::key_desk::KeyDesk;

/// How many people are remembered, so that their requests need no look-up.
const REMEMBERED: usize = 10_000;
/// How many people are looked up at once, so that a rush of new ones does not take every connection from those who are in.
const LOOK_UPS: usize = 2;

/// Lets people and programs in.
pub struct Doorkeeper {
    verifier: Verifier<Bearer>,
    keys: KeyDesk,
    tenantry: Tenantry,
    known: Arc<Cache<user::Identity, Known>>,
    look_ups: Arc<Semaphore>,
}

/// What a token says, as far as that can be told without looking anybody up.
pub struct Bearer {
    holder: Holder,
    credential: Credential,
}

enum Holder {
    Machine(Machine),
    Person(user::Identity, user::Said),
}

/// Somebody who is known, and what their issuer said of them.
type Known = Arc<(user::Profile, UserId)>;

impl Doorkeeper {
    /// Lets in whom this verifier vouches for, and who shows an API key.
    #[must_use]
    pub fn new(verifier: Verifier, tenantry: Tenantry) -> Self {
        Self {
            verifier: verifier.making(),
            keys: KeyDesk::new(tenantry.clone()),
            tenantry,
            known: Arc::new(Cache::new(REMEMBERED)),
            look_ups: Arc::new(Semaphore::new(LOOK_UPS)),
        }
    }

    async fn admit(&self, bearer: &str) -> Result<Caller, AuthRefused> {
        match bearer.parse() {
            Ok(key) => return self.keys.admit(key).await,
            Err(NotAKey) if ShownKey::is_meant_by(bearer) => {
                let why = "the API key is mistyped or cut off";
                return Err(AuthRefused::Invalid(why.to_owned()));
            }
            Err(NotAKey) => {}
        }
        let bearer = self.verifier.verify(bearer).await.map_err(refused)?;
        let actor = match &bearer.holder {
            Holder::Machine(machine) => Actor::Machine(machine.clone()),
            Holder::Person(identity, said) => Actor::Person(self.user(identity, said).await?),
        };
        Ok(bearer.caller(actor))
    }

    /// The user of this identity: remembered, unless the issuer says something new about them.
    async fn user(&self, identity: &user::Identity, said: &user::Said) -> Result<UserId, AuthRefused> {
        if let Some(id) = self.known_user(identity, &said.profile) {
            return Ok(id);
        }
        let (identity, said) = (identity.clone(), said.clone());
        let turn = Arc::clone(&self.look_ups).acquire_owned().await;
        let (tenantry, known) = (self.tenantry.clone(), Arc::clone(&self.known));
        let looked_up = tokio::task::spawn_blocking(move || {
            let id = tenantry.identify(&identity, &said)?.id;
            known.insert(identity, Arc::new((said.profile, id)));
            // The turn is over when the work is, also when nobody waits for it any more.
            drop(turn);
            Ok(id)
        });
        looked_up
            .await
            .map_err(|_| AuthRefused::Unavailable)?
            .map_err(|error: Error| {
                let cause = with_causes(&error);
                tracing::error!(cause, "cannot look up the person behind a token");
                AuthRefused::Unavailable
            })
    }

    fn known_user(&self, identity: &user::Identity, profile: &user::Profile) -> Option<UserId> {
        let known = self.known.get(identity)?;
        let (said, id) = &*known;
        (said == profile).then_some(*id)
    }
}

impl Authenticator for Doorkeeper {
    fn recall(&self, bearer: &str) -> Option<Caller> {
        let bearer = self.verifier.recall(bearer)?;
        let actor = match &bearer.holder {
            Holder::Machine(machine) => Actor::Machine(machine.clone()),
            Holder::Person(identity, said) => Actor::Person(self.known_user(identity, &said.profile)?),
        };
        Some(bearer.caller(actor))
    }

    fn was_good(&self, bearer: &str) -> bool {
        match bearer.parse() {
            Ok(key) => self.keys.was_good(&key),
            Err(NotAKey) => self.verifier.was_good(bearer),
        }
    }

    fn authenticate<'a>(&'a self, bearer: &'a str) -> Authentication<'a> {
        Box::pin(self.admit(bearer))
    }
}

impl From<Identity> for Bearer {
    fn from(identity: Identity) -> Self {
        Self {
            credential: credential(&identity),
            holder: holder(identity),
        }
    }
}

impl Bearer {
    fn caller(&self, actor: Actor) -> Caller {
        Caller {
            actor,
            credential: self.credential.clone(),
        }
    }
}

/// By what rates are limited: a subject is unique only together with its issuer, and a person may have the name of a machine.
fn credential(identity: &Identity) -> Credential {
    let Identity {
        issuer,
        subject,
        kind,
        ..
    } = identity;
    let what = match kind {
        IdentityKind::Machine { .. } => "machine",
        IdentityKind::Person { .. } => "person",
    };
    Credential {
        kind: match issuer.as_str() {
            LOCAL_ISSUER => CredentialKind::LocalToken,
            _ => CredentialKind::IssuerToken,
        },
        holder: format!("{what} {issuer} {subject}"),
    }
}

fn holder(identity: Identity) -> Holder {
    let Identity {
        issuer,
        subject,
        kind,
        issued_at,
        ..
    } = identity;
    match kind {
        IdentityKind::Machine { scopes } => {
            let scopes = scopes
                .iter()
                .filter_map(|scope| scope.parse::<Scope>().ok())
                .collect();
            Holder::Machine(Machine {
                issuer,
                name: subject,
                scopes,
            })
        }
        IdentityKind::Person {
            email,
            email_verified,
            name,
            picture,
            locale,
        } => {
            let email = email.and_then(|email| email.parse().ok());
            let profile = user::Profile {
                email_verified: email_verified && email.is_some(),
                email,
                name: name.and_then(|name| name.parse().ok()),
                picture: picture.and_then(|picture| picture.parse().ok()),
                locale: locale.and_then(|locale| locale.parse().ok()),
            };
            let at = issued_at.map(|seconds| Timestamp::EPOCH.plus(Duration::from_secs(seconds)));
            Holder::Person(user::Identity { issuer, subject }, user::Said { profile, at })
        }
    }
}

fn refused(error: AuthError) -> AuthRefused {
    match error {
        AuthError::Invalid { .. } => AuthRefused::Invalid(error.to_string()),
        AuthError::IssuerUnavailable => AuthRefused::Unavailable,
    }
}
