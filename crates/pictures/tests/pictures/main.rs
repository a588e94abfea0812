//! Pictures from real sites, into a real folder and what speaks like a bucket.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop"
)]

mod fetched;
mod kept;
mod rendered;
mod support;
