use std::collections::BTreeMap;
use std::fmt;

use super::shift::{Capacity, CapacityShift};
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

    /// Both, of one meter.
    fn capacities(&self, meter: &Meter) -> Capacity {
        Capacity {
            now: self.capacity(meter),
            scheduled: self.scheduled_capacity(meter),
        }
    }

    /// The pool with one subscription in a new state, or with one more.
    #[must_use]
    pub fn with(&self, changed: &Subscription) -> Self {
        let mut after = self.clone();
        match after.subscriptions.iter_mut().find(|old| old.id == changed.id) {
            Some(old) => old.clone_from(changed),
            None => after.subscriptions.push(changed.clone()),
        }
        after
    }

    /// What becomes of the capacity of one meter when this pool becomes that one.
    pub fn shift_to(&self, after: &Self, meter: &Meter) -> CapacityShift {
        CapacityShift {
            before: self.capacities(meter),
            after: after.capacities(meter),
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
            let used = self.used(meter);
            if let Some(remaining) = self.shift_to(&after, meter).too_little_for(used) {
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
