//! Tokens whose signature was found good a moment ago.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use quick_cache::sync::Cache;

const CAPACITY: usize = 10_000;

/// A token is looked at anew after this, so that one signed with a key that its issuer has withdrawn stops working.
const MEMORY: Duration = Duration::from_mins(5);

/// A token's SHA-256: the tokens themselves are not kept.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Fingerprint([u8; SHA256_OUTPUT_LEN]);

impl Fingerprint {
    pub(super) fn of(token: &str) -> Self {
        let mut bytes = [0; SHA256_OUTPUT_LEN];
        bytes.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        Self(bytes)
    }
}

/// A token that was verified.
pub(super) struct Verified<T> {
    /// What it says.
    pub said: Arc<T>,
    /// When it expires, in seconds since 1970-01-01T00:00:00Z.
    pub expires_at: u64,
    /// When it was verified.
    pub at: Duration,
}

impl<T> Clone for Verified<T> {
    fn clone(&self) -> Self {
        Self {
            said: Arc::clone(&self.said),
            ..*self
        }
    }
}

/// Verified tokens, the 10 000 most useful of them, with what they say. Times are the clock's uptime.
pub(super) struct Remembered<T> {
    tokens: Cache<Fingerprint, Verified<T>>,
}

impl<T> Remembered<T> {
    pub(super) fn new() -> Self {
        Self {
            tokens: Cache::new(CAPACITY),
        }
    }

    /// A token that was verified in the last five minutes. It may have expired since.
    pub(super) fn get(&self, token: &Fingerprint, now: Duration) -> Option<Verified<T>> {
        self.at_any_time(token)
            .filter(|verified| now.saturating_sub(verified.at) < MEMORY)
    }

    /// A token that was verified, however long ago.
    pub(super) fn at_any_time(&self, token: &Fingerprint) -> Option<Verified<T>> {
        self.tokens.get(token)
    }

    pub(super) fn put(&self, token: Fingerprint, verified: Verified<T>) {
        self.tokens.insert(token, verified);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verified(at: Duration) -> Verified<&'static str> {
        Verified {
            said: Arc::new("I am Ada"),
            expires_at: 1,
            at,
        }
    }

    #[test]
    fn a_token_is_remembered_for_five_minutes() {
        let remembered = Remembered::new();
        let second = Duration::from_secs(1);
        remembered.put(Fingerprint::of("a"), verified(second));
        let at = |token, uptime| remembered.get(&Fingerprint::of(token), uptime);
        assert_eq!(*at("a", second).unwrap().said, "I am Ada");
        assert!(at("a", MEMORY).is_some());
        assert!(at("a", MEMORY + second).is_none());
        assert!(remembered.at_any_time(&Fingerprint::of("a")).is_some());
        assert!(remembered.at_any_time(&Fingerprint::of("b")).is_none());
        assert!(at("b", second).is_none());
    }

    #[test]
    fn the_number_of_tokens_is_bounded() {
        let remembered = Remembered::new();
        for number in 0..2 * CAPACITY {
            let token = Fingerprint::of(&number.to_string());
            remembered.put(token, verified(Duration::ZERO));
        }
        assert!(remembered.tokens.len() <= CAPACITY);
    }
}
