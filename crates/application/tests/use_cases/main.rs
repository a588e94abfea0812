//! Use cases on the real stores, with a clock that the tests move. The cases are compiled once for each database.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![allow(clippy::duplicate_mod, reason = "as said above")]

mod database;
mod recorder;
mod refused;

mod on_postgres;
mod on_sqlite;
