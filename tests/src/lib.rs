//! What black-box tests and the guided tour share: the service as a process, and a caller who speaks HTTP to it.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test program fails by panicking, with a reason"
)]

mod caller;
mod process;

pub use caller::{Answer, Caller};
pub use process::{Output, Service, Settings, binary, run};
