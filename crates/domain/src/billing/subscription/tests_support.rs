use uuid::Uuid;

use super::{Metadata, Period, Quantities, Subscription, SubscriptionStatus};
use crate::id::{BillingAccountId, SubscriptionId, WorkspaceId};
use crate::meter::Meter;
use crate::time::Timestamp;
use crate::units::Quantity;

pub fn meter(name: &str) -> Meter {
    name.parse().unwrap()
}

/// So many days after the 1st of January 1970.
pub fn at(day: u32) -> Timestamp {
    Timestamp::from_micros(0).unwrap().plus_days(day)
}

pub fn quantities(pairs: &[(&str, i64)]) -> Quantities {
    Quantities::new(
        pairs
            .iter()
            .map(|(name, n)| (meter(name), Quantity::try_from(*n).unwrap()))
            .collect(),
    )
    .unwrap()
}

pub fn subscription_id(n: u128) -> SubscriptionId {
    SubscriptionId::from_uuid(Uuid::from_u128(n))
}

pub fn active(id: u128, pairs: &[(&str, i64)]) -> Subscription {
    Subscription {
        id: subscription_id(id),
        workspace_id: WorkspaceId::from_uuid(Uuid::from_u128(1)),
        billing_account_id: BillingAccountId::from_uuid(Uuid::from_u128(1)),
        status: SubscriptionStatus::Active,
        quantities: quantities(pairs),
        pending: [].into(),
        cancel_at_period_end: false,
        metadata: Metadata::default(),
        period: Period::monthly(at(0)),
        trial_end: None,
        created_at: at(0),
        updated_at: at(0),
    }
}

pub fn trialing(id: u128, pairs: &[(&str, i64)]) -> Subscription {
    let period = Period::trial(at(0), 14);
    Subscription {
        status: SubscriptionStatus::Trialing,
        period,
        trial_end: Some(period.end),
        ..active(id, pairs)
    }
}
