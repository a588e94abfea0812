//! The one place where time and randomness enter the process.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use aws_lc_rs::rand::{self, SystemRandom};
use aws_lc_rs::signature::Ed25519KeyPair;
use tenantry_application::ports;
use tenantry_domain::Timestamp;
use uuid::Uuid;
use uuid::timestamp::context::ContextV7;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The wall clock, in whole seconds since 1970-01-01T00:00:00Z.
    fn now(&self) -> u64;

    /// How long this clock has been running. Unlike [`Clock::now`] it never jumps, so intervals are measured with it.
    fn uptime(&self) -> Duration;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    started: Instant,
}

#[expect(clippy::disallowed_methods, reason = "this is where the system clock is read")]
impl SystemClock {
    /// Starts counting [`Clock::uptime`].
    #[must_use]
    pub fn start() -> Self {
        Self {
            started: Instant::now(),
        }
    }

    fn since_epoch() -> Duration {
        SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> u64 {
        Self::since_epoch().as_secs()
    }

    fn uptime(&self) -> Duration {
        self.started.elapsed()
    }
}

impl ports::Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let micros = i64::try_from(Self::since_epoch().as_micros()).unwrap_or_default();
        Timestamp::from_micros(micros).unwrap_or(Timestamp::EPOCH)
    }
}

/// Fresh UUIDv7 ids, each larger than the one before, also within one millisecond.
#[derive(Debug)]
pub struct FreshIds(Mutex<ContextV7>);

impl Default for FreshIds {
    fn default() -> Self {
        Self(Mutex::new(ContextV7::new()))
    }
}

impl ports::IdSource for FreshIds {
    fn fresh(&self) -> Uuid {
        let now = SystemClock::since_epoch();
        let context = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Uuid::new_v7(uuid::Timestamp::from_unix(
            &*context,
            now.as_secs(),
            now.subsec_nanos(),
        ))
    }
}

/// Secrets from the operating system's randomness.
#[derive(Debug, Clone, Copy)]
pub struct SystemSecrets;

impl ports::SecretSource for SystemSecrets {
    #[expect(
        clippy::expect_used,
        reason = "a secret that can be foreseen is worse than none"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        rand::fill(bytes).expect("the operating system gives random bytes");
    }
}

/// The operating system gave no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct NoRandomness;

/// A fresh token id: 128 random bits as 32 hexadecimal digits.
///
/// # Errors
/// [`NoRandomness`] when the operating system gives none.
pub fn token_id() -> Result<String, NoRandomness> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

/// A fresh Ed25519 key as PKCS#8 (version 1, which every OpenSSL reads) in DER.
///
/// # Errors
/// [`NoRandomness`] when the operating system gives none.
pub fn ed25519_key() -> Result<Vec<u8>, NoRandomness> {
    Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new())
        .map(|key| key.as_ref().to_vec())
        .map_err(|_| NoRandomness)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_clock_tells_a_plausible_time() {
        let clock = SystemClock::start();
        assert!(clock.now() > 1_700_000_000);
        assert!(clock.uptime() < Duration::from_mins(1));
    }

    #[test]
    fn i1_fresh_ids_are_version_7_and_grow() {
        use tenantry_application::ports::IdSource;
        let ids = FreshIds::default();
        let made: Vec<Uuid> = (0..10_000).map(|_| ids.fresh()).collect();
        assert!(made.iter().all(|id| id.get_version_num() == 7));
        assert!(made.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn secrets_are_filled_to_the_end_and_never_repeat() {
        use tenantry_application::ports::SecretSource;
        let mut secrets = [[0; 32]; 2];
        for secret in &mut secrets {
            SystemSecrets.fill(secret);
        }
        let [a, b] = secrets;
        assert_ne!(a, b);
        assert!(a[16..].iter().any(|byte| *byte != 0));
    }

    #[test]
    fn token_ids_and_keys_never_repeat() {
        let id = token_id().unwrap();
        assert_eq!(id.len(), 32);
        assert_ne!(id, token_id().unwrap());
        assert_ne!(ed25519_key().unwrap(), ed25519_key().unwrap());
    }
}
