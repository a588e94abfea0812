//! The use cases of Tenantry and the ports that they need.
//!
//! A request becomes a call of one method of [`Tenantry`]: it finds out what the caller may do ([`access`]), loads what the rule needs
//! through the [`ports`], asks the rule in `tenantry-domain`, and stores the outcome in the same transaction.

pub mod access;
pub mod actor;
pub mod charges;
pub mod error;
pub mod event;
pub mod idempotency;
pub mod integrity;
pub mod keys;
pub mod page;
pub mod people;
pub mod ports;
pub mod precondition;
pub mod settings;

mod billing_accounts;
mod events;
mod licensing;
mod limits;
mod mails;
mod members;
mod organizations;
mod patch;
mod service;
mod settlement;
mod subscriptions;
pub mod teams;
mod usage_report;
mod watch;
mod workspaces;

pub use actor::{Actor, Machine, Scope, TeamCredential};
pub use billing_accounts::{BillingAccountChanges, NewBillingAccount};
pub use error::Error;
pub use licensing::LicenseStanding;
pub use limits::OrganizationLimits;
pub use mails::{Bell, MailOutcome};
pub use organizations::{
    BranchRefused, BrandingChanges, CreationRefused, EffectiveView, LimitShift, MoveView, MovedOrganization,
    NewBranch, NewOrganization, NewPlace, NewTree, OrganizationChanges, OrganizationView, PersonAccess,
    PictureLeave, Place, TreeView,
};
pub use patch::Patch;
pub use service::{Parts, Tenantry};
pub use settings::Settings;
pub use subscriptions::{
    BlockedRoots, MeterPreview, SubscriptionPatch, SubscriptionPreview, SubscriptionRefused,
    SubscriptionView, TrialEligibility,
};
pub use usage_report::{MeterUsage, UsageReport, UsageRow, UsageTotal};
pub use workspaces::{NewWorkspace, WorkspaceChanges, WorkspaceView};
