//! What every store must do, told through the ports alone. A backend joins in [`support::Backend::all`].

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests too may fail, which clippy allows in the tests themselves alone"
)]

mod fixtures;
mod support;

mod backups;
mod balances;
mod billing;
mod branding;
mod chains;
mod charges;
mod concurrency;
mod copying;
mod corruption;
mod events;
mod glances;
mod invitations;
mod keys;
mod mails;
mod members;
mod migrations;
mod organizations;
mod outages;
mod pages;
mod postgres;
mod reservations;
mod sqlite;
mod statements;
mod team_members;
mod team_nodes;
mod team_roles;
mod teams;
mod tls;
mod transactions;
mod users;
mod workspaces;
