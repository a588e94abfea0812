//! The queries, compiled once for each backend: `super::dialect` is that of the backend.

#[macro_use]
mod page;

mod balances;
mod billing_accounts;
mod chains;
mod charges;
mod events;
mod expression;
mod lock;
mod members;
mod node;
mod organization_row;
mod organizations;
#[allow(clippy::wildcard_imports, reason = "the types of columns")]
mod schema;
mod subscriptions;
mod unit;
mod users;
mod workspaces;

use super::dialect;
pub use unit::Unit;
