use std::collections::BTreeMap;
use std::fmt;

use super::subscription::Subscription;
use crate::meter::Meter;
use crate::units::Units;

/// The subscriptions that feed one pool, and what is used of it per meter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pool {
    /// Every subscription of every account that feeds the pool.
    pub subscriptions: Vec<Subscription>,
    /// Units used below the pool.
    pub used: BTreeMap<Meter, Units>,
}

/// What somebody asked to be done to a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// End it.
    Cancel,
    /// Stop it for a while.
    Pause,
    /// Take less of something.
    Decrease,
}

/// An act of ours would leave less capacity than is used (B4).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{used} of {meter} are in use, and only {remaining} would remain")]
pub struct Underprovision {
    /// What was asked for.
    pub act: Act,
    /// The meter that would be short.
    pub meter: Meter,
    /// What is used of it.
    pub used: Units,
    /// The capacity that would remain.
    pub remaining: Units,
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cancel => "cancellation",
            Self::Pause => "pause",
            Self::Decrease => "decrease",
        })
    }
}

impl Pool {
    /// The pool's capacity of one meter now: the sum over the counting subscriptions (B1).
    pub fn capacity(&self, meter: &Meter) -> Units {
        self.subscriptions
            .iter()
            .map(|subscription| subscription.provides(meter))
            .sum()
    }

    /// The capacity once every scheduled decrease and cancellation has taken effect (S4).
    pub fn scheduled_capacity(&self, meter: &Meter) -> Units {
        self.subscriptions
            .iter()
            .map(|subscription| subscription.will_provide(meter))
            .sum()
    }

    /// What is used of one meter.
    pub fn used(&self, meter: &Meter) -> Units {
        self.used.get(meter).copied().unwrap_or_default()
    }

    /// The pool with one subscription in a new state.
    #[must_use]
    pub fn with(&self, changed: &Subscription) -> Self {
        let replace = |old: &Subscription| {
            if old.id == changed.id {
                changed.clone()
            } else {
                old.clone()
            }
        };
        Self {
            subscriptions: self.subscriptions.iter().map(replace).collect(),
            used: self.used.clone(),
        }
    }

    /// Whether a subscription may pass into this state by an act of ours: no meter of which that takes something away may be
    /// left with less than is used, now or once what is scheduled has taken effect (B4).
    ///
    /// # Errors
    /// [`Underprovision`], for the first meter in alphabetical order that would be short.
    pub fn check_act(&self, act: Act, changed: &Subscription) -> Result<(), Underprovision> {
        let after = self.with(changed);
        for meter in self.used.keys() {
            let now = (self.capacity(meter), after.capacity(meter));
            let later = (self.scheduled_capacity(meter), after.scheduled_capacity(meter));
            let used = self.used(meter);
            let is_short = |(before, remaining): &(Units, Units)| remaining < before && *remaining < used;
            if let Some((_, remaining)) = [now, later].into_iter().find(is_short) {
                return Err(Underprovision {
                    act,
                    meter: meter.clone(),
                    used,
                    remaining,
                });
            }
        }
        Ok(())
    }

    /// Whether taking so much of one meter away now leaves what is used (B4, at the moment when a change takes effect).
    pub(super) fn can_lose(&self, meter: &Meter, units: Units) -> bool {
        units == Units::ZERO || self.used(meter) <= self.capacity(meter).saturating_sub(units)
    }
}
