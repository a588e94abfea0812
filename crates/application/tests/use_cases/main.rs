//! Use cases on the real SQLite store, with a clock that the tests move.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod access;
mod archiving;
mod charges;
mod integrity;
mod members;
mod organizations;
mod people;
mod settlement;
mod subscriptions;
mod world;
