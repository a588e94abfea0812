//! What a pool has to give, read from the fields of its subscriptions alone.

use tenantry_domain::billing::{Pool, Subscription, SubscriptionStatus};
use tenantry_domain::{Meter, Quantity};

pub fn counts(subscription: &Subscription) -> bool {
    use SubscriptionStatus::{Active, PastDue, Trialing};
    [Active, Trialing, PastDue].contains(&subscription.status)
}

pub fn is_over(subscription: &Subscription) -> bool {
    use SubscriptionStatus::{Canceled, IncompleteExpired};
    [Canceled, IncompleteExpired].contains(&subscription.status)
}

pub fn quantity(subscription: &Subscription, meter: &Meter) -> u64 {
    let mut quantities = subscription.quantities.iter();
    quantities
        .find(|(m, _)| *m == meter)
        .map_or(0, |(_, quantity)| quantity.get())
}

pub fn provides(subscription: &Subscription, meter: &Meter) -> u64 {
    if counts(subscription) {
        quantity(subscription, meter)
    } else {
        0
    }
}

/// What it gives once everything that is scheduled has happened.
pub fn will_provide(subscription: &Subscription, meter: &Meter) -> u64 {
    if subscription.cancel_at_period_end || !counts(subscription) {
        return 0;
    }
    match subscription.pending.get(meter) {
        Some(scheduled) => scheduled.map_or(0, Quantity::get),
        None => quantity(subscription, meter),
    }
}

pub fn capacity(pool: &Pool, meter: &Meter) -> u64 {
    pool.subscriptions
        .iter()
        .map(|subscription| provides(subscription, meter))
        .sum()
}

pub fn scheduled(pool: &Pool, meter: &Meter) -> u64 {
    pool.subscriptions
        .iter()
        .map(|subscription| will_provide(subscription, meter))
        .sum()
}

pub fn used(pool: &Pool, meter: &Meter) -> u64 {
    pool.used.get(meter).map_or(0, |used| used.get())
}
