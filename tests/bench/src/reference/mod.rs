//! What the service is compared with: the same work on the same schema, without the service.

mod pgbench;
mod sqlite;

pub use pgbench::{Pgbench, Run, Script};
pub use sqlite::charge_for;
