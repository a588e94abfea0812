//! What is measured.

mod compare;
mod flat;
mod footprint;
mod sqlite;
mod versus;

pub use compare::compare;
pub use flat::flat;
pub use footprint::footprint;
pub use sqlite::sqlite;

/// Connections of both sides.
const CONNECTIONS: u32 = 32;
/// What our side is called.
const OURS: &str = "tenantry";

/// One thing that can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Scenario {
    /// Charges all in one tree, by HTTP and by pgbench
    Hot,
    /// Charges over many trees, by HTTP and by pgbench
    Spread,
    /// Reads of one organization, by HTTP and by pgbench
    Reads,
    /// Views of limits, by HTTP
    Limits,
    /// Checks whether a charge would fit, by HTTP
    Check,
    /// Latency of a charge at a tenth of the load of `spread`, against pgbench with one client
    Lone,
    /// Charges on SQLite, by HTTP and in a loop without a service
    Sqlite,
    /// CPU of a request in small and large deployments, and at the top and bottom of a tree
    Flat,
    /// Memory, start and size of the service
    Footprint,
}
