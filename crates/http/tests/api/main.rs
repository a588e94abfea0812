//! The interface against the real store: what every route answers, to whom, and to nonsense.
//!
//! Whatever a test sends goes through [`support::World`], which checks each answer against the document: its status, its problem and its
//! body must be among those that the operation names.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests too may fail, which clippy allows in the tests themselves alone"
)]

mod support;

mod authorization;
mod batches;
mod billing_accounts;
mod branding;
mod charge_moves;
mod charges;
mod client;
mod conditions;
mod cors;
mod document;
mod events;
mod filters;
mod fuzzed;
mod idempotency;
mod keys;
mod limits;
mod members;
mod metrics;
mod moves;
mod nonsense;
mod organizations;
mod pagination;
mod pictures;
mod protocol;
mod rates;
mod reservations;
mod server;
mod slow;
mod strangers;
mod subscriptions;
mod team_charges;
mod teams;
mod tree;
mod trees;
mod usage;
mod users;
mod v1_teams;
mod workspaces;
