use serde::{Deserialize, Serialize};

use super::{Charge, Target};
use crate::RowProblem;

/// Changes of one workspace's ledger, made one after another: 1–1,000 rows (C7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChargeBatch {
    /// Whether one row that is refused refuses them all.
    pub atomic: bool,
    /// Whether only to tell what would become of them.
    pub dry_run: bool,
    /// The changes.
    pub rows: Vec<ChargeRow>,
}

/// What is to become of one resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChargeRow {
    /// What is counted.
    pub meter: String,
    /// Which resource: the caller's own name for it.
    pub resource_id: String,
    /// What it is charged to, released at, or moved to.
    #[serde(flatten)]
    pub target: Target,
    /// What to do.
    #[serde(flatten)]
    pub op: ChargeOp,
}

/// What a row of a batch does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum ChargeOp {
    /// Charges, or resizes what is charged (C1).
    Charge {
        /// How many units.
        quantity: u64,
    },
    /// Gives back what is charged there (C4).
    Release,
    /// Charges there what is charged elsewhere (C11).
    Move,
}

/// What came of the rows of a batch, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BatchResults {
    /// Whether anything was changed; not by a dry run.
    pub applied: bool,
    /// One for each row.
    pub results: Vec<RowResult>,
}

/// What came of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RowResult {
    /// The status that it would have had alone: 201, 200 or 204, or that of the problem.
    pub status: u16,
    /// The charge that stands, when there is one.
    pub charge: Option<Charge>,
    /// Why it was refused, when it was.
    pub problem: Option<RowProblem>,
}
