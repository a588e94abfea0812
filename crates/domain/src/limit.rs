//! How much may be used at one node (`docs/rules.md` L2, L8).

use crate::units::Units;

words! {
    /// What a limit does about growth that does not fit (B3, L8).
    pub enum Enforcement (UnknownEnforcement: "must be enforce or observe") {
        /// It refuses.
        Enforce = "enforce",
        /// It lets the growth pass, and what it would have refused is told.
        Observe = "observe",
    }
}

/// The limit that one node of the chain sets for one meter, on the usage of its whole subtree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Limit {
    /// No limit here: what is above decides.
    #[default]
    Unlimited,
    /// At most so many units in the subtree; `AtMost(0)` disables the meter here and below.
    AtMost(Units),
    /// So many units are meant to be enough. More of them are not refused (L8).
    Observed(Units),
}

impl Limit {
    /// `None` reads as no limit, as it does on the wire and in a store.
    pub fn from_option(cap: Option<Units>) -> Self {
        Self::new(cap, Enforcement::Enforce)
    }

    /// A limit of this number, if there is one, that does this about what does not fit.
    pub const fn new(cap: Option<Units>, enforcement: Enforcement) -> Self {
        match (cap, enforcement) {
            (None, _) => Self::Unlimited,
            (Some(cap), Enforcement::Enforce) => Self::AtMost(cap),
            (Some(cap), Enforcement::Observe) => Self::Observed(cap),
        }
    }

    /// The number, when there is one, whatever is done about it.
    pub const fn cap(self) -> Option<Units> {
        match self {
            Self::Unlimited => None,
            Self::AtMost(cap) | Self::Observed(cap) => Some(cap),
        }
    }

    /// The number that growth is refused beyond, when there is one.
    pub const fn enforced_cap(self) -> Option<Units> {
        match self {
            Self::AtMost(cap) => Some(cap),
            Self::Unlimited | Self::Observed(_) => None,
        }
    }

    /// The number that is only observed, when there is one.
    pub const fn observed_cap(self) -> Option<Units> {
        match self {
            Self::Observed(cap) => Some(cap),
            Self::Unlimited | Self::AtMost(_) => None,
        }
    }

    /// What is done about growth that does not fit; `None` when everything fits.
    pub const fn enforcement(self) -> Option<Enforcement> {
        match self {
            Self::Unlimited => None,
            Self::AtMost(_) => Some(Enforcement::Enforce),
            Self::Observed(_) => Some(Enforcement::Observe),
        }
    }

    /// How many more units fit when so many are used; `None` when there is no limit.
    pub fn headroom(self, used: Units) -> Option<Units> {
        self.cap().map(|cap| cap.saturating_sub(used))
    }

    /// Whether more is used than the limit allows, as happens when a limit is lowered on purpose (L4). One that only observes allows
    /// everything.
    pub fn is_exceeded_by(self, used: Units) -> bool {
        self.enforced_cap().is_some_and(|cap| used > cap)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l8_a_limit_is_the_number_and_what_is_done_about_it() {
        for limit in [
            Limit::Unlimited,
            Limit::AtMost(Units::MAX),
            Limit::Observed(Units::ZERO),
        ] {
            let enforcement = limit.enforcement().unwrap_or(Enforcement::Observe);
            assert_eq!(Limit::new(limit.cap(), enforcement), limit);
        }
    }

    #[test]
    fn l8_nothing_is_over_a_limit_that_only_observes() {
        assert!(Limit::AtMost(Units::ZERO).is_exceeded_by(Units::MAX));
        assert!(!Limit::Observed(Units::ZERO).is_exceeded_by(Units::MAX));
    }
}
