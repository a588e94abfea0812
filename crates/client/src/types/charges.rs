use serde::{Deserialize, Serialize};

use super::LimitMode;
use crate::words::words;
use crate::{OrganizationId, ReservationId, TeamId, Timestamp, WorkspaceId};

/// What uses a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Target {
    /// An organization.
    #[serde(rename = "organization_id")]
    Organization(OrganizationId),
    /// A team.
    #[serde(rename = "team_id")]
    Team(TeamId),
}

impl From<&OrganizationId> for Target {
    fn from(id: &OrganizationId) -> Self {
        Self::Organization(id.clone())
    }
}

impl From<&TeamId> for Target {
    fn from(id: &TeamId) -> Self {
        Self::Team(id.clone())
    }
}

impl Target {
    /// The parameter that names it.
    pub(crate) fn parameter(&self) -> (&'static str, &str) {
        match self {
            Self::Organization(id) => ("organization_id", id.as_str()),
            Self::Team(id) => ("team_id", id.as_str()),
        }
    }
}

#[derive(Serialize)]
pub(crate) struct NewCharge<'a> {
    #[serde(flatten)]
    pub target: &'a Target,
    pub quantity: u64,
}

#[derive(Serialize)]
pub(crate) struct NewTarget<'a> {
    #[serde(flatten)]
    pub target: &'a Target,
    pub dry_run: bool,
}

/// What is charged for one resource (C1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Charge {
    /// What is counted.
    pub meter: String,
    /// Which resource: the caller's own name for it.
    pub resource_id: String,
    /// The organization that has it, itself or through one of its teams; none for a team outside every organization.
    pub organization_id: Option<OrganizationId>,
    /// The team that has it; none when it is the organization itself.
    pub team_id: Option<TeamId>,
    /// The workspace of the organization or team.
    pub workspace_id: WorkspaceId,
    /// How many units.
    pub quantity: u64,
    /// The reservation that holds them; none once they are charged (C5).
    pub reservation_id: Option<ReservationId>,
    /// When it was first charged or held.
    pub created_at: Timestamp,
    /// When it last changed.
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
    /// What would have it.
    #[serde(flatten)]
    pub target: Target,
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
        /// A team, where the chain ends.
        Team = "team",
    }
}

/// A node of a capacity chain, as it was asked for room (C2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChainNode {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: NodeKind,
    /// Whether it has room for what was asked.
    pub admits: bool,
    /// Who it is and how much it has. None for the nodes above a team, for whoever is in the team and not in the workspace (C3).
    #[serde(flatten)]
    pub details: Option<NodeDetails>,
}

/// Who a node of a capacity chain is, and how much it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NodeDetails {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its limit; none when it does not limit.
    pub limit: Option<u64>,
    /// What is done about more than that.
    pub mode: Option<LimitMode>,
    /// What it and everything below it use.
    pub used: u64,
    /// How much room it has; none when it does not limit.
    pub free: Option<u64>,
}

/// Its name, or what it is where the name is not to be known.
impl std::fmt::Display for ChainNode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.details {
            Some(details) => f.write_str(&details.name),
            None => write!(f, "the {} above", self.kind),
        }
    }
}
