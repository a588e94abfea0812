use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Currency, PerMeter};
use crate::words::words;
use crate::{BillingAccountId, SubscriptionId, Timestamp};

words! {
    /// Where a subscription is in its life (S5).
    SubscriptionStatus {
        /// It provides, and is paid.
        Active = "active",
        /// It provides, and a payment is late.
        PastDue = "past_due",
        /// It provides nothing until it is paid.
        Unpaid = "unpaid",
        /// It is over.
        Canceled = "canceled",
        /// Its first payment is not made yet.
        Incomplete = "incomplete",
        /// Its first payment was never made.
        IncompleteExpired = "incomplete_expired",
        /// It provides, and costs nothing yet.
        Trialing = "trialing",
        /// It provides nothing until it is resumed.
        Paused = "paused",
    }
}

/// What a new subscription is to provide (S1).
#[derive(Debug, Clone, Default, Serialize)]
pub struct NewSubscription {
    /// How many units of which meters: at least one of one.
    pub product_quantities: PerMeter<u64>,
    /// Notes of yours: at most 10.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
}

impl NewSubscription {
    /// A subscription that provides so many units of this meter.
    pub fn of(meter: impl Into<String>, quantity: u64) -> Self {
        Self::default().and(meter, quantity)
    }

    /// The same, and so many units of another meter.
    #[must_use]
    pub fn and(mut self, meter: impl Into<String>, quantity: u64) -> Self {
        self.product_quantities.insert(meter.into(), quantity);
        self
    }
}

/// What is to change about a subscription: one thing, notes, or both (S3).
#[derive(Debug, Clone, Default, Serialize)]
pub struct SubscriptionChanges {
    /// The one thing.
    #[serde(flatten)]
    pub change: Option<SubscriptionChange>,
    /// All notes of yours anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<BTreeMap<String, String>>,
}

impl From<SubscriptionChange> for SubscriptionChanges {
    fn from(change: SubscriptionChange) -> Self {
        Self {
            change: Some(change),
            metadata: None,
        }
    }
}

/// The one thing that is to change about a subscription (S3).
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionChange {
    /// It is acted upon.
    Action(Action),
    /// Sets the meters that it names, and leaves the others.
    ProductQuantities(PerMeter<u64>),
    /// Adds meters that are not there yet.
    AddProducts(PerMeter<u64>),
    /// Removes meters that are there.
    RemoveProducts(BTreeSet<String>),
}

/// What can be done to a subscription by name (S3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Stops providing.
    Pause,
    /// Goes on, and takes back a cancellation that was to come.
    Resume,
    /// Brings it up to date with its provider.
    Sync,
}

/// A standing order of capacity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// The account that pays.
    pub billing_account_id: BillingAccountId,
    /// Where it is in its life.
    pub status: SubscriptionStatus,
    /// In which currency it is billed.
    pub currency: Currency,
    /// What it provides, by product.
    pub product_quantities: PerMeter<ProductQuantity>,
    /// What of it changes at the end of the period, by product; 0 for what is removed.
    pub pending_quantities: PerMeter<u64>,
    /// Whether it ends with its period.
    pub cancel_at_period_end: bool,
    /// Notes of yours.
    pub metadata: BTreeMap<String, String>,
    /// When the period began.
    pub current_period_start: Timestamp,
    /// When the period ends.
    pub current_period_end: Timestamp,
    /// When its trial ends or ended; none when it never had one.
    pub trial_end: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// How much of one product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ProductQuantity {
    /// What it costs: for a payment provider to say, none without one.
    pub price_id: Option<String>,
    /// How many units.
    pub quantity: u64,
    /// How often it is billed.
    pub interval: String,
}

/// Whether an account would get a trial, and what it needs to subscribe (S2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TrialEligibility {
    /// Whether a subscription made now would be a trial.
    pub trial_eligible: bool,
    /// Whether the account has a default payment method.
    pub has_payment_method: bool,
    /// Whether a subscription can be made now.
    pub can_create_subscription: bool,
    /// About the trial.
    pub trial_info: TrialInfo,
    /// What is missing, when no subscription can be made now.
    pub requirements: BTreeMap<String, String>,
}

/// About the trial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TrialInfo {
    /// How many days it lasts.
    pub trial_days: u32,
    /// Why there is one, or none.
    pub message: String,
}
