//! Licences as they are issued, and everything that is none.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop"
)]

mod forged;
mod fuzzed;
mod issued;
mod keys;
mod support;
