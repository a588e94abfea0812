//! What black-box tests and the guided tour share: the service as a process, and a caller who speaks HTTP to it.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::return_self_not_must_use,
    reason = "a test program panics when the service misbehaves"
)]

mod caller;
mod license_issuer;
mod port;
mod process;
mod wait;

pub use caller::{Answer, Caller};
pub use license_issuer::LicenseIssuer;
pub use port::free_port;
pub use process::{Output, Service, Settings, binary, run};
pub use wait::Wait;
