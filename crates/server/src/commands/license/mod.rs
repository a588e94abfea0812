//! `tenantry license …`

mod issue;
mod keygen;
mod show;

pub use issue::{IssueError, issue};
pub use keygen::{KeygenError, keygen};
pub use show::{ShowError, show};
