use crate::request::kind::{Change, Create, Read, Remove};
use crate::request::{plain, tagged};
use crate::scope::Scope;
use crate::types::{Cancellation, NewSubscription, Subscription, SubscriptionChanges, SubscriptionPreview};
use crate::{List, Request, Tagged};

/// The subscriptions of a billing account (S1).
#[derive(Clone)]
pub struct Subscriptions(pub(super) Scope);

/// One subscription.
#[derive(Clone)]
pub struct SubscriptionScope(pub(super) Scope);

impl Subscriptions {
    /// All of them.
    pub fn list(&self) -> List<Subscription> {
        self.0.list(&["subscriptions"])
    }

    /// What making it would do (S1, S2, B1). Nothing changes.
    pub fn preview(&self, new: &NewSubscription) -> Request<Read, SubscriptionPreview> {
        let path = self.0.at(&["subscriptions", "preview"]);
        Request::ask(&self.0.client, path, new, plain)
    }

    /// Makes one (S1, S2).
    pub fn create(&self, new: &NewSubscription) -> Request<Create, Tagged<Subscription>> {
        self.0.create(&["subscriptions"], new)
    }
}

impl SubscriptionScope {
    /// Shows it.
    pub fn get(&self) -> Request<Read, Tagged<Subscription>> {
        self.0.get(&[])
    }

    /// Changes it (S3, S4).
    pub fn update(&self, changes: impl Into<SubscriptionChanges>) -> Request<Change, Tagged<Subscription>> {
        self.0.update(&changes.into())
    }

    /// What changing it would do (S3, S4, B4). Nothing changes.
    pub fn preview(&self, changes: impl Into<SubscriptionChanges>) -> Request<Read, SubscriptionPreview> {
        let path = self.0.at(&["preview"]);
        Request::ask(&self.0.client, path, &changes.into(), plain)
    }

    /// What cancelling it would do (S4, B4). Nothing changes.
    pub fn preview_cancel(&self) -> Request<Read, SubscriptionPreview> {
        let path = self.0.at(&["preview"]);
        Request::ask(&self.0.client, path, &Cancellation::default(), plain)
    }

    /// Cancels it, now or at the end of its period (S4). When an earlier attempt was done and its answer lost, that can be
    /// `subscription_over`.
    pub fn cancel(&self) -> Request<Remove, Tagged<Subscription>> {
        Request::delete(&self.0.client, self.0.path.clone(), tagged)
    }
}
