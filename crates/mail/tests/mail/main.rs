//! What mails say, and how they leave: into a folder, and to a real server.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop"
)]

mod addresses;
mod letter;
mod message;
mod outbox;
mod smtp;
mod support;
