use std::collections::BTreeMap;

use serde::Serialize;
use tenantry_application::TrialEligibility;
use utoipa::ToSchema;

/// Whether an account would get a trial, and what it needs to subscribe.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "trial_eligible": true, "has_payment_method": false, "can_create_subscription": true,
    "trial_info": {
        "trial_days": 14,
        "message": "the workspace has one billing account and never had a subscription, so the first one starts with a trial"
    },
    "requirements": {}
}))]
pub(crate) struct Eligibility {
    /// Whether a subscription made now would be a trial.
    trial_eligible: bool,
    /// Whether the account has a default payment method.
    has_payment_method: bool,
    /// Whether a subscription can be made now.
    can_create_subscription: bool,
    /// About the trial.
    trial_info: TrialInfo,
    /// What is missing, when no subscription can be made now.
    requirements: BTreeMap<&'static str, &'static str>,
}

/// About the trial.
#[derive(Serialize, ToSchema)]
pub(crate) struct TrialInfo {
    /// How many days it lasts.
    trial_days: u32,
    /// Why there is one, or none.
    message: &'static str,
}

impl From<TrialEligibility> for Eligibility {
    fn from(eligibility: TrialEligibility) -> Self {
        let message = if eligibility.trial_eligible {
            "the workspace has one billing account and never had a subscription, so the first one starts with a trial"
        } else {
            "a trial needs a workspace with exactly one billing account that never had a subscription"
        };
        let missing = (
            "add_payment_method",
            "add a default payment method to the billing account",
        );
        let can_create_subscription = eligibility.can_create_subscription();
        Self {
            trial_eligible: eligibility.trial_eligible,
            has_payment_method: eligibility.has_payment_method,
            can_create_subscription,
            trial_info: TrialInfo {
                trial_days: eligibility.trial_days,
                message,
            },
            requirements: (!can_create_subscription)
                .then_some(missing)
                .into_iter()
                .collect(),
        }
    }
}
