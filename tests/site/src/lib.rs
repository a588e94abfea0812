//! A web site for tests, in the clear or over TLS, and pictures to put there: good ones, and such as somebody might send to do harm.

#![expect(
    clippy::expect_used,
    reason = "a test program fails by panicking, with a reason"
)]
#![allow(clippy::missing_panics_doc, reason = "as said above")]

pub mod samples;
mod site;

pub use site::{Answer, Request, Site};
pub use tenantry_test_smtp::Authority;
