//! The capacity chain: the one idea behind every limit (`docs/rules.md` L2–L9, C2, C3).
//!
//! ```text
//! pool (billing capacity) ──► root organization ──► … ──► organization ──► team
//! ```
//!
//! Each node holds, per meter, a [`Limit`](crate::Limit) and how much is used in its subtree. Growth by *n* is admitted if and
//! only if every node of the chain admits *n*; the node with the least room binds, and a [`Refusal`] carries the whole
//! chain, which is the explanation.

mod chain;
mod crossing;
mod limit_change;
mod limits_view;
mod node;
mod sight;
mod target;
mod threshold;
mod tree;

pub use chain::{Admission, Chain, Refusal};
pub use crossing::Crossing;
pub use limit_change::{LimitChangeRefused, OverLimit, check_limit_change};
pub use limits_view::{MeterLimits, Place};
pub use node::{Balance, Node, NodeId, NodeKind, PoolId, UsageChange, UsageOutOfRange, UsagePlace};
pub use sight::{SeenChain, SeenNode, Sight};
pub use target::{ChargeTarget, NotATarget, TargetId};
pub use threshold::Threshold;
pub use tree::{CapacityTree, TreeError};

#[cfg(test)]
mod tests_support {
    use uuid::Uuid;

    use super::{Node, NodeId, PoolId};
    use crate::{Enforcement, Limit, OrganizationId, Units, WorkspaceId};

    pub fn node(id: u128, cap: Option<u64>, used: u64) -> Node {
        Node {
            id: NodeId::Organization(OrganizationId::from_uuid(Uuid::from_u128(id))),
            name: format!("node {id}"),
            limit: Limit::from_option(cap.map(|n| Units::new(n).unwrap())),
            used: Units::new(used).unwrap(),
        }
    }

    pub fn pool(id: u128, cap: u64) -> Node {
        let workspace = WorkspaceId::from_uuid(Uuid::from_u128(id));
        Node {
            id: NodeId::Pool(PoolId::Workspace(workspace)),
            ..node(id, Some(cap), 0)
        }
    }

    pub fn observed(id: u128, cap: u64, used: u64) -> Node {
        node(id, Some(cap), used).under(Enforcement::Observe)
    }
}
