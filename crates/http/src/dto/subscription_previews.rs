//! What making or changing a subscription would do.

use std::collections::BTreeMap;

use serde::Serialize;
use tenantry_application::{BlockedRoots, Error, MeterPreview, SubscriptionPreview, SubscriptionRefused};
use tenantry_domain::Units;
use tenantry_domain::billing::{self, Capacity};
use utoipa::ToSchema;

use super::entries::{Counts, Provided};
use super::shown::{MeterName, OrganizationIdShown, UnitsShown};
use super::subscriptions::{ProductQuantity, Statuses, pending, provided};
use crate::problem::{Code, code_of};
use crate::wire::{described, words};

/// What making or changing a subscription would do to its pool. Nothing is changed.
#[derive(Serialize, ToSchema)]
#[schema(as = SubscriptionPreview, example = json!({
    "refusal": null,
    "subscription": {
        "status": "active", "product_quantities": { "locations": { "price_id": null, "quantity": 10, "interval": "month" } },
        "pending_quantities": { "locations": 4 }, "cancel_at_period_end": false,
        "current_period_start": "2026-11-21T08:30:00.000000Z", "current_period_end": "2026-12-21T08:30:00.000000Z", "trial_end": null
    },
    "meters": [{
        "meter": "locations", "used": 4, "takes_effect_at": "2026-12-21T08:30:00.000000Z",
        "before": { "capacity": 10, "remaining": 6, "scheduled_capacity": 10, "scheduled_remaining": 6 },
        "after": { "capacity": 10, "remaining": 6, "scheduled_capacity": 4, "scheduled_remaining": 0 },
        "blocked_roots": { "total": 1, "data": [{ "id": "org_02wMe2eZtYRY4hvzqF2FgZ", "name": "ACME" }] }
    }]
}))]
pub(crate) struct Preview {
    /// Why it would be refused; null when it would not.
    #[schema(required)]
    refusal: Option<Refusal>,
    /// The subscription as it would be. Null when it is refused for what it is; it is there when only the pool cannot spare what is taken away.
    #[schema(required)]
    subscription: Option<Foreseen>,
    /// Every meter of the pool.
    meters: Vec<PreviewedMeter>,
}

impl From<&SubscriptionPreview> for Preview {
    fn from(preview: &SubscriptionPreview) -> Self {
        Self {
            refusal: preview.refusal.as_ref().map(Refusal::from),
            subscription: preview.subscription.as_ref().map(Foreseen::from),
            meters: preview.meters.iter().map(PreviewedMeter::from).collect(),
        }
    }
}

/// Why it would be refused.
#[derive(Serialize, ToSchema)]
#[schema(as = PreviewedRefusal)]
pub(crate) struct Refusal {
    /// The code of the problem that would be answered.
    #[schema(inline, value_type = RefusalCodes)]
    code: &'static str,
    /// What would be wrong.
    #[schema(example = "4 of locations are in use, and only 3 would remain")]
    detail: String,
}

described! {
    /// The problems that a subscription can be refused with.
    RefusalCodes: words(REFUSALS, |code| code.entry().code);
}

const REFUSALS: [Code; 11] = [
    Code::SubscriptionLimitReached,
    Code::PaymentMethodRequired,
    Code::SubscriptionOver,
    Code::SubscriptionNotPausable,
    Code::SubscriptionNotPaused,
    Code::ProductExists,
    Code::ProductMissing,
    Code::NothingLeft,
    Code::CancellationWouldUnderprovision,
    Code::PauseWouldUnderprovision,
    Code::DecreaseWouldUnderprovision,
];

impl From<&SubscriptionRefused> for Refusal {
    fn from(refused: &SubscriptionRefused) -> Self {
        let error = Error::from(refused.clone());
        Self {
            code: code_of(&error).entry().code,
            detail: error.to_string(),
        }
    }
}

