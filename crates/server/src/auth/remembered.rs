//! Tokens whose signature was found good a moment ago.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use quick_cache::sync::Cache;

use super::Identity;

const CAPACITY: usize = 10_000;

/// A token is looked at anew after this, so that one signed with a key that its issuer has withdrawn stops working.
const MEMORY: Duration = Duration::from_mins(5);

/// A token's SHA-256: the tokens themselves are not kept.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Fingerprint(Vec<u8>);

impl Fingerprint {
    pub(super) fn of(token: &str) -> Self {
        Self(digest(&SHA256, token.as_bytes()).as_ref().to_vec())
    }
}

/// Verified tokens, the 10 000 most useful of them. Times are the clock's uptime.
pub(super) struct Remembered {
    tokens: Cache<Fingerprint, (Identity, Duration)>,
}

impl Remembered {
    pub(super) fn new() -> Self {
        Self {
            tokens: Cache::new(CAPACITY),
        }
    }

    /// The identity behind a token verified in the last five minutes. It may have expired since.
    pub(super) fn get(&self, token: &Fingerprint, now: Duration) -> Option<Identity> {
        let (identity, verified_at) = self.tokens.get(token)?;
        (now.saturating_sub(verified_at) < MEMORY).then_some(identity)
    }

    /// The identity behind a token that was verified, however long ago.
    pub(super) fn at_any_time(&self, token: &Fingerprint) -> Option<Identity> {
        self.tokens.get(token).map(|(identity, _)| identity)
    }

    pub(super) fn put(&self, token: Fingerprint, identity: Identity, now: Duration) {
        self.tokens.insert(token, (identity, now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::IdentityKind;

    fn identity() -> Identity {
        Identity {
            issuer: "i".to_owned(),
            subject: "s".to_owned(),
            kind: IdentityKind::Machine { scopes: Vec::new() },
            expires_at: 1,
            issued_at: None,
        }
    }

    #[test]
    fn a_token_is_remembered_for_five_minutes() {
        let remembered = Remembered::new();
        let second = Duration::from_secs(1);
        remembered.put(Fingerprint::of("a"), identity(), second);
        let at = |uptime| remembered.get(&Fingerprint::of("a"), uptime);
        assert_eq!(at(second), Some(identity()));
        assert_eq!(at(MEMORY), Some(identity()));
        assert_eq!(at(MEMORY + second), None);
        assert_eq!(remembered.at_any_time(&Fingerprint::of("a")), Some(identity()));
        assert_eq!(remembered.at_any_time(&Fingerprint::of("b")), None);
        assert_eq!(remembered.get(&Fingerprint::of("b"), second), None);
    }

    #[test]
    fn the_number_of_tokens_is_bounded() {
        let remembered = Remembered::new();
        for number in 0..2 * CAPACITY {
            let token = Fingerprint::of(&number.to_string());
            remembered.put(token, identity(), Duration::ZERO);
        }
        assert!(remembered.tokens.len() <= CAPACITY);
    }
}
