//! Subscriptions: what gives a pool its capacity (`docs/rules.md` S1–S6).

mod change;
mod metadata;
mod quantities;
mod settlement;
mod start;
mod status;

pub use change::{ChangeRefused, SubscriptionChange};
pub use metadata::{InvalidMetadata, Metadata, MetadataKey, MetadataValue};
pub use quantities::{NoQuantities, Quantities};
pub use settlement::{Transition, TransitionKind, settle};
pub use start::{
    LiveSubscriptionCap, PaymentMethodRequired, Start, TooManySubscriptions, TrialTerms, is_trial_eligible,
    plan_start,
};
pub use status::{SubscriptionStatus, UnknownStatus};

use std::collections::BTreeMap;

use crate::id::{BillingAccountId, SubscriptionId, WorkspaceId};
use crate::meter::Meter;
use crate::time::Timestamp;
use crate::units::{Quantity, Units};

/// A standing order of capacity by one billing account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// The account that pays.
    pub billing_account_id: BillingAccountId,
    /// Where it is in its life (S5).
    pub status: SubscriptionStatus,
    /// What it provides while it counts.
    pub quantities: Quantities,
    /// Decreases that take effect at the end of the period (S4); `None` removes the meter.
    pub pending: BTreeMap<Meter, Option<Quantity>>,
    /// Whether it ends with its period (S4).
    pub cancel_at_period_end: bool,
    /// What the caller noted on it.
    pub metadata: Metadata,
    /// The period that runs.
    pub period: Period,
    /// When its trial ends or ended; `None` when it never had one.
    pub trial_end: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A billing period: a trial, or a month counted from the anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The moment from which months are counted, so that the 31st does not wander to the 28th for good.
    pub anchor: Timestamp,
    /// First moment.
    pub start: Timestamp,
    /// First moment after.
    pub end: Timestamp,
}

impl Period {
    /// The first month from now.
    pub fn monthly(now: Timestamp) -> Self {
        Self {
            anchor: now,
            start: now,
            end: now.plus_months(1),
        }
    }

    /// A trial of so many days.
    pub fn trial(now: Timestamp, days: u32) -> Self {
        Self::until(now, now.plus_days(days))
    }

    /// From a moment to another, after which months follow.
    pub fn until(start: Timestamp, end: Timestamp) -> Self {
        Self {
            anchor: end,
            start,
            end,
        }
    }

    /// The month, counted from the anchor, that holds this moment or begins at it.
    #[must_use]
    pub fn containing(self, now: Timestamp) -> Self {
        let mut period = self;
        let mut months = 0;
        while period.end <= now {
            months += 1;
            let end = self.anchor.plus_months(months);
            if end > period.end {
                period = Self {
                    anchor: self.anchor,
                    start: period.end,
                    end,
                };
            }
        }
        period
    }
}

impl Subscription {
    /// Units of a meter that it gives its pool now (B1).
    pub fn provides(&self, meter: &Meter) -> Units {
        if self.status.counts() {
            self.quantities.units(meter)
        } else {
            Units::ZERO
        }
    }

    /// Units of a meter that it will give once what is scheduled has taken effect (S4).
    pub fn will_provide(&self, meter: &Meter) -> Units {
        match self.pending.get(meter) {
            _ if self.cancel_at_period_end => Units::ZERO,
            Some(scheduled) if self.status.counts() => scheduled.map(Quantity::units).unwrap_or_default(),
            _ => self.provides(meter),
        }
    }

    /// When it next changes by itself; `None` when it will not.
    pub fn next_transition_at(&self) -> Option<Timestamp> {
        let ends_paused = self.status == SubscriptionStatus::Paused && self.cancel_at_period_end;
        (self.status.counts() || ends_paused).then_some(self.period.end)
    }

    /// Stops providing anything. What was scheduled for the quantities happens at once: nothing is taken away by it any more (S4).
    fn stop(&mut self, status: SubscriptionStatus) {
        self.status = status;
        let pending = std::mem::take(&mut self.pending);
        // A change that would leave nothing is refused when it is asked for, so there is always something left.
        if let Ok(quantities) = self.quantities.with(pending) {
            self.quantities = quantities;
        }
    }
}

#[cfg(test)]
pub(crate) mod tests_support;
