//! The use cases, on `super::database`.

mod access;
mod archiving;
mod batches;
mod charge_moves;
mod charges;
mod events;
mod histories;
mod idempotency;
mod integrity;
mod interleaving;
mod keys;
mod licensing;
mod lists;
mod mails;
mod members;
mod moves;
mod organizations;
mod people;
mod pictures;
mod preconditions;
mod previews;
mod reservations;
mod settlement;
mod statements;
mod storm;
mod subscriptions;
mod team_charges;
mod teams;
mod trees;
mod usage_reports;
mod world;

use super::database;
