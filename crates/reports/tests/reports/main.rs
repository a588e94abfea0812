//! Reports as those see them who open them.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop"
)]

mod csv;
mod pdf;
mod reader;
mod support;
