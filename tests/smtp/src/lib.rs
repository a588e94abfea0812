//! A mail server for tests (RFC 5321): it listens on a TCP port, speaks in the clear or over TLS, keeps what it is given, and misbehaves when it
//! is told to.

#![expect(
    clippy::expect_used,
    reason = "a test program fails by panicking, with a reason"
)]
#![allow(clippy::missing_panics_doc, reason = "as said above")]

mod authority;
mod channel;
mod conversation;
mod server;

pub use authority::Authority;
pub use channel::Channel;
pub use server::{Delivery, Fault, MailServer, Step};