/// A subscription as it would be.
#[derive(Serialize, ToSchema)]
#[schema(as = PreviewedSubscription)]
pub(crate) struct Foreseen {
    /// Where it would be in its life.
    #[schema(inline, value_type = Statuses)]
    status: &'static str,
    /// What it would provide, by product.
    #[schema(inline, value_type = Provided)]
    product_quantities: BTreeMap<String, ProductQuantity>,
    /// What of it would change at the end of the period, by product; 0 for what is removed.
    #[schema(inline, value_type = Counts)]
    pending_quantities: BTreeMap<String, u64>,
    /// Whether it would end with its period.
    cancel_at_period_end: bool,
    /// When the period begins.
    #[schema(format = DateTime)]
    current_period_start: String,
    /// When the period ends.
    #[schema(format = DateTime)]
    current_period_end: String,
    /// When its trial ends or ended; null when it never has one.
    #[schema(required, format = DateTime)]
    trial_end: Option<String>,
}

impl From<&billing::Subscription> for Foreseen {
    fn from(subscription: &billing::Subscription) -> Self {
        Self {
            status: subscription.status.as_str(),
            product_quantities: provided(subscription),
            pending_quantities: pending(subscription),
            cancel_at_period_end: subscription.cancel_at_period_end,
            current_period_start: subscription.period.start.to_string(),
            current_period_end: subscription.period.end.to_string(),
            trial_end: subscription.trial_end.map(|at| at.to_string()),
        }
    }
}

/// What would become of one meter of the pool.
#[derive(Serialize, ToSchema)]
pub(crate) struct PreviewedMeter {
    /// Which one.
    #[schema(value_type = MeterName)]
    meter: String,
    /// How many units are used.
    #[schema(inline, value_type = UnitsShown)]
    used: u64,
    /// When the capacity changes; null when it stays as it is. What is used is looked at again at the end of a period: what does not fit then waits.
    #[schema(required, format = DateTime)]
    takes_effect_at: Option<String>,
    /// As it is.
    before: Capacities,
    /// As it would be.
    after: Capacities,
    /// The roots that could not grow any more: those that use the meter, or whose limit of it is not 0, when the pool would have less than now
    /// and nothing would remain.
    blocked_roots: Blocked,
}

impl From<&MeterPreview> for PreviewedMeter {
    fn from(preview: &MeterPreview) -> Self {
        let capacities = |capacity| Capacities::of(capacity, preview.used);
        Self {
            meter: preview.meter.to_string(),
            used: preview.used.get(),
            takes_effect_at: preview.takes_effect_at.map(|at| at.to_string()),
            before: capacities(preview.shift.before),
            after: capacities(preview.shift.after),
            blocked_roots: Blocked::from(&preview.blocked),
        }
    }
}

/// What a pool has of a meter.
#[derive(Serialize, ToSchema)]
pub(crate) struct Capacities {
    /// How much counts at that moment.
    #[schema(inline, value_type = UnitsShown)]
    capacity: u64,
    /// What of it is not used.
    #[schema(inline, value_type = UnitsShown)]
    remaining: u64,
    /// How much counts once everything that is scheduled has taken effect.
    #[schema(inline, value_type = UnitsShown)]
    scheduled_capacity: u64,
    /// What of that is not used.
    #[schema(inline, value_type = UnitsShown)]
    scheduled_remaining: u64,
}

impl Capacities {
    fn of(capacity: Capacity, used: Units) -> Self {
        Self {
            capacity: capacity.now.get(),
            remaining: capacity.now.saturating_sub(used).get(),
            scheduled_capacity: capacity.scheduled.get(),
            scheduled_remaining: capacity.scheduled.saturating_sub(used).get(),
        }
    }
}

/// Some roots.
#[derive(Serialize, ToSchema)]
#[schema(as = BlockedRoots)]
pub(crate) struct Blocked {
    /// How many there are.
    #[schema(example = 1)]
    total: usize,
    /// The first ten of them, in the order of their creation.
    data: Vec<Root>,
}

impl From<&BlockedRoots> for Blocked {
    fn from(blocked: &BlockedRoots) -> Self {
        let root = |root: &tenantry_domain::organization::Organization| Root {
            id: root.id.to_string(),
            name: root.name.to_string(),
        };
        Self {
            total: blocked.total,
            data: blocked.first.iter().map(root).collect(),
        }
    }
}

/// A root.
#[derive(Serialize, ToSchema)]
#[schema(as = BlockedRoot)]
pub(crate) struct Root {
    /// Its id.
    #[schema(inline, value_type = OrganizationIdShown)]
    id: String,
    /// What people call it.
    #[schema(example = "ACME")]
    name: String,
}
