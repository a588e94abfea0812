//! A remote issuer's keys, kept and refreshed.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::task::{self, JoinHandle};

use super::fetch::{FetchError, KeySource};
use super::key_set::KeySet;
use super::{AuthError, Reason};
use crate::sources::Clock;

/// Keys older than this are refreshed, while they go on being used.
const OLD: Duration = Duration::from_mins(10);

/// Between two attempts while there are keys, however many unknown ones are asked for.
const REFRESH_INTERVAL: Duration = Duration::from_secs(30);

/// Between two attempts while there are no keys at all, so that the service recovers soon after its issuer.
const FIRST_FETCH_INTERVAL: Duration = Duration::from_secs(5);

/// A remote issuer's keys. Only one attempt to fetch them is under way at a time; whoever needs no new key never waits
/// for it.
pub(super) struct FetchedKeys {
    issuer: String,
    source: KeySource,
    clock: Arc<dyn Clock>,
    held: RwLock<Held>,
    turn: Arc<Mutex<()>>,
}

/// What is known so far. Times are the clock's uptime.
#[derive(Clone, Default)]
struct Held {
    keys: Option<Arc<KeySet>>,
    fetched_at: Duration,
    /// The end of the last attempt, and whether it failed.
    attempt: Option<(Duration, bool)>,
}

impl Held {
    fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Result<DecodingKey, AuthError> {
        let keys = self.keys.as_ref().ok_or(AuthError::IssuerUnavailable)?;
        match keys.find(id, algorithm) {
            // The issuer may have made this key since it was last reached.
            Err(Reason::UnknownKey) if self.has_failed() => Err(AuthError::IssuerUnavailable),
            result => Ok(result?),
        }
    }

    fn has_failed(&self) -> bool {
        matches!(self.attempt, Some((_, true)))
    }

    fn may_fetch(&self, now: Duration) -> bool {
        let interval = match self.keys {
            Some(_) => REFRESH_INTERVAL,
            None => FIRST_FETCH_INTERVAL,
        };
        self.attempt
            .is_none_or(|(ended, _)| now.saturating_sub(ended) >= interval)
    }

    fn is_old(&self, now: Duration) -> bool {
        self.keys.is_some() && now.saturating_sub(self.fetched_at) >= OLD
    }
}

impl FetchedKeys {
    pub(super) fn new(issuer: String, source: KeySource, clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self {
            issuer,
            source,
            clock,
            held: RwLock::default(),
            turn: Arc::default(),
        })
    }

    /// The key for a token's `kid` and `alg`, fetched when it is not here and the last attempt was long enough ago.
    pub(super) async fn find(
        self: &Arc<Self>,
        id: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<DecodingKey, AuthError> {
        self.refresh_old();
        match self.held().find(id, algorithm) {
            Err(
                AuthError::IssuerUnavailable
                | AuthError::Invalid {
                    reason: Reason::UnknownKey,
                },
            ) => {
                self.refresh().await;
                self.held().find(id, algorithm)
            }
            result => result,
        }
    }

    /// Lets an attempt run in the background when the keys are old and none is under way.
    fn refresh_old(self: &Arc<Self>) {
        if self.held().is_old(self.clock.uptime())
            && let Ok(turn) = Arc::clone(&self.turn).try_lock_owned()
            && self.may_fetch()
        {
            self.start(turn);
        }
    }

    /// Waits for an attempt, one's own or somebody else's, unless the last one is too recent.
    async fn refresh(self: &Arc<Self>) {
        if !self.may_fetch() {
            return;
        }
        let turn = Arc::clone(&self.turn).lock_owned().await;
        if self.may_fetch()
            && let Err(error) = self.start(turn).await
        {
            tracing::error!(issuer = self.issuer, %error, "fetching an issuer's keys broke off");
        }
    }

    /// The attempt goes on when the request that asked for it is dropped: if it did not, impatient callers could start
    /// one after the other.
    fn start(self: &Arc<Self>, turn: OwnedMutexGuard<()>) -> JoinHandle<()> {
        let this = Arc::clone(self);
        task::spawn_blocking(move || {
            this.store(this.source.read());
            drop(turn);
        })
    }

    fn store(&self, fetched: Result<KeySet, FetchError>) {
        let now = self.clock.uptime();
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        held.attempt = Some((now, fetched.is_err()));
        match fetched {
            Ok(keys) => {
                tracing::info!(
                    issuer = self.issuer,
                    keys = keys.len(),
                    "fetched an issuer's keys"
                );
                held.keys = Some(Arc::new(keys));
                held.fetched_at = now;
            }
            Err(error) => {
                tracing::warn!(issuer = self.issuer, %error, "an issuer's key set is unavailable");
            }
        }
    }

    fn may_fetch(&self) -> bool {
        self.held().may_fetch(self.clock.uptime())
    }

    fn held(&self) -> Held {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
