//! The use cases, on `super::database`.

mod access;
mod archiving;
mod batches;
mod charge_moves;
mod charges;
mod effective;
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
mod observed_limits;
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
mod thresholds;
mod trees;
mod usage_reports;
mod world;

use super::database;
