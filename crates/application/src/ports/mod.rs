//! What the use cases need of the world.
//!
//! Ports are synchronous: the stores are, and other teams can call the use cases from anything.

mod repositories;
mod sources;
mod store;

pub use repositories::{
    Balances, BillingAccounts, ChainNode, ChainRecord, Change, ChargeKey, Charges, Events, Members,
    OrganizationScope, Organizations, PublicKey, Standing, Subscriptions, Users, WorkspaceKey, Workspaces,
};
pub use sources::{Clock, IdSource, PaymentProvider};
pub use store::{Cause, Store, StoreError, StoreResult, UniqueKey, UnitOfWork};
