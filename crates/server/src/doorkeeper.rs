//! Turns a bearer token into an actor: verifies it, and knows the person behind it.

use std::sync::Arc;

use quick_cache::sync::Cache;
use tenantry_application::{Actor, Error, Machine, Scope, Tenantry};
use tenantry_domain::UserId;
use tenantry_domain::user;
use tenantry_http::{AuthRefused, Authentication, Authenticator};

use tokio::sync::Semaphore;

use crate::auth::{AuthError, Identity, IdentityKind, Verifier};

/// How many people are remembered, so that their requests need no look-up.
const REMEMBERED: usize = 10_000;
/// How many people are looked up at once, so that a rush of new ones does not take every connection from those who are in.
const LOOK_UPS: usize = 2;

/// Lets people and machines in.
pub struct Doorkeeper {
    verifier: Verifier,
    tenantry: Tenantry,
    known: Arc<Cache<user::Identity, (user::Profile, UserId)>>,
    look_ups: Semaphore,
}

impl Doorkeeper {
    /// Lets in whom this verifier vouches for.
    #[must_use]
    pub fn new(verifier: Verifier, tenantry: Tenantry) -> Self {
        Self {
            verifier,
            tenantry,
            known: Arc::new(Cache::new(REMEMBERED)),
            look_ups: Semaphore::new(LOOK_UPS),
        }
    }

    async fn admit(&self, bearer: &str) -> Result<Actor, AuthRefused> {
        let identity = self.verifier.verify(bearer).await.map_err(refused)?;
        let Identity {
            issuer,
            subject,
            kind,
            ..
        } = identity;
        match kind {
            IdentityKind::Machine { scopes } => {
                let scopes = scopes
                    .iter()
                    .filter_map(|scope| scope.parse::<Scope>().ok())
                    .collect();
                Ok(Actor::Machine(Machine {
                    issuer,
                    name: subject,
                    scopes,
                }))
            }
            IdentityKind::Person {
                email,
                email_verified,
                name,
            } => {
                let email = email.and_then(|email| email.parse().ok());
                let profile = user::Profile {
                    email_verified: email_verified && email.is_some(),
                    email,
                    name: name.and_then(|name| name.parse().ok()),
                };
                self.user(user::Identity { issuer, subject }, profile)
                    .await
                    .map(Actor::Person)
            }
        }
    }

    /// The user of this identity: remembered, unless the issuer says something new about them.
    async fn user(&self, identity: user::Identity, profile: user::Profile) -> Result<UserId, AuthRefused> {
        if let Some((_, id)) = self.known.get(&identity).filter(|(known, _)| *known == profile) {
            return Ok(id);
        }
        let _turn = self.look_ups.acquire().await;
        let (tenantry, known) = (self.tenantry.clone(), Arc::clone(&self.known));
        let looked_up = tokio::task::spawn_blocking(move || {
            let id = tenantry.identify(&identity, &profile)?.id;
            known.insert(identity, (profile, id));
            Ok(id)
        });
        looked_up
            .await
            .map_err(|_| AuthRefused::Unavailable)?
            .map_err(|error: Error| {
                let cause: &dyn std::error::Error = &error;
                tracing::error!(cause, "cannot look up the person behind a token");
                AuthRefused::Unavailable
            })
    }
}

impl Authenticator for Doorkeeper {
    fn authenticate<'a>(&'a self, bearer: &'a str) -> Authentication<'a> {
        Box::pin(self.admit(bearer))
    }
}

fn refused(error: AuthError) -> AuthRefused {
    match error {
        AuthError::Invalid { .. } => AuthRefused::Invalid(error.to_string()),
        AuthError::IssuerUnavailable => AuthRefused::Unavailable,
    }
}
