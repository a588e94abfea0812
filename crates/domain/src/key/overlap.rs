use std::time::Duration;

use super::KeyRefused;
use crate::time::Timestamp;

/// For how long a secret stays good after it was replaced (K1): 0 to 2,592,000 seconds, which are 30 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Overlap(u32);

/// It is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a whole number of seconds from 0 to 2592000")]
pub struct InvalidOverlap;

/// A day, unless a deployment says otherwise.
impl Default for Overlap {
    fn default() -> Self {
        Self::hours(24)
    }
}

impl Overlap {
    /// The longest that any deployment allows.
    pub const MAX: Self = Self(30 * 24 * 60 * 60);

    /// So many hours; the longest when that is more.
    pub fn hours(hours: u32) -> Self {
        Self(hours.saturating_mul(60 * 60)).min(Self::MAX)
    }

    /// In seconds.
    pub const fn seconds(self) -> u32 {
        self.0
    }

    /// What comes of asking where this is the longest, and the usual.
    pub fn grant(self, asked: Option<Self>) -> Result<Self, KeyRefused> {
        match asked {
            Some(asked) if asked > self => Err(KeyRefused::OverlapTooLong(self.0)),
            asked => Ok(asked.unwrap_or(self)),
        }
    }

    /// From when on a secret is good no more that is replaced now.
    pub fn end(self, now: Timestamp) -> Timestamp {
        now.plus(Duration::from_secs(self.0.into()))
    }
}

impl TryFrom<i64> for Overlap {
    type Error = InvalidOverlap;

    fn try_from(seconds: i64) -> Result<Self, Self::Error> {
        let overlap = u32::try_from(seconds).map(Self).map_err(|_| InvalidOverlap)?;
        if overlap > Self::MAX {
            Err(InvalidOverlap)
        } else {
            Ok(overlap)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn k1_the_overlap_is_at_most_what_is_set() {
        let day = Overlap::default();
        let seconds = |seconds: i64| Overlap::try_from(seconds).unwrap();
        assert_eq!(day.grant(None), Ok(seconds(86_400)));
        for asked in [0, 86_400].map(seconds) {
            assert_eq!(day.grant(Some(asked)), Ok(asked));
        }
        let refused = day.grant(Some(seconds(86_401)));
        assert_eq!(refused, Err(KeyRefused::OverlapTooLong(86_400)));
    }

    #[test]
    fn k1_an_overlap_is_30_days_at_most() {
        assert_eq!(Overlap::try_from(2_592_000), Ok(Overlap::MAX));
        assert_eq!(Overlap::hours(24), Overlap::default());
        assert_eq!(Overlap::hours(u32::MAX), Overlap::MAX);
        for seconds in [i64::MIN, -1, 2_592_001, i64::MAX] {
            assert_eq!(Overlap::try_from(seconds), Err(InvalidOverlap));
        }
    }
}
