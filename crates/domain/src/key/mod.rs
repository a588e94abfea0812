//! Keys that programs use in the place of people: a team's API credentials and a person's API keys (`docs/rules.md` K1–K3).

mod hash;
mod overlap;
mod secrets;
mod text;

use std::time::Duration;

pub use hash::KeyHash;
pub use overlap::{InvalidOverlap, Overlap};
pub use secrets::{PreviousSecret, Secrets};
pub use text::{KeyText, NotAKey, Randomness, ShownKey};

use crate::id::{CredentialId, TeamId, UserId, UserKeyId};
use crate::team::Scopes;
use crate::text::Name;
use crate::time::Timestamp;

/// The name of a key: 1–100 characters (K1).
pub type KeyName = Name<100>;

/// A later use is noted when the one that is noted is at least so old.
const USE_NOTED_EVERY: Duration = Duration::from_mins(1);

/// What all keys have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// What people call it.
    pub name: KeyName,
    /// What is stored of the texts that are it.
    pub secrets: Secrets,
    /// From when on it is good no more; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, a minute at most behind; `None` before the first time.
    pub last_used_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed or rotated.
    pub updated_at: Timestamp,
}

/// A program's place in one team (K1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Its id.
    pub id: CredentialId,
    /// The team in which it acts.
    pub team_id: TeamId,
    /// Who made it: it never holds a scope that they lack (K3).
    pub creator_id: UserId,
    /// What it was given.
    pub scopes: Scopes,
    /// What all keys have.
    pub key: Key,
}

/// A key that acts as the person who made it (K1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserKey {
    /// Its id.
    pub id: UserKeyId,
    /// The person.
    pub user_id: UserId,
    /// What all keys have.
    pub key: Key,
}

/// Name and expiry of a key, as somebody wants them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyWish {
    /// What people are to call it.
    pub name: KeyName,
    /// From when on it is to be good no more; `None` for never.
    pub expires_at: Option<Timestamp>,
}

/// Why a key is not made, changed or rotated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyRefused {
    /// It would be no good (K1).
    #[error("must be in the future")]
    ExpiryPassed,
    /// The secret before the last would stay good for too long (K1).
    #[error("must be at most {0}, the seconds for which a secret that was replaced stays good")]
    OverlapTooLong(u32),
    /// There are as many as there may be (T14).
    #[error("there are {0} keys already, the most that there may be; revoke one first")]
    TooMany(u32),
}

impl Key {
    /// A fresh one.
    pub fn new(wish: KeyWish, hash: KeyHash, now: Timestamp) -> Result<Self, KeyRefused> {
        check_expiry(wish.expires_at, now)?;
        Ok(Self {
            name: wish.name,
            secrets: Secrets::new(hash),
            expires_at: wish.expires_at,
            last_used_at: None,
            created_at: now,
            updated_at: now,
        })
    }

    /// The key as somebody wants it. An expiry that stays as it was may have passed.
    pub fn changed(self, wish: KeyWish, now: Timestamp) -> Result<Self, KeyRefused> {
        if wish.expires_at != self.expires_at {
            check_expiry(wish.expires_at, now)?;
        }
        if (&wish.name, wish.expires_at) == (&self.name, self.expires_at) {
            return Ok(self);
        }
        Ok(Self {
            name: wish.name,
            expires_at: wish.expires_at,
            updated_at: now,
            ..self
        })
    }

    /// The key with another secret. The one before is good for so much longer, and the one before that no more.
    #[must_use]
    pub fn rotated(self, hash: KeyHash, overlap: Overlap, now: Timestamp) -> Self {
        Self {
            secrets: self.secrets.replaced(hash, overlap.end(now)),
            updated_at: now,
            ..self
        }
    }

    /// Whether it would be good for longer with this expiry, be it a while or for ever.
    pub fn is_lengthened_by(&self, expires_at: Option<Timestamp>) -> bool {
        match (self.expires_at, expires_at) {
            (Some(before), Some(after)) => before < after,
            (Some(_), None) => true,
            (None, _) => false,
        }
    }

    /// Whether who shows a text of this hash is let in.
    pub fn admits(&self, hash: &KeyHash, now: Timestamp) -> bool {
        let is_alive = self.expires_at.is_none_or(|expiry| now < expiry);
        self.secrets.accept(hash, now) && is_alive
    }

    /// Whether that it is used now is to be noted.
    pub fn is_use_due(&self, now: Timestamp) -> bool {
        self.last_used_at
            .is_none_or(|last| last.plus(USE_NOTED_EVERY) <= now)
    }
}

