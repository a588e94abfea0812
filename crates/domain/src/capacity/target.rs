use std::fmt;

use super::node::NodeId;
use crate::id::{OrganizationId, TeamId};

/// What usage is charged to, as callers name it: where a chain ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetId {
    /// An organization.
    Organization(OrganizationId),
    /// A team.
    Team(TeamId),
}

/// What usage is charged to, with the organization that has it too (L6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChargeTarget {
    /// An organization.
    Organization(OrganizationId),
    /// A team.
    Team {
        /// The team.
        id: TeamId,
        /// The organization that it belongs to; `None` for a team outside every organization.
        organization: Option<OrganizationId>,
    },
}

impl ChargeTarget {
    /// The target below a node; `None` stands for the top.
    pub fn below(parent: Option<NodeId>, target: TargetId) -> Self {
        match (target, parent) {
            (TargetId::Organization(id), _) => Self::Organization(id),
            (TargetId::Team(id), Some(NodeId::Organization(organization))) => Self::Team {
                id,
                organization: Some(organization),
            },
            (TargetId::Team(id), _) => Self::Team {
                id,
                organization: None,
            },
        }
    }

    /// What callers name.
    pub const fn id(self) -> TargetId {
        match self {
            Self::Organization(id) => TargetId::Organization(id),
            Self::Team { id, .. } => TargetId::Team(id),
        }
    }

    /// The organization whose direct usage it is.
    pub const fn organization(self) -> Option<OrganizationId> {
        match self {
            Self::Organization(id) => Some(id),
            Self::Team { organization, .. } => organization,
        }
    }

    /// The team whose direct usage it is.
    pub const fn team(self) -> Option<TeamId> {
        match self {
            Self::Organization(_) => None,
            Self::Team { id, .. } => Some(id),
        }
    }
}

impl TargetId {
    /// The team, when it is one.
    pub const fn team(self) -> Option<TeamId> {
        match self {
            Self::Organization(_) => None,
            Self::Team(id) => Some(id),
        }
    }
}

impl From<TargetId> for NodeId {
    fn from(target: TargetId) -> Self {
        match target {
            TargetId::Organization(id) => Self::Organization(id),
            TargetId::Team(id) => Self::Team(id),
        }
    }
}

/// Nothing is charged to a pool itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a pool is nothing to charge")]
pub struct NotATarget;

impl TryFrom<NodeId> for TargetId {
    type Error = NotATarget;

    fn try_from(node: NodeId) -> Result<Self, NotATarget> {
        match node {
            NodeId::Pool(_) => Err(NotATarget),
            NodeId::Organization(id) => Ok(Self::Organization(id)),
            NodeId::Team(id) => Ok(Self::Team(id)),
        }
    }
}

impl From<OrganizationId> for TargetId {
    fn from(id: OrganizationId) -> Self {
        Self::Organization(id)
    }
}

impl From<TeamId> for TargetId {
    fn from(id: TeamId) -> Self {
        Self::Team(id)
    }
}

impl fmt::Display for TargetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        NodeId::from(*self).fmt(f)
    }
}
