use serde::{Deserialize, Serialize};

use crate::words::words;
use crate::{OrganizationId, Timestamp, WorkspaceId};

#[derive(Serialize)]
pub(crate) struct NewCharge<'a> {
    pub organization_id: &'a OrganizationId,
    pub quantity: u64,
}

/// What is charged for one resource (C1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Charge {
    /// What is counted.
    pub meter: String,
    /// Which resource: the caller's own name for it.
    pub resource_id: String,
    /// Who has it.
    pub organization_id: OrganizationId,
    /// The workspace of the organization.
    pub workspace_id: WorkspaceId,
    /// How many units.
    pub quantity: u64,
    /// When it was first charged.
    pub created_at: Timestamp,
    /// When it was last resized.
    pub updated_at: Timestamp,
}

#[derive(Serialize)]
pub(crate) struct Questions<'a> {
    pub questions: &'a [Question],
}

/// Whether a charge would be admitted (C6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// What is counted.
    pub meter: String,
    /// Who would have it.
    pub organization_id: OrganizationId,
    /// How many units more.
    pub quantity: u64,
}

/// The answers to questions, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CheckAnswers {
    /// One for each question.
    pub answers: Vec<CheckAnswer>,
}

/// Whether a charge would be admitted now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CheckAnswer {
    /// Whether it would.
    pub admitted: bool,
    /// The node with the least room; none when nothing limits.
    pub binding: Option<ChainNode>,
    /// From the pool down.
    pub chain: Vec<ChainNode>,
}

words! {
    /// What a node of a capacity chain is.
    NodeKind {
        /// What subscriptions provide.
        Pool = "pool",
        /// An organization.
        Organization = "organization",
    }
}

/// A node of a capacity chain, as it was asked for room (C2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChainNode {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: NodeKind,
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its limit; none when it does not limit.
    pub limit: Option<u64>,
    /// What it and everything below it use.
    pub used: u64,
    /// How much room it has; none when it does not limit.
    pub free: Option<u64>,
    /// Whether it has room for what was asked.
    pub admits: bool,
}