fn check_expiry(expires_at: Option<Timestamp>, now: Timestamp) -> Result<(), KeyRefused> {
    if expires_at.is_some_and(|expiry| expiry <= now) {
        return Err(KeyRefused::ExpiryPassed);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_000_000_000;
    const MINUTE: i64 = 60_000_000;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros).unwrap()
    }

    fn wish(name: &str, expires_at: Option<i64>) -> KeyWish {
        KeyWish {
            name: name.parse().unwrap(),
            expires_at: expires_at.map(at),
        }
    }

    fn seconds(seconds: i64) -> Overlap {
        seconds.try_into().unwrap()
    }

    fn key(expires_at: Option<i64>) -> Key {
        Key::new(wish("deploy", expires_at), KeyHash::of("first"), at(NOW)).unwrap()
    }

    #[test]
    fn k1_a_key_expires_in_the_future() {
        for passed in [0, NOW - 1, NOW] {
            let refused = Key::new(wish("deploy", Some(passed)), KeyHash::of("first"), at(NOW));
            assert_eq!(refused, Err(KeyRefused::ExpiryPassed), "{passed}");
        }
        let key = key(Some(NOW + 1));
        assert!(key.admits(&KeyHash::of("first"), at(NOW)));
        assert!(!key.admits(&KeyHash::of("first"), at(NOW + 1)));
    }

    #[test]
    fn k1_an_expired_key_can_be_renamed_and_lives_on_when_that_is_wished() {
        let expired = key(Some(NOW + 1));
        let later = at(NOW + 2);
        let renamed = expired
            .clone()
            .changed(wish("old", Some(NOW + 1)), later)
            .unwrap();
        assert_eq!((renamed.name.as_str(), renamed.updated_at), ("old", later));
        assert!(!renamed.admits(&KeyHash::of("first"), later));
        let refused = expired.clone().changed(wish("old", Some(NOW + 2)), later);
        assert_eq!(refused, Err(KeyRefused::ExpiryPassed));
        let revived = expired.changed(wish("old", None), later).unwrap();
        assert!(revived.admits(&KeyHash::of("first"), later));
    }

    #[test]
    fn k3_never_is_later_than_any_expiry() {
        let lengthens = |before: Option<i64>, after: Option<i64>| key(before).is_lengthened_by(after.map(at));
        let (soon, late) = (Some(NOW + 1), Some(NOW + 2));
        assert!(lengthens(soon, late) && lengthens(soon, None));
        for (before, after) in [(soon, soon), (late, soon), (None, soon), (None, None)] {
            assert!(!lengthens(before, after), "{before:?} {after:?}");
        }
    }

    #[test]
    fn k1_what_stays_as_it_was_is_no_change() {
        assert_eq!(
            key(None).changed(wish("deploy", None), at(NOW + 9)),
            Ok(key(None))
        );
    }

    #[test]
    fn k1_after_a_rotation_the_secret_before_is_good_for_the_overlap() {
        let rotated = key(None).rotated(KeyHash::of("second"), seconds(60), at(NOW));
        let end = NOW + MINUTE;
        for (text, moment, good) in [
            ("second", NOW, true),
            ("second", end, true),
            ("first", end - 1, true),
            ("first", end, false),
            ("third", NOW, false),
        ] {
            assert_eq!(
                rotated.admits(&KeyHash::of(text), at(moment)),
                good,
                "{text} {moment}"
            );
        }
        let again = rotated.rotated(KeyHash::of("third"), seconds(0), at(NOW));
        let good = ["first", "second", "third"].map(|text| again.admits(&KeyHash::of(text), at(NOW)));
        assert_eq!(good, [false, false, true]);
    }

    #[test]
    fn k1_an_expired_key_is_not_brought_back_by_its_rotation() {
        let rotated = key(Some(NOW + 1)).rotated(KeyHash::of("second"), seconds(0), at(NOW + 1));
        assert!(!rotated.admits(&KeyHash::of("second"), at(NOW + 1)));
    }

    #[test]
    fn k1_a_use_is_noted_once_a_minute() {
        let used = Key {
            last_used_at: Some(at(NOW)),
            ..key(None)
        };
        assert!(key(None).is_use_due(at(NOW)));
        assert!(!used.is_use_due(at(NOW + MINUTE - 1)));
        assert!(used.is_use_due(at(NOW + MINUTE)));
    }
}
