use std::fmt;

use crate::id::{BillingAccountId, OrganizationId, WorkspaceId};
use crate::limit::Limit;
use crate::units::Units;

/// Which pool of billing capacity a chain starts from (B2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PoolId {
    /// The one pool of a workspace in `single` or `pooled` mode.
    Workspace(WorkspaceId),
    /// The pool of one billing account, in `assigned` mode.
    BillingAccount(BillingAccountId),
}

/// What a node of the chain stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeId {
    /// A pool of billing capacity: always the first node.
    Pool(PoolId),
    /// An organization: its limit caps its own usage and that of everything below it.
    Organization(OrganizationId),
}

/// The id of the workspace, billing account or organization that it stands for.
impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pool(PoolId::Workspace(id)) => id.fmt(f),
            Self::Pool(PoolId::BillingAccount(id)) => id.fmt(f),
            Self::Organization(id) => id.fmt(f),
        }
    }
}

/// What a store keeps of one node for one meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Balance {
    /// The limit set at the node, or a pool's capacity; `None` when there is none.
    pub cap: Option<Units>,
    /// Units charged to the node itself (L6).
    pub direct: Units,
    /// Units charged to the node and everything below it (L6).
    pub subtree: Units,
}

impl Balance {
    /// Whether more is used than the limit allows (L4).
    pub fn is_over_limit(&self) -> bool {
        Limit::from_option(self.cap).is_exceeded_by(self.subtree)
    }
}

/// What a node does with growth that does not fit (B3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Enforcement {
    /// It refuses.
    Enforce,
    /// It lets the growth pass and reports that it would have refused.
    Observe,
}

/// One node of the chain, for one meter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What the node stands for.
    pub id: NodeId,
    /// What people call it.
    pub name: String,
    /// The limit set at this node.
    pub limit: Limit,
    /// Units used in the whole subtree of this node.
    pub used: Units,
    /// What happens when the limit is passed.
    pub enforcement: Enforcement,
}

impl Node {
    /// A node as a store keeps it. A pool for which nothing is kept has no capacity, an organization no limit (L2, B1).
    pub fn from_balance(id: NodeId, name: String, balance: Balance, enforcement: Enforcement) -> Self {
        let limit = match (id, balance.cap) {
            (NodeId::Pool(_), None) => Limit::AtMost(Units::ZERO),
            (_, cap) => Limit::from_option(cap),
        };
        Self {
            id,
            name,
            limit,
            used: balance.subtree,
            enforcement,
        }
    }

    /// Whether so many more units fit under this node's own limit, whatever its enforcement.
    pub fn admits(&self, requested: Units) -> bool {
        let fits_the_limit = self
            .limit
            .headroom(self.used)
            .is_none_or(|free| requested <= free);
        // A count that cannot be represented cannot be admitted either, limit or not.
        let fits_the_count = requested <= Units::MAX.saturating_sub(self.used);
        fits_the_limit && fits_the_count
    }

    /// Whether this node turns so many more units away: it enforces its limit, and they do not fit.
    pub fn refuses(&self, requested: Units) -> bool {
        self.enforcement == Enforcement::Enforce && !self.admits(requested)
    }

    /// The room that this node really leaves: `None` when it has no limit, or only observes it.
    pub fn enforced_headroom(&self) -> Option<Units> {
        self.enforced_cap().map(|cap| cap.saturating_sub(self.used))
    }

    /// The limit that this node enforces, when it does.
    pub fn enforced_cap(&self) -> Option<Units> {
        match self.enforcement {
            Enforcement::Enforce => self.limit.cap(),
            Enforcement::Observe => None,
        }
    }
}
