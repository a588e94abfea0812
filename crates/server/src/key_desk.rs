//! Turns an API key into a caller: looked up at every request, so that what was taken away is gone at once (`docs/rules.md` K3).

use std::sync::Arc;

use quick_cache::sync::Cache;
use tenantry_application::Tenantry;
use tenantry_application::error::with_causes;
use tenantry_application::keys::KeyHolder;
use tenantry_domain::key::ShownKey;
use tenantry_http::{AuthRefused, Caller, Credential, CredentialKind};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// How many keys are known to be nobody's guess.
const REMEMBERED: usize = 10_000;
/// How many keys are looked up at once, so that they leave connections to the requests themselves.
const LOOK_UPS: usize = 2;

/// Lets in who shows an API key.
pub(crate) struct KeyDesk {
    tenantry: Tenantry,
    /// The hashes of keys that were good: they only tell that a key is no guess, not that it still is good.
    good: Cache<[u8; 32], ()>,
    look_ups: Arc<Semaphore>,
    noting: Arc<Semaphore>,
}

impl KeyDesk {
    pub(crate) fn new(tenantry: Tenantry) -> Self {
        Self {
            tenantry,
            good: Cache::new(REMEMBERED),
            look_ups: Arc::new(Semaphore::new(LOOK_UPS)),
            noting: Arc::new(Semaphore::new(1)),
        }
    }

    /// Whether this key was good before, and not found to be bad since.
    pub(crate) fn was_good(&self, shown: &ShownKey) -> bool {
        self.good.get(shown.hash().as_bytes()).is_some()
    }

    pub(crate) async fn admit(&self, shown: ShownKey) -> Result<Caller, AuthRefused> {
        let hash = *shown.hash().as_bytes();
        let Some(holder) = self.look_up(shown.clone()).await? else {
            self.good.remove(&hash);
            let why = "the API key is unknown, or was revoked or replaced, or has expired";
            return Err(AuthRefused::Invalid(why.to_owned()));
        };
        self.good.insert(hash, ());
        let credential = credential(&shown);
        if holder.is_use_due {
            self.note_use(shown);
        }
        Ok(Caller {
            actor: holder.actor,
            credential,
        })
    }

    async fn look_up(&self, shown: ShownKey) -> Result<Option<KeyHolder>, AuthRefused> {
        let turn = Arc::clone(&self.look_ups).acquire_owned().await;
        let tenantry = self.tenantry.clone();
        let looked_up = spawn_blocking(move || {
            let holder = tenantry.authenticate_key(&shown);
            // The turn is over when the work is, also when nobody waits for it any more.
            drop(turn);
            holder
        });
        looked_up
            .await
            .map_err(|_| AuthRefused::Unavailable)?
            .map_err(|error| {
                let cause = with_causes(&error);
                tracing::error!(cause, "cannot look up an API key");
                AuthRefused::Unavailable
            })
    }

    /// Notes the use of a key, if nobody else is at it: there is another chance with its next use.
    fn note_use(&self, shown: ShownKey) {
        let Ok(turn) = Arc::clone(&self.noting).try_acquire_owned() else {
            return;
        };
        let tenantry = self.tenantry.clone();
        spawn_blocking(move || {
            if let Err(error) = tenantry.note_key_use(&shown) {
                let cause = with_causes(&error);
                tracing::warn!(cause, "could not note that an API key was used");
            }
            drop(turn);
        });
    }
}

/// By what rates are limited: the key, whichever of its secrets is shown.
fn credential(shown: &ShownKey) -> Credential {
    let (kind, holder) = match shown {
        ShownKey::Credential { id, .. } => (CredentialKind::TeamCredential, id.to_string()),
        ShownKey::UserKey { id, .. } => (CredentialKind::UserKey, id.to_string()),
    };
    Credential { kind, holder }
}
