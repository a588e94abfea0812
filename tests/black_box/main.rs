//! The real binary over real HTTP.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![allow(
    clippy::duplicate_mod,
    reason = "the cases are compiled once for each database"
)]

mod backups;
mod clock;
mod collector;
mod commands;
mod deployed;
mod first_start;
mod full_disk;
mod hardening;
mod licenses;
mod load;
mod logs;
mod on_postgres;
mod on_sqlite;
mod outage;
mod pictures;
mod stopping;
mod traces;
mod upgrades;
