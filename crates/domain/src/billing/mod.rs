//! Who pays, in which mode, and how much capacity that gives (`docs/rules.md` B1–B6, S1–S6).

mod account;
mod mode;
mod pool;
mod shift;
mod subscription;

pub use account::{
    Address, BillingAccount, BillingAccountDeletionRefused, BillingAccountName, Country, Currency,
    InvalidCountry, UnknownCurrency, check_billing_account_deletion,
};
pub use mode::{
    BillingEnforcement, BillingMode, LinkRefused, TooManyBillingAccounts, UnknownBillingEnforcement,
    UnknownBillingMode,
};
pub use pool::{Act, Pool, Underprovision};
pub use shift::{Capacity, CapacityShift, TakesEffect};
pub use subscription::{
    ChangeRefused, InvalidMetadata, LiveSubscriptionCap, Metadata, MetadataKey, MetadataValue, NoQuantities,
    PaymentMethodRequired, Period, Quantities, Start, Subscription, SubscriptionChange, SubscriptionStatus,
    TooManySubscriptions, Transition, TransitionKind, TrialTerms, UnknownStatus, is_trial_eligible,
    plan_start, settle,
};
