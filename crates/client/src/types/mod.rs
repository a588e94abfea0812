//! What is sent and what is answered. Answers may hold more than is known here, which is left out.

mod batches;
mod billing_accounts;
mod branding;
mod charges;
mod effective;
mod event_kind;
mod events;
mod health;
mod keys;
mod limits;
mod members;
mod moves;
mod organizations;
mod page;
mod reservations;
mod subscription_previews;
mod subscriptions;
mod teams;
mod tree;
mod users;
mod workspaces;

#[cfg(test)]
mod tests;

pub use batches::{BatchResults, ChargeBatch, ChargeOp, ChargeRow, RowResult};
pub use billing_accounts::{Address, BillingAccount, BillingAccountChanges, Currency, NewBillingAccount};
pub use branding::{Branding, BrandingChanges, Colors, ColorsChanges, PublicBranding};
pub use charges::{ChainNode, Charge, CheckAnswer, CheckAnswers, NodeDetails, NodeKind, Question, Target};
pub(crate) use charges::{NewCharge, NewTarget, Questions};
pub use effective::{
    AppliedLimit, Effective, EffectiveAccount, EffectiveBranding, EffectiveColors, EffectiveMeter,
    InheritedText, PersonWithAccess, Source, Through,
};
pub use event_kind::EventKind;
pub use events::Event;
pub use health::Health;
pub(crate) use keys::Rotation;
pub use keys::{ApiCredential, ApiKey, Issued, KeyTerms, NewApiCredential, Secret};
pub use limits::{Context, ContextKind, Limit, LimitMode, LimitRow, Limits};
pub(crate) use members::RoleChange;
pub use members::{Member, NewMember, Role};
pub use moves::{LimitShift, Move, MoveBlocker, MovedOrganization, NewPlace};
pub use organizations::{NewOrganization, Organization, OrganizationChanges, Usage};
pub use page::Page;
pub use reservations::{NewReservation, Reservation, ReservationStatus};
pub(crate) use subscription_previews::Cancellation;
pub use subscription_previews::{
    BlockedRoot, BlockedRoots, Capacities, PreviewedMeter, PreviewedRefusal, PreviewedSubscription,
    SubscriptionPreview,
};
pub use subscriptions::{
    Action, NewSubscription, ProductQuantity, Subscription, SubscriptionChange, SubscriptionChanges,
    SubscriptionStatus, TrialEligibility, TrialInfo,
};
pub use teams::{
    Accepted, HeldRole, Invite, MyInvite, NewInvite, NewTeam, Person, RoleSummary, RoleTerms, ScopeInfo,
    Team, TeamChanges, TeamMember, TeamRole,
};
pub(crate) use teams::{InviteAnswer, RoleSet, Transfer};
pub use tree::{Branch, NewBranch, NewTree, PlannedBranch, Tree, TreePlan};
pub use users::{Account, AddedUser, NewUser, RoleRef, User, UserInfo, UserTerms};
pub use workspaces::{BillingMode, NewWorkspace, Workspace, WorkspaceChanges};

use std::collections::BTreeMap;

/// A number for each of some meters.
pub type PerMeter<T> = BTreeMap<String, T>;
