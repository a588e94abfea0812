use std::collections::HashMap;

use super::chain::{Admission, Chain, Refusal};
use super::node::{Node, NodeId, UsagePlace};
use crate::limit::Limit;
use crate::units::Units;

/// A whole capacity tree of one meter in memory: pools, organizations, teams, and what each uses.
///
/// It makes the same decisions as [`Chain`], and keeps the roll-up: a node's `used` is what is charged to it and to everything
/// below it (L6). Use it to decide many charges at once, to recompute balances from a ledger, or alone as a library.
///
/// ```
/// use tenantry_domain::capacity::{CapacityTree, Node, NodeId};
/// use tenantry_domain::{Limit, OrganizationId, Units};
/// # use uuid::Uuid;
/// # let id = |n: u128| NodeId::Organization(OrganizationId::from_uuid(Uuid::from_u128(n)));
/// # let node = |n, name: &str, limit| Node { id: id(n), name: name.into(), limit, used: Units::ZERO };
/// let mut tree = CapacityTree::default();
/// tree.insert(node(1, "ACME", Limit::AtMost(Units::new(2)?)), None)?;
/// tree.insert(node(2, "Berlin", Limit::Unlimited), Some(id(1)))?;
///
/// let one = Units::new(1)?;
/// assert!(tree.grow(id(2), one)?.is_ok());
/// assert!(tree.grow(id(2), one)?.is_ok());
/// let refusal = tree.grow(id(2), one)?.unwrap_err();
/// assert_eq!(refusal.to_string(), "no room for 1 more: ACME has 0 left");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct CapacityTree {
    nodes: HashMap<NodeId, Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    node: Node,
    parent: Option<NodeId>,
    /// What is charged to the node itself, without its teams.
    own: Units,
    direct: Units,
}

/// The tree does not have the shape that the caller takes for granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// No such node.
    #[error("the capacity tree has no node {0:?}")]
    Unknown(NodeId),
    /// The node is there already.
    #[error("the capacity tree has the node {0:?} already")]
    Duplicate(NodeId),
}

impl CapacityTree {
    /// Adds a node below a parent that is there already, or at the top. Its `used` starts at what the node says, and is not
    /// added to the nodes above: insert nodes with usage only as they were stored. What a node says is usage of its subtree; none of
    /// it can be given back through the tree, which only knows what was charged to it.
    pub fn insert(&mut self, node: Node, parent: Option<NodeId>) -> Result<(), TreeError> {
        if let Some(parent) = parent {
            self.entry(parent)?;
        }
        if self.nodes.contains_key(&node.id) {
            return Err(TreeError::Duplicate(node.id));
        }
        self.nodes.insert(
            node.id,
            Entry {
                node,
                parent,
                own: Units::ZERO,
                direct: Units::ZERO,
            },
        );
        Ok(())
    }

    /// The chain from the top down to this node, as it stands now.
    pub fn chain(&self, target: NodeId) -> Result<Chain, TreeError> {
        let entry = self.entry(target)?;
        let mut above: Vec<Node> = self
            .ancestors(entry.parent)
            .filter_map(|id| self.nodes.get(&id))
            .map(|e| e.node.clone())
            .collect();
        above.reverse();
        Ok(Chain::new(above, entry.node.clone()))
    }

    /// Charges so many units to a node, when every node of its chain admits them (C2).
    pub fn grow(
        &mut self,
        target: NodeId,
        units: Units,
    ) -> Result<Result<Admission, Box<Refusal>>, TreeError> {
        let decision = self.chain(target)?.admit(units);
        if decision.is_ok() {
            self.record(target, units)?;
        }
        Ok(decision)
    }

    /// Charges so many units without asking: for usage that is a fact already, such as a ledger's rows (L6).
    pub fn record(&mut self, target: NodeId, units: Units) -> Result<(), TreeError> {
        self.adjust(target, |count| count.saturating_add(units))
    }

    /// Releases so many units from a node; this is never refused (C4).
    pub fn shrink(&mut self, target: NodeId, units: Units) -> Result<(), TreeError> {
        let held = units.min(self.entry(target)?.own);
        self.adjust(target, |count| count.saturating_sub(held))
    }

    /// Sets the limit of one node. Whether it may be set is [`check_limit_change`](super::check_limit_change)'s to say.
    pub fn set_limit(&mut self, target: NodeId, limit: Limit) -> Result<(), TreeError> {
        self.nodes
            .get_mut(&target)
            .ok_or(TreeError::Unknown(target))?
            .node
            .limit = limit;
        Ok(())
    }

    /// Every node, in no particular order.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> {
        self.nodes.keys().copied()
    }

    /// Units charged to the node itself; an organization has what its teams have itself (L6).
    pub fn direct(&self, target: NodeId) -> Result<Units, TreeError> {
        self.entry(target).map(|entry| entry.direct)
    }

    /// Units charged to the node and everything below it.
    pub fn used(&self, target: NodeId) -> Result<Units, TreeError> {
        self.entry(target).map(|entry| entry.node.used)
    }

    fn adjust(&mut self, target: NodeId, change: impl Fn(Units) -> Units) -> Result<(), TreeError> {
        let entry = self.nodes.get_mut(&target).ok_or(TreeError::Unknown(target))?;
        entry.own = change(entry.own);
        let parent = entry.parent;
        let mut next = Some(target);
        while let Some(entry) = next.and_then(|id| self.nodes.get_mut(&id)) {
            if UsagePlace::of(entry.node.id, target, parent) == UsagePlace::Here {
                entry.direct = change(entry.direct);
            }
            entry.node.used = change(entry.node.used);
            next = entry.parent;
        }
        Ok(())
    }

    fn ancestors(&self, first: Option<NodeId>) -> impl Iterator<Item = NodeId> {
        std::iter::successors(first, |id| self.nodes.get(id).and_then(|entry| entry.parent))
    }

    fn entry(&self, id: NodeId) -> Result<&Entry, TreeError> {
        self.nodes.get(&id).ok_or(TreeError::Unknown(id))
    }
}
