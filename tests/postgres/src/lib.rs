//! A throw-away PostgreSQL for tests, run from the server programs of this machine. It listens on a Unix socket in a temporary directory, and
//! goes with the process that started it, however that ends.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test program fails by panicking, with a reason"
)]
#![allow(clippy::missing_panics_doc, reason = "as said above")]

mod account;
mod pooler;
mod programs;
mod server;

pub use pooler::Pooler;
pub use server::{Server, Setup, Stop};

use std::sync::OnceLock;

/// The server that the tests of this process share. Each test has [a schema of its own](Server::create_schema) on it.
pub fn shared() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| Server::start(&Setup::default()))
}
