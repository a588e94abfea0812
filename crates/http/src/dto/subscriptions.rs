use std::collections::BTreeMap;

use serde::Serialize;
use tenantry_application::SubscriptionView;
use tenantry_domain::Quantity;
use tenantry_domain::billing::{self, Currency, SubscriptionStatus};
use utoipa::ToSchema;

use super::entries::{Counts, MetadataInput, Provided};
use super::shown::{BillingAccountIdShown, SubscriptionIdShown};
use crate::wire::{Raw, described, words};

type CurrencyShown = Raw<Currency>;
type QuantityShown = Raw<Quantity>;

/// A standing order of capacity.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "sub_02wMe2eZtYRY4hvzqF2FgZ", "billing_account_id": "cus_02wMe2eZtYRY4hvzqF2FgZ", "status": "trialing", "currency": "usd",
    "product_quantities": { "locations": { "price_id": null, "quantity": 10, "interval": "month" } },
    "pending_quantities": {}, "cancel_at_period_end": false, "metadata": { "order": "2026-0042" },
    "current_period_start": "2026-11-21T08:30:00.000000Z", "current_period_end": "2026-12-05T08:30:00.000000Z",
    "trial_end": "2026-12-05T08:30:00.000000Z",
    "created_at": "2026-11-21T08:30:00.000000Z", "updated_at": "2026-11-21T08:30:00.000000Z"
}))]
pub(crate) struct Subscription {
    /// Its id.
    #[schema(inline, value_type = SubscriptionIdShown)]
    id: String,
    /// The account that pays.
    #[schema(inline, value_type = BillingAccountIdShown)]
    billing_account_id: String,
    /// Where it is in its life.
    #[schema(inline, value_type = Statuses)]
    status: &'static str,
    /// In which currency it is billed.
    #[schema(inline, value_type = CurrencyShown)]
    currency: &'static str,
    /// What it provides, by product.
    #[schema(inline, value_type = Provided)]
    product_quantities: BTreeMap<String, ProductQuantity>,
    /// What of it changes at the end of the period, by product; 0 for what is removed.
    #[schema(inline, value_type = Counts)]
    pending_quantities: BTreeMap<String, u64>,
    /// Whether it ends with its period.
    cancel_at_period_end: bool,
    /// Notes of yours.
    #[schema(inline, value_type = MetadataInput)]
    metadata: BTreeMap<String, String>,
    /// When the period began.
    #[schema(format = DateTime)]
    current_period_start: String,
    /// When the period ends.
    #[schema(format = DateTime)]
    current_period_end: String,
    /// When its trial ends or ended; null when it never had one.
    #[schema(required, format = DateTime)]
    trial_end: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    updated_at: String,
}

described! {
    /// The words for where a subscription is.
    Statuses: words(SubscriptionStatus::ALL, SubscriptionStatus::as_str);
}

/// How much of one product.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProductQuantity {
    /// What it costs: for a payment provider to say, null without one.
    #[schema(required, example = json!(null))]
    price_id: Option<String>,
    /// How many units.
    #[schema(inline, value_type = QuantityShown)]
    quantity: u64,
    /// How often it is billed.
    #[schema(example = "month")]
    interval: &'static str,
}

impl From<SubscriptionView> for Subscription {
    fn from(
        SubscriptionView {
            subscription,
            currency,
        }: SubscriptionView,
    ) -> Self {
        let owned = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
        Self {
            id: subscription.id.to_string(),
            billing_account_id: subscription.billing_account_id.to_string(),
            status: subscription.status.as_str(),
            currency: currency.as_str(),
            product_quantities: provided(&subscription),
            pending_quantities: pending(&subscription),
            cancel_at_period_end: subscription.cancel_at_period_end,
            metadata: subscription.metadata.iter().map(owned).collect(),
            current_period_start: subscription.period.start.to_string(),
            current_period_end: subscription.period.end.to_string(),
            trial_end: subscription.trial_end.map(|at| at.to_string()),
            created_at: subscription.created_at.to_string(),
            updated_at: subscription.updated_at.to_string(),
        }
    }
}

/// What a subscription provides, by product.
pub(super) fn provided(subscription: &billing::Subscription) -> BTreeMap<String, ProductQuantity> {
    let provided = |quantity| ProductQuantity {
        price_id: None,
        quantity,
        interval: "month",
    };
    let quantities = subscription.quantities.iter();
    quantities
        .map(|(m, q)| (m.to_string(), provided(q.get())))
        .collect()
}

/// What of it changes at the end of the period, by product.
pub(super) fn pending(subscription: &billing::Subscription) -> BTreeMap<String, u64> {
    let pending = subscription.pending.iter();
    pending
        .map(|(m, q)| (m.to_string(), q.map_or(0, Quantity::get)))
        .collect()
}
