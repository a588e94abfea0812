use super::{SubscriptionScope, Subscriptions};
use crate::request::kind::{Change, Create, Read, Remove};
use crate::scope::Scope;
use crate::types::{BillingAccount, BillingAccountChanges, NewBillingAccount, TrialEligibility};
use crate::{Code, List, Request, SubscriptionId, Tagged};

/// The billing accounts of a workspace (B6).
#[derive(Clone)]
pub struct BillingAccounts(pub(super) Scope);

/// One billing account.
#[derive(Clone)]
pub struct BillingAccountScope(pub(super) Scope);

impl BillingAccounts {
    /// All of them.
    pub fn list(&self) -> List<BillingAccount> {
        self.0.list(&["billing-accounts"])
    }

    /// Makes one (B2).
    pub fn create(&self, new: &NewBillingAccount) -> Request<Create, Tagged<BillingAccount>> {
        self.0.create(&["billing-accounts"], new)
    }
}

impl BillingAccountScope {
    /// Shows it.
    pub fn get(&self) -> Request<Read, Tagged<BillingAccount>> {
        self.0.get(&[])
    }

    /// Changes it.
    pub fn update(&self, changes: &BillingAccountChanges) -> Request<Change, Tagged<BillingAccount>> {
        self.0.update(changes)
    }

    /// Deletes it, when no subscription of it lives and no root refers to it.
    pub fn delete(&self) -> Request<Remove, ()> {
        self.0.remove(Code::NotFound)
    }

    /// Whether a subscription made now would be a trial (S2).
    pub fn trial_eligibility(&self) -> Request<Read, Tagged<TrialEligibility>> {
        self.0.get(&["trial-eligibility"])
    }

    /// Its subscriptions.
    pub fn subscriptions(&self) -> Subscriptions {
        Subscriptions(self.0.clone())
    }

    /// One subscription.
    pub fn subscription(&self, id: &SubscriptionId) -> SubscriptionScope {
        SubscriptionScope(self.0.below(&["subscriptions", id.as_str()]))
    }
}
