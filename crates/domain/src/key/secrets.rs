use subtle::{Choice, ConstantTimeEq};

use super::KeyHash;
use crate::time::Timestamp;

/// What is stored of the texts that are a key: the one, and after a rotation the one before for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secrets {
    /// The one that is good as long as the key is.
    pub current: KeyHash,
    /// The one before.
    pub previous: Option<PreviousSecret>,
}

/// A secret that was replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviousSecret {
    /// What is stored of it.
    pub hash: KeyHash,
    /// From when on it is good no more.
    pub until: Timestamp,
}

impl Secrets {
    /// Of a fresh key.
    pub const fn new(current: KeyHash) -> Self {
        Self {
            current,
            previous: None,
        }
    }

    /// This one instead, while the one before is good for a while.
    #[must_use]
    pub const fn replaced(&self, current: KeyHash, until: Timestamp) -> Self {
        Self {
            current,
            previous: Some(PreviousSecret {
                hash: self.current,
                until,
            }),
        }
    }

    /// Whether a text of this hash is good now. How long that takes does not tell how much of it is right.
    pub fn accept(&self, hash: &KeyHash, now: Timestamp) -> bool {
        let previous = self.previous.as_ref().filter(|previous| now < previous.until);
        let as_previous = previous.map_or(Choice::from(0), |previous| previous.hash.ct_eq(hash));
        (self.current.ct_eq(hash) | as_previous).into()
    }
}
