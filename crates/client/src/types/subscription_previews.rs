use serde::{Deserialize, Serialize};

use super::{PerMeter, ProductQuantity, SubscriptionStatus};
use crate::{Code, OrganizationId, Timestamp};

/// The end of a subscription, as a preview is asked about it.
#[derive(Serialize)]
pub(crate) struct Cancellation {
    action: &'static str,
}

impl Default for Cancellation {
    fn default() -> Self {
        Self { action: "cancel" }
    }
}

/// What making or changing a subscription would do to its pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SubscriptionPreview {
    /// Why it would be refused, if it would.
    pub refusal: Option<PreviewedRefusal>,
    /// The subscription as it would be; `None` when it is refused for what it is.
    pub subscription: Option<PreviewedSubscription>,
    /// Every meter of the pool.
    pub meters: Vec<PreviewedMeter>,
}

/// Why it would be refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PreviewedRefusal {
    /// The code of the problem that would be answered.
    pub code: Code,
    /// What would be wrong, for people.
    pub detail: String,
}

/// A subscription as it would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PreviewedSubscription {
    /// Where it would be in its life.
    pub status: SubscriptionStatus,
    /// What it would provide, by product.
    pub product_quantities: PerMeter<ProductQuantity>,
    /// What of it would change at the end of the period, by product; 0 for what is removed.
    pub pending_quantities: PerMeter<u64>,
    /// Whether it would end with its period.
    pub cancel_at_period_end: bool,
    /// When the period begins.
    pub current_period_start: Timestamp,
    /// When the period ends.
    pub current_period_end: Timestamp,
    /// When its trial ends or ended; none when it never has one.
    pub trial_end: Option<Timestamp>,
}

/// What would become of one meter of the pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PreviewedMeter {
    /// Which one.
    pub meter: String,
    /// How many units are used.
    pub used: u64,
    /// When the capacity changes; none when it stays as it is.
    pub takes_effect_at: Option<Timestamp>,
    /// As it is.
    pub before: Capacities,
    /// As it would be.
    pub after: Capacities,
    /// The roots that could not grow any more.
    pub blocked_roots: BlockedRoots,
}

/// What a pool has of a meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Capacities {
    /// How much counts at that moment.
    pub capacity: u64,
    /// What of it is not used.
    pub remaining: u64,
    /// How much counts once everything that is scheduled has taken effect.
    pub scheduled_capacity: u64,
    /// What of that is not used.
    pub scheduled_remaining: u64,
}

/// Roots that could not grow any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BlockedRoots {
    /// How many there are.
    pub total: u64,
    /// The first ten of them.
    pub data: Vec<BlockedRoot>,
}

/// A root that could not grow any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BlockedRoot {
    /// Its id.
    pub id: OrganizationId,
    /// What people call it.
    pub name: String,
}
