//! What the service does on either database: `super::start` starts it on a fresh one.

mod billing_modes;
mod charging;
mod client;
mod client_following;
mod client_once;
mod client_streams;
mod crashes;
mod histories;
mod isolation;
mod keys;
mod mails;
mod main_job;
mod maintenance;
mod processes;
mod storm;
mod trees;
mod v1_teams;
mod world;

use super::start;
