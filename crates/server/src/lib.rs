//! The `tenantry` binary's parts: configuration, command line, tokens, telemetry, and which adapter stands behind which port.

pub mod auth;
pub mod cli;
mod client;
pub mod commands;
pub mod config;
pub mod courier;
pub mod doorkeeper;
mod endings;
pub mod files;
pub mod guards;
pub mod hosting;
mod key_desk;
pub mod key_file;
pub mod licensing;
pub mod mailing;
mod regular_file;
pub mod sources;
pub mod sweeper;
pub mod telemetry;
pub mod wiring;
