//! Configuration, command line and tokens, from outside the crate.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop"
)]

mod binary;
mod cli;
mod config;
mod examples;
mod fuzzed;
mod jwks;
mod license;
mod licensing;
mod local_issuer;
mod support;
mod sweeper;
mod verify;
