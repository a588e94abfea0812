//! The real binary over real HTTP.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![expect(
    clippy::needless_pass_by_value,
    reason = "JSON written in place reads best without `&`"
)]

mod billing_modes;
mod charging;
mod commands;
mod crashes;
mod first_start;
mod isolation;
mod main_job;
mod world;
