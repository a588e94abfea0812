//! An async client of Tenantry, for tokio.
//!
//! ```no_run
//! use futures_util::TryStreamExt;
//! use tenantry_client::types::{BillingMode, NewOrganization, NewWorkspace};
//! use tenantry_client::Client;
//!
//! # async fn example() -> Result<(), tenantry_client::Error> {
//! let client = Client::builder("https://tenantry.example.com").token("eyJ…").build()?;
//!
//! let workspace = client.workspaces().create(&NewWorkspace::new("ACME", BillingMode::Pooled)).await?;
//! let organizations = client.workspace(&workspace.id).organizations();
//! let berlin = organizations.create(&NewOrganization::new("Berlin").limit("locations", 3)).await?;
//!
//! match client.charges().put("locations", "site-1", &berlin.id, 1).await {
//!     Ok(charged) => println!("{} units", charged.charge.quantity),
//!     Err(error) => match error.limit_reached() {
//!         Some(refusal) => println!("{} is full", refusal.binding),
//!         None => return Err(error),
//!     },
//! }
//!
//! let mut all = std::pin::pin!(organizations.list().page_size(50).into_stream());
//! while let Some(organization) = all.try_next().await? {
//!     println!("{}", organization.name);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! **Requests** are sent when they are awaited. What can be added to one depends on what it does: an
//! [idempotency key](Request::idempotency_key) to what makes something, a [condition](Request::if_match) to what changes something.
//!
//! **Retries.** A request that led to no answer, or to 408, 429, 502, 503, 504 or `idempotency_in_flight`, is sent again after a random pause, and after
//! what `Retry-After` asks for: when it cannot have been done, or when it does no harm twice. That is so for GET, PUT and DELETE, for POST
//! because every POST has a key (R1), and for PATCH when it has a condition or when [its caller says so](Request::repeatable). A DELETE that is
//! sent again and finds nothing to delete has succeeded.
//!
//! **Errors.** What the service refuses is a [`Problem`] with a [`Code`] and, for some, more: see [`Error::limit_reached`].
//!
//! **Newer services.** Fields that this client does not know are left out, words that it does not know are kept as `Other`.

mod call;
mod client;
mod error;
mod follow;
mod groups;
mod list;
mod patch;
mod problem;
mod request;
mod retries;
mod scope;
mod sources;
mod tagged;
mod text;
mod token;
mod transport;
pub mod types;
mod words;

pub use client::{Builder, Client};
pub use error::Error;
pub use follow::{Batch, Follow};
pub use groups::{
    ApiCredentialScope, ApiCredentials, ApiKeyScope, ApiKeys, BillingAccountScope, BillingAccounts, Charged,
    Charges, Events, InviteScope, MemberScope, Members, MyInvites, OrganizationScope, Organizations,
    Reservations, SubscriptionScope, Subscriptions, TeamMemberScope, TeamRoleScope, TeamRoles, TeamScope,
    Teams, UserScope, Users, WorkspaceScope, Workspaces,
};
pub use list::{List, filter};
pub use patch::Patch;
pub use problem::{
    BatchRefused, ChargedElsewhere, Code, FieldError, LimitReached, LiveSubscription, MoveBlocked, Problem,
    RefusedRow, ResourceReserved, RowProblem, Underprovision, WorkspaceNotEmpty,
};
pub use request::{Conditional, Request, kind};
pub use retries::Retries;
pub use tagged::Tagged;
pub use text::{
    ApiCredentialId, ApiKeyId, BillingAccountId, Cursor, ETag, EventId, InvitationId, OrganizationId,
    ReservationId, RoleId, ScopeId, SubscriptionId, TeamId, Timestamp, UserId, WorkspaceId,
};
pub use token::TokenSource;
