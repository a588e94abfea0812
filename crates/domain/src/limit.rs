//! How much may be used at one node (`docs/rules.md` L2).

use crate::units::Units;

/// The limit that one node of the chain sets for one meter, on the usage of its whole subtree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// No limit here: what is above decides.
    Unlimited,
    /// At most so many units in the subtree; `AtMost(0)` disables the meter here and below.
    AtMost(Units),
}

impl Limit {
    /// `None` reads as no limit, as it does on the wire and in a store.
    pub fn from_option(cap: Option<Units>) -> Self {
        cap.map_or(Self::Unlimited, Self::AtMost)
    }

    /// The number, when there is one.
    pub const fn cap(self) -> Option<Units> {
        match self {
            Self::Unlimited => None,
            Self::AtMost(cap) => Some(cap),
        }
    }

    /// How many more units fit when so many are used; `None` when there is no limit.
    pub fn headroom(self, used: Units) -> Option<Units> {
        self.cap().map(|cap| cap.saturating_sub(used))
    }

    /// Whether more is used than the limit allows, as happens when a limit is lowered on purpose (L4).
    pub fn is_exceeded_by(self, used: Units) -> bool {
        self.cap().is_some_and(|cap| used > cap)
    }
}
