//! The operations, by what they are about.

mod billing_accounts;
mod charges;
mod events;
mod keys;
mod members;
mod organizations;
mod people;
mod public;
mod reservations;
mod subscriptions;
mod teams;
mod workspaces;

pub use billing_accounts::{BillingAccountScope, BillingAccounts};
pub use charges::{Charged, Charges};
pub use events::Events;
pub use keys::{ApiCredentialScope, ApiCredentials, ApiKeyScope, ApiKeys};
pub use members::{MemberScope, Members};
pub use organizations::{OrganizationScope, Organizations};
pub use people::{TeamRoleScope, TeamRoles, UserScope, Users};
pub use reservations::Reservations;
pub use subscriptions::{SubscriptionScope, Subscriptions};
pub use teams::{InviteScope, MyInvites, TeamMemberScope, TeamScope, Teams};
pub use workspaces::{WorkspaceScope, Workspaces};
