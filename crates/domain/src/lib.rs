//! The rules of a tenancy control plane, and nothing else: no I/O, no clock, no randomness, no async.
//!
//! A workspace is one customer: a tree of organizations, the people in it, and the accounts that pay. The one central idea is the
//! **capacity chain** ([`capacity`]): growth is admitted if and only if every node from the billing pool down to the target
//! admits it, and a refusal carries the chain as its explanation.
//!
//! | module | holds | rules |
//! |---|---|---|
//! | [`capacity`] | chain, decision, limits, the whole tree in memory | L2–L7, L9, L10, C2, C3 |
//! | [`organization`] | hierarchy, path, moves, deletion, pictures, branding | O1–O7, O9 |
//! | [`workspace`] | workspace, roles, permissions, membership | W1–W5 |
//! | [`billing`] | modes, accounts, pools, subscriptions | B1–B6, S1–S6 |
//! | [`charge`], [`reservation`] | the ledger | C1, C4, C5, C11 |
//! | [`team`] | teams, scopes, roles, rights, invitations, seats | T2–T13, C8, C9 |
//! | [`key`] | API credentials of teams, API keys of people | K1–K3 |
//! | [`license`] | editions, and the licences that give them | E1–E3 |
//! | [`user`] | people | I2, T1, T13 |
//! | [`id`], [`text`], [`meter`], [`units`], [`limit`], [`time`] | values | I1, I2, L1, L2, L8 |
//!
//! # Using it alone
//!
//! ```
//! use tenantry_domain::capacity::{Chain, Node, NodeId, PoolId};
//! use tenantry_domain::{BillingAccountId, Limit, OrganizationId, Units};
//! use uuid::Uuid;
//!
//! let node = |id, name: &str, limit, used| Node { id, name: name.into(), limit, used };
//! let account = PoolId::BillingAccount(BillingAccountId::from_uuid(Uuid::from_u128(1)));
//! let organization = |n| NodeId::Organization(OrganizationId::from_uuid(Uuid::from_u128(n)));
//!
//! // 100 seats are paid for; ACME may use 10 of them, its Berlin office as many as ACME has left.
//! let chain = Chain::new(
//!     vec![
//!         node(NodeId::Pool(account), "ACME's plan", Limit::AtMost(Units::new(100)?), Units::new(40)?),
//!         node(organization(2), "ACME", Limit::AtMost(Units::new(10)?), Units::new(9)?),
//!     ],
//!     node(organization(3), "Berlin", Limit::Unlimited, Units::new(4)?),
//! );
//! assert!(chain.admit(Units::new(1)?).is_ok());
//! let refusal = chain.admit(Units::new(2)?).unwrap_err();
//! assert_eq!(refusal.binding().name, "ACME");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[macro_use]
mod words;

pub mod billing;
pub mod capacity;
pub mod charge;
pub mod id;
pub mod key;
pub mod license;
pub mod limit;
pub mod meter;
pub mod organization;
pub mod reservation;
pub mod team;
pub mod text;
pub mod time;
pub mod units;
pub mod user;
pub mod workspace;

pub use billing::{BillingEnforcement, BillingMode};
pub use id::{
    BillingAccountId, CredentialId, EventId, Id, InvalidId, InvitationId, MailId, OrganizationId,
    ReservationId, RoleId, ScopeId, SubscriptionId, TeamId, UserId, UserKeyId, WorkspaceId,
};
pub use limit::{Enforcement, Limit};
pub use meter::{Meter, Meters, UnknownMeter};
pub use time::Timestamp;
pub use units::{OutOfRange, Quantity, Units};
