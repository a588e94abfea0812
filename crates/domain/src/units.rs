//! How much: counts and what may be asked for at once.

use std::fmt;

/// A count of units of some meter: 0 to 2^53 − 1, the integers that every JSON reader keeps exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Units(u64);

/// A number of units outside the allowed range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a whole number from {min} to {max}")]
pub struct OutOfRange {
    min: u64,
    max: u64,
}

impl Units {
    /// None.
    pub const ZERO: Self = Self(0);
    /// The largest count: 2^53 − 1.
    pub const MAX: Self = Self((1 << 53) - 1);

    /// A count, when it is in range.
    pub fn new(count: u64) -> Result<Self, OutOfRange> {
        if count <= Self::MAX.0 {
            Ok(Self(count))
        } else {
            Err(OutOfRange {
                min: 0,
                max: Self::MAX.0,
            })
        }
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The sum; the largest count when that is passed.
    #[must_use]
    pub fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0)).min(Self::MAX)
    }

    /// What is left of this count after taking the other away; never below zero.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl TryFrom<i64> for Units {
    type Error = OutOfRange;

    fn try_from(count: i64) -> Result<Self, Self::Error> {
        u64::try_from(count)
            .map_err(|_| OutOfRange {
                min: 0,
                max: Self::MAX.0,
            })
            .and_then(Self::new)
    }
}

impl std::iter::Sum for Units {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::ZERO, Self::saturating_add)
    }
}

impl fmt::Display for Units {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How many units one charge or one subscription asks for: 1 to 1,000,000,000 (C1, S1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(u64);

impl Quantity {
    /// One unit.
    pub const ONE: Self = Self(1);
    /// The most that can be asked for at once.
    pub const MAX: Self = Self(1_000_000_000);

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The same number as a count.
    pub const fn units(self) -> Units {
        Units(self.0)
    }
}

impl TryFrom<i64> for Quantity {
    type Error = OutOfRange;

    fn try_from(count: i64) -> Result<Self, Self::Error> {
        match u64::try_from(count) {
            Ok(count) if (1..=Self::MAX.0).contains(&count) => Ok(Self(count)),
            _ => Err(OutOfRange {
                min: 1,
                max: Self::MAX.0,
            }),
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c1_a_quantity_is_at_least_one_and_bounded() {
        for count in [i64::MIN, -1, 0, 1_000_000_001, i64::MAX] {
            assert!(Quantity::try_from(count).is_err(), "{count}");
        }
        assert_eq!(Quantity::try_from(1), Ok(Quantity::ONE));
        assert_eq!(Quantity::try_from(1_000_000_000), Ok(Quantity::MAX));
    }

    #[test]
    fn counts_stop_at_their_bounds_instead_of_wrapping() {
        assert_eq!(Units::MAX.saturating_add(Units(1)), Units::MAX);
        assert_eq!(Units(1).saturating_sub(Units(2)), Units::ZERO);
        assert!(Units::try_from(-1).is_err());
        assert!(Units::new(1 << 53).is_err());
    }
}
