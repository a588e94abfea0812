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
