//! The queries, compiled once for each backend: `super::dialect` is that of the backend.

#[macro_use]
mod page;

mod answers;
pub mod balances;
mod billing_accounts;
pub mod chains;
pub mod charges;
pub mod copying;
mod credentials;
pub mod events;
mod expression;
pub mod folding;
pub mod glances;
mod invitations;
mod involved;
mod key;
pub mod ledger;
mod lock;
mod mails;
mod members;
pub mod node;
pub mod organization_row;
mod organizations;
mod reservations;
#[allow(clippy::wildcard_imports, reason = "the types of columns")]
pub mod schema;
mod subscriptions;
mod team_members;
mod team_roles;
mod teams;
mod unit;
mod user_keys;
mod users;
pub mod workspaces;

use super::{asked, dialect, ledger_read, ledger_write};
pub use unit::Unit;
